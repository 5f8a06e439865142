package io.modelrunner.cli;

import io.modelrunner.Failure;
import io.modelrunner.RequestRefusedException;

/**
 * The prompt has something in it that {@code docker model run} could take for the name of a file and replace by its content, and there is
 * no way round it here.
 *
 * <p>What the caller can do next: reach the runner over HTTP, which takes any text; or change the text.
 */
public class UnsafePromptException extends RequestRefusedException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param failure the facts; not null
     */
    public UnsafePromptException(Failure failure) {
        super(failure);
    }

    /** {@return true: an adapter over HTTP carries any text} */
    @Override
    public boolean elsewhere() {
        return true;
    }

    @Override
    public UnsafePromptException with(Failure facts) {
        return new UnsafePromptException(facts);
    }
}
