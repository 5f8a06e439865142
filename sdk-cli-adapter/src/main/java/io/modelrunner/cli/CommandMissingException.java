package io.modelrunner.cli;

import io.modelrunner.Failure;
import io.modelrunner.RunnerUnreachableException;

/**
 * There is no {@code docker} on this machine, or it has no command {@code model}.
 *
 * <p>What the caller can do next: install Docker or its plugin, or reach the runner over HTTP.
 */
public class CommandMissingException extends RunnerUnreachableException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param failure the facts; not null
     */
    public CommandMissingException(Failure failure) {
        super(failure);
    }

    @Override
    public CommandMissingException with(Failure facts) {
        return new CommandMissingException(facts);
    }
}
