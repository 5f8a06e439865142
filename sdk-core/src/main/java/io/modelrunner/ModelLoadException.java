package io.modelrunner;

/**
 * The runner has the model but its engine could not load it: damaged, too large for the memory, or of the wrong kind.
 */
public class ModelLoadException extends ModelUnavailableException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param failure the facts; not null
     */
    public ModelLoadException(Failure failure) {
        super(failure);
    }

    @Override
    public ModelLoadException with(Failure facts) {
        return new ModelLoadException(facts);
    }
}
