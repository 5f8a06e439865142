package io.modelrunner.http;

import io.modelrunner.ModelRunnerException;
import io.modelrunner.internal.ErrorContext;
import io.modelrunner.internal.ServerError;
import io.modelrunner.internal.StoreErrors;
import io.modelrunner.store.RegistryRequest;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import tools.jackson.core.JsonParser;

/** How a kind of server is asked for a transfer, and how it tells of it: a line of JSON at a time. */
interface TransferProtocol {
    HttpUriRequestBase request(Site site, RegistryRequest wanted);

    /** {@return what to throw for an answer that is an error from the start} */
    default ModelRunnerException refused(ErrorContext context, int status, ServerError error) {
        return StoreErrors.ofRegistry(context, status, error);
    }

    /**
     * {@return what a line says}
     *
     * @param json at the beginning of the line's object
     */
    TransferLine read(JsonParser json);
}
