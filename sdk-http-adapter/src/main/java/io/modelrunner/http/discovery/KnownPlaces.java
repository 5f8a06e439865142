package io.modelrunner.http.discovery;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.RunnerEndpoint;
import io.modelrunner.discovery.Candidate;
import io.modelrunner.discovery.EndpointLocator;
import io.modelrunner.discovery.Surroundings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The SDK's own locators, in the order in which their word counts. */
public final class KnownPlaces {
    private KnownPlaces() {}

    /**
     * {@return all of them}
     *
     * @param composeName the name of the model in the Compose file that is wanted; null for the only one there is
     */
    public static List<EndpointLocator> locators(@Nullable String composeName) {
        return List.of(
                new BaseUrlVariable(),
                new HostVariable(),
                new ComposeVariables(composeName),
                new CliContext(),
                new ContainerName("http://model-runner.docker.internal"),
                new LocalPort(12434, 12444),
                DesktopSocket.ofSystem(),
                DesktopSocket.ofUser(),
                new BridgeGateway(),
                new ContainerName("http://host.docker.internal:12434"),
                new LocalPort(12435, 12445));
    }

    /**
     * {@return whether a variable names a place that the command {@code docker model} does not know of, well or badly}
     *
     * @param surroundings the environment
     */
    public static boolean isNamed(Surroundings surroundings) {
        try {
            return !new BaseUrlVariable().locate(surroundings).isEmpty()
                    || !new ComposeVariables(null).locate(surroundings).isEmpty();
        } catch (InvalidRequestException | IllegalStateException e) {
            return true; // somebody meant a place; a search tells what is wrong with it
        }
    }

    /** {@return where other servers of models usually listen; none of them is taken unless somebody names it} */
    public static List<Candidate> lookalikes() {
        return List.of(
                // llama.cpp's own server, and many others
                Candidate.of(RunnerEndpoint.parse("http://localhost:8080"), "port 8080"),
                Candidate.of(RunnerEndpoint.parse("http://localhost:11434"), "Ollama's port"));
    }
}
