package io.modelrunner.http.discovery;

import io.modelrunner.RunnerEndpoint;
import io.modelrunner.discovery.Candidate;
import io.modelrunner.discovery.EndpointLocator;
import io.modelrunner.discovery.Surroundings;
import java.util.List;

/** A host name that Docker gives to containers; elsewhere nobody is asked for it, as anybody might own it there. */
final class ContainerName implements EndpointLocator {
    private final RunnerEndpoint endpoint;
    private final String host;

    ContainerName(String address) {
        this.endpoint = RunnerEndpoint.parse(address);
        this.host = address.replaceFirst("^http://", "");
    }

    @Override
    public String name() {
        return host;
    }

    @Override
    public Stage stage() {
        return Stage.USUAL;
    }

    @Override
    public List<Candidate> locate(Surroundings surroundings) {
        return surroundings.isInContainer() ? List.of(Candidate.of(endpoint, host)) : List.of();
    }
}
