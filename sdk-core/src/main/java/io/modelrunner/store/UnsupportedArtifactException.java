package io.modelrunner.store;

import io.modelrunner.Failure;
import io.modelrunner.ModelUnavailableException;

/**
 * What is in the registry, or in an archive, is no model that the runner can use.
 *
 * <p>What the caller can do next: take another model, or a newer runner.
 */
public class UnsupportedArtifactException extends ModelUnavailableException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param failure the facts; not null
     */
    public UnsupportedArtifactException(Failure failure) {
        super(failure);
    }

    @Override
    public UnsupportedArtifactException with(Failure facts) {
        return new UnsupportedArtifactException(facts);
    }
}
