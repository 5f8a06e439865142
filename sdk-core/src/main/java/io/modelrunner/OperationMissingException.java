package io.modelrunner;

/**
 * The server that answered has no such operation: an older runner, or one that speaks another dialect.
 */
public class OperationMissingException extends RequestRefusedException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param failure the facts; not null
     */
    public OperationMissingException(Failure failure) {
        super(failure);
    }

    /** {@return true: another runner may have the operation} */
    @Override
    public boolean elsewhere() {
        return true;
    }

    @Override
    public OperationMissingException with(Failure facts) {
        return new OperationMissingException(facts);
    }
}
