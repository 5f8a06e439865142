package io.modelrunner.discovery;

import static java.util.Objects.requireNonNull;

import io.modelrunner.ModelName;
import io.modelrunner.RunnerEndpoint;
import java.util.Optional;

/**
 * A place where a runner may be.
 *
 * @param endpoint its address
 * @param source who says so, such as {@code MODEL_RUNNER_BASE_URL}
 * @param trust whose certificates are trusted there
 * @param model the model to use there, where the source names one, as Compose does
 */
public record Candidate(RunnerEndpoint endpoint, String source, Trust trust, Optional<ModelName> model) {
    /**
     * Checks that nothing is null.
     *
     * @param endpoint its address; not null
     * @param source who says so; not null
     * @param trust whose certificates are trusted there; not null
     * @param model the model to use there; not null
     */
    public Candidate {
        requireNonNull(endpoint, "endpoint");
        requireNonNull(source, "source");
        requireNonNull(trust, "trust");
        requireNonNull(model, "model");
    }

    /**
     * {@return a place where those are trusted whom Java trusts}
     *
     * @param endpoint its address; not null
     * @param source who says so; not null
     */
    public static Candidate of(RunnerEndpoint endpoint, String source) {
        return new Candidate(endpoint, source, Trust.OF_JAVA, Optional.empty());
    }
}
