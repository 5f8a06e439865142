package io.modelrunner;

/**
 * The model is busy: it is answering somebody, so that its settings can't be changed now, or the server has too many requests and takes no
 * more (status 429). The same request succeeds later.
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
