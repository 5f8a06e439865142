package io.modelrunner;

/**
 * An answer began, or should have, and did not arrive whole: cut, garbled, or ended by an error in its middle.
 *
 * <p>{@link #partialText()} has what arrived. What the caller can do next: ask again.
 */
public class BrokenAnswerException extends ModelRunnerException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param failure the facts; not null
     */
    public BrokenAnswerException(Failure failure) {
        super(failure);
    }

    /** {@return true: another adapter may deliver it whole} */
    @Override
    public boolean elsewhere() {
        return true;
    }

    @Override
    public BrokenAnswerException with(Failure facts) {
        return new BrokenAnswerException(facts);
    }
}
