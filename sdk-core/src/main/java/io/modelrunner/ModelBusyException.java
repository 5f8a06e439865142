package io.modelrunner;

/**
 * The model is answering somebody, so that its settings can't be changed now; the same request succeeds once the answer has
 * ended.
 */
public class ModelBusyException extends ModelUnavailableException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param failure the facts; not null
     */
    public ModelBusyException(Failure failure) {
        super(failure);
    }

    @Override
    public ModelBusyException with(Failure facts) {
        return new ModelBusyException(facts);
    }
}
