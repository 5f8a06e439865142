package io.modelrunner;

/**
 * The request needs what this adapter, or the model behind it, cannot carry.
 */
public class UnsupportedOptionException extends RequestRefusedException {
    private static final long serialVersionUID = 1L;

    private final Capability capability;

    /**
     * Makes the exception.
     *
     * @param failure the facts; not null
     * @param capability what is missing; not null
     */
    public UnsupportedOptionException(Failure failure, Capability capability) {
        super(failure);
        this.capability = capability;
    }

    /** {@return what is missing} */
    public Capability capability() {
        return capability;
    }

    /** {@return true: another adapter may carry it} */
    @Override
    public boolean elsewhere() {
        return true;
    }

    @Override
    public UnsupportedOptionException with(Failure facts) {
        return new UnsupportedOptionException(facts, capability);
    }
}
