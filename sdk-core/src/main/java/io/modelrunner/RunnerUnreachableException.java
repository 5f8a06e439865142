package io.modelrunner;

/**
 * Nothing that answers as a model runner is there: refused, unknown host, or something else answered.
 *
 * <p>What the caller can do next: start the runner, or name the right address.
 */
public class RunnerUnreachableException extends ModelRunnerException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param failure the facts; not null
     */
    public RunnerUnreachableException(Failure failure) {
        super(failure);
    }

    /** {@return true: another adapter may reach a runner} */
    @Override
    public boolean elsewhere() {
        return true;
    }

    @Override
    public RunnerUnreachableException with(Failure facts) {
        return new RunnerUnreachableException(facts);
    }
}
