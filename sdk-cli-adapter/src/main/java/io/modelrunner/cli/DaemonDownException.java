package io.modelrunner.cli;

import io.modelrunner.Failure;
import io.modelrunner.RunnerUnreachableException;

/**
 * The Docker engine does not answer, which the command {@code docker model} asks where the runner is.
 *
 * <p>What the caller can do next: start it, or say where the runner is by {@code MODEL_RUNNER_HOST}.
 */
public class DaemonDownException extends RunnerUnreachableException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param failure the facts; not null
     */
    public DaemonDownException(Failure failure) {
        super(failure);
    }

    @Override
    public DaemonDownException with(Failure facts) {
        return new DaemonDownException(facts);
    }
}
