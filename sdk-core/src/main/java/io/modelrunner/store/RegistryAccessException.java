package io.modelrunner.store;

import io.modelrunner.Failure;
import io.modelrunner.ModelUnavailableException;

/**
 * The registry lets nobody in without credentials that it knows, or there is no such repository: registries don't tell which.
 *
 * <p>What the caller can do next: correct the name, or give the runner credentials.
 */
public class RegistryAccessException extends ModelUnavailableException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param failure the facts; not null
     */
    public RegistryAccessException(Failure failure) {
        super(failure);
    }

    @Override
    public RegistryAccessException with(Failure facts) {
        return new RegistryAccessException(facts);
    }
}
