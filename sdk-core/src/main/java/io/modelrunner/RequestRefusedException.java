package io.modelrunner;

/**
 * The request cannot be answered as it stands.
 *
 * <p>What the caller can do next: change the request. The same request would be refused again.
 */
public class RequestRefusedException extends ModelRunnerException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param failure the facts; not null
     */
    public RequestRefusedException(Failure failure) {
        super(failure);
    }

    /** {@return false: the request itself is at fault} */
    @Override
    public boolean elsewhere() {
        return false;
    }

    @Override
    public RequestRefusedException with(Failure facts) {
        return new RequestRefusedException(facts);
    }
}
