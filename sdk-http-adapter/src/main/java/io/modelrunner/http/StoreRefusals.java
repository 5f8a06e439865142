package io.modelrunner.http;

import io.modelrunner.ModelRunnerException;
import io.modelrunner.internal.StoreErrors;

/** Makes the exception for what went wrong, over HTTP, between a runner, its store and a registry. */
final class StoreRefusals {
    private StoreRefusals() {}

    /** {@return what to throw for a pull, a push or a look into a registry that was refused} */
    static ModelRunnerException ofRegistry(Call call, int status, byte[] body) {
        return StoreErrors.ofRegistry(call, status, ErrorBody.parse(body));
    }

    /** {@return what to throw for a question about the store, or a change of it, that was refused} */
    static ModelRunnerException ofStore(Call call, int status, byte[] body) {
        return StoreErrors.ofStore(call, status, ErrorBody.parse(body));
    }

    /** {@return what to throw for a removal that was refused} */
    static ModelRunnerException ofRemoval(Call call, int status, byte[] body) {
        return StoreErrors.ofRemoval(call, status, ErrorBody.parse(body));
    }

    /** {@return what to throw for an archive that was refused} */
    static ModelRunnerException ofArchive(Call call, int status, byte[] body) {
        return StoreErrors.ofArchive(call, status, ErrorBody.parse(body));
    }
}
