package io.modelrunner.store;

import io.modelrunner.Failure;
import io.modelrunner.ModelUnavailableException;

/**
 * The runner has no room on its disk for the model.
 *
 * <p>What the caller can do next: remove models, or make room.
 */
public class DiskFullException extends ModelUnavailableException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param failure the facts; not null
     */
    public DiskFullException(Failure failure) {
        super(failure);
    }

    @Override
    public DiskFullException with(Failure facts) {
        return new DiskFullException(facts);
    }
}
