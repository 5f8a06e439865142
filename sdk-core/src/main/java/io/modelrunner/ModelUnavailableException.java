package io.modelrunner;

/**
 * The runner is there, but the model cannot be used now.
 *
 * <p>What the caller can do next: bring the model, repair it, or wait until it is loaded.
 */
public class ModelUnavailableException extends ModelRunnerException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param failure the facts; not null
     */
    public ModelUnavailableException(Failure failure) {
        super(failure);
    }

    /** {@return true: another adapter may have the model} */
    @Override
    public boolean elsewhere() {
        return true;
    }

    @Override
    public ModelUnavailableException with(Failure facts) {
        return new ModelUnavailableException(facts);
    }
}
