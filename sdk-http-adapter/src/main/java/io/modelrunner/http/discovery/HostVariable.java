package io.modelrunner.http.discovery;

import io.modelrunner.discovery.Candidate;
import io.modelrunner.discovery.EndpointLocator;
import io.modelrunner.discovery.Surroundings;
import java.util.List;

/** The variable of the {@code docker model} command, read as that reads it, with those of TLS beside it. */
final class HostVariable implements EndpointLocator {
    private static final String NAME = "MODEL_RUNNER_HOST";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Stage stage() {
        return Stage.NAMED;
    }

    @Override
    public List<Candidate> locate(Surroundings surroundings) {
        return surroundings
                .variable(NAME)
                .map(host -> TlsSettings.NONE.overriddenBy(surroundings).candidate(host, NAME, surroundings))
                .stream()
                .toList();
    }
}
