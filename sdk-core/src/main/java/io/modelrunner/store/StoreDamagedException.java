package io.modelrunner.store;

import io.modelrunner.Failure;
import io.modelrunner.ModelUnavailableException;

/**
 * The runner's copy of the model is incomplete, such as after two downloads of one model at the same time.
 *
 * <p>What the caller can do next: pull the model again, as {@link ModelStore#repair} does.
 */
public class StoreDamagedException extends ModelUnavailableException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param failure the facts; not null
     */
    public StoreDamagedException(Failure failure) {
        super(failure);
    }

    @Override
    public StoreDamagedException with(Failure facts) {
        return new StoreDamagedException(facts);
    }
}
