package io.modelrunner.store;

import io.modelrunner.Failure;
import io.modelrunner.ModelUnavailableException;

/**
 * The registry has no model of this name.
 *
 * <p>What the caller can do next: correct the name. Docker Hub says the same as for a model that one may not see, which is a {@link RegistryAccessException}.
 */
public class NotInRegistryException extends ModelUnavailableException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param failure the facts; not null
     */
    public NotInRegistryException(Failure failure) {
        super(failure);
    }

    @Override
    public NotInRegistryException with(Failure facts) {
        return new NotInRegistryException(facts);
    }
}
