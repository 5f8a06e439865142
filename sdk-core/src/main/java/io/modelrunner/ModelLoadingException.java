package io.modelrunner;

/**
 * The model is being loaded; the same request succeeds a little later.
 */
public class ModelLoadingException extends ModelUnavailableException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param failure the facts; not null
     */
    public ModelLoadingException(Failure failure) {
        super(failure);
    }

    @Override
    public ModelLoadingException with(Failure facts) {
        return new ModelLoadingException(facts);
    }
}
