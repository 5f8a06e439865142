package io.modelrunner;

/**
 * The engine wants an API key, or another one.
 */
public class UnauthorizedException extends RequestRefusedException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param failure the facts; not null
     */
    public UnauthorizedException(Failure failure) {
        super(failure);
    }

    @Override
    public UnauthorizedException with(Failure facts) {
        return new UnauthorizedException(facts);
    }
}
