package io.modelrunner.http;

import io.modelrunner.RunnerEndpoint;
import io.modelrunner.discovery.Candidate;
import io.modelrunner.discovery.EndpointLocator;
import io.modelrunner.discovery.Surroundings;
import java.util.List;

/** A locator of somebody else, which is registered for {@link java.util.ServiceLoader}, and so must be public. */
public final class RegisteredLocator implements EndpointLocator {
    static final String VARIABLE = "RUNNER_OF_SOMEBODY_ELSE";

    /** For the loader. */
    public RegisteredLocator() {}

    @Override
    public String name() {
        return "somebody else";
    }

    @Override
    public Stage stage() {
        return Stage.LAST;
    }

    @Override
    public List<Candidate> locate(Surroundings surroundings) {
        return surroundings.variable(VARIABLE).map(RunnerEndpoint::parse).stream()
                .map(endpoint -> Candidate.of(endpoint, name()))
                .toList();
    }
}
