package io.modelrunner;

/**
 * The runner does not have the model; inference never pulls one by itself.
 */
public class ModelNotFoundException extends ModelUnavailableException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param failure the facts; not null
     */
    public ModelNotFoundException(Failure failure) {
        super(failure);
    }

    @Override
    public ModelNotFoundException with(Failure facts) {
        return new ModelNotFoundException(facts);
    }
}
