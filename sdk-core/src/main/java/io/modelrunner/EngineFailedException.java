package io.modelrunner;

/**
 * The engine behind the runner died or failed while it worked on the request.
 */
public class EngineFailedException extends BrokenAnswerException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param failure the facts; not null
     */
    public EngineFailedException(Failure failure) {
        super(failure);
    }

    @Override
    public EngineFailedException with(Failure facts) {
        return new EngineFailedException(facts);
    }
}
