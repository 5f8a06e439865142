package io.modelrunner;

/**
 * The inference engine that the model needs is not installed, or there is none of that name.
 */
public class EngineUnavailableException extends ModelUnavailableException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param failure the facts; not null
     */
    public EngineUnavailableException(Failure failure) {
        super(failure);
    }

    @Override
    public EngineUnavailableException with(Failure facts) {
        return new EngineUnavailableException(facts);
    }
}
