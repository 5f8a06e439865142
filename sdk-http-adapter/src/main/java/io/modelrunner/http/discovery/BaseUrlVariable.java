package io.modelrunner.http.discovery;

import io.modelrunner.discovery.Candidate;
import io.modelrunner.discovery.EndpointLocator;
import io.modelrunner.discovery.Surroundings;
import java.util.List;

/** The variable of this SDK, in any form that an address has. */
final class BaseUrlVariable implements EndpointLocator {
    private static final String NAME = "MODEL_RUNNER_BASE_URL";

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
        return surroundings.variable(NAME).map(address -> Candidate.of(Address.parse(address, NAME), NAME)).stream()
                .toList();
    }
}
