package io.modelrunner;

/**
 * The call was ended on purpose: its stream or adapter was closed, its future cancelled, or its thread interrupted.
 *
 * <p>After an interrupt the thread's interrupt flag is set.
 */
public class CancelledException extends ModelRunnerException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param failure the facts; not null
     */
    public CancelledException(Failure failure) {
        super(failure);
    }

    /** {@return false: nobody wants the answer any more} */
    @Override
    public boolean elsewhere() {
        return false;
    }

    @Override
    public CancelledException with(Failure facts) {
        return new CancelledException(facts);
    }
}
