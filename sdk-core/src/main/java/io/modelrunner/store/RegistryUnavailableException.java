package io.modelrunner.store;

import io.modelrunner.Failure;
import io.modelrunner.ModelUnavailableException;

/**
 * The registry can't be reached from the runner, or fails.
 *
 * <p>What the caller can do next: ask again later; what was downloaded is kept, and is not downloaded again.
 */
public class RegistryUnavailableException extends ModelUnavailableException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param failure the facts; not null
     */
    public RegistryUnavailableException(Failure failure) {
        super(failure);
    }

    @Override
    public RegistryUnavailableException with(Failure facts) {
        return new RegistryUnavailableException(facts);
    }
}
