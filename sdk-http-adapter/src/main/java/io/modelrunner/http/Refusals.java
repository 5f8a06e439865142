package io.modelrunner.http;

import io.modelrunner.Failure;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.internal.RunnerErrors;
import io.modelrunner.internal.ServerError;

/** Makes the exception for an answer over HTTP that is an error. */
final class Refusals {
    private Refusals() {}

    /** {@return what to throw for an answer with an error status} */
    static ModelRunnerException of(Call call, int status, byte[] body) {
        ServerError error = ErrorBody.parse(body);
        return Unreachable.isHttpToTls(error.message())
                ? Unreachable.httpToTls(call)
                : RunnerErrors.of(call, status, error, "");
    }

    /** {@return what to throw for an error in the middle of a stream} */
    static ModelRunnerException inStream(Call call, ServerError error, String partialText) {
        return RunnerErrors.of(call, 0, error, partialText);
    }

    /** Adds how to get a runner going. */
    static Failure.Builder startRunner(Failure.Builder facts) {
        return RunnerErrors.startRunner(facts);
    }
}
