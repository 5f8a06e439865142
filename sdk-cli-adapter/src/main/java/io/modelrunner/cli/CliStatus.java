package io.modelrunner.cli;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.RunnerEndpoint;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code status --json} says.
 *
 * @param running whether the runner answers
 * @param engines the engines' states, by name
 * @param kind what kind of runner it is: {@code Docker Engine}, {@code Docker Desktop}, …
 * @param forHost where it is for a process on the host; empty if not told
 * @param forContainers where it is for a process in a container; empty if not told
 */
record CliStatus(boolean running, Map<String, String> engines, String kind, String forHost, String forContainers) {
    static Optional<CliStatus> read(JsonTree json) {
        if (!json.names().contains("running")) {
            return Optional.empty();
        }
        Map<String, String> engines = new LinkedHashMap<>();
        JsonTree backends = json.get("backends");
        backends.names()
                .forEach(name -> engines.put(name, backends.get(name).text().orElse("")));
        return Optional.of(new CliStatus(
                json.get("running").isTrue(),
                engines,
                json.get("kind").text().orElse(""),
                json.get("endpointHost").text().orElse(""),
                json.get("endpoint").text().orElse("")));
    }

    /** {@return whether the runner is Docker Desktop's, whose address for the host is below a socket and no port} */
    boolean isDesktop() {
        return kind.startsWith("Docker Desktop");
    }

    /**
     * {@return where the runner is over TCP; empty if it is Desktop's, which need not have opened a port}
     *
     * @param inContainer whether this process runs in a container
     */
    Optional<RunnerEndpoint> overTcp(boolean inContainer) {
        if (isDesktop() && !inContainer) {
            return Optional.empty();
        }
        String first = inContainer ? forContainers : forHost;
        return endpoint(first.isEmpty() ? forContainers : first);
    }

    /** {@return the prefix of the paths behind Docker's socket, where the runner is Desktop's} */
    Optional<String> prefix() {
        return isDesktop()
                ? endpoint(forHost)
                        .map(RunnerEndpoint::management)
                        .map(base -> base.replaceFirst("^https?://[^/]*", ""))
                : Optional.empty();
    }

    /** {@return the address without the path of an API, below which the runner has others too} */
    private static Optional<RunnerEndpoint> endpoint(String address) {
        try {
            return address.isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            RunnerEndpoint.parse(RunnerEndpoint.parse(address).management()));
        } catch (InvalidRequestException unusable) {
            return Optional.empty();
        }
    }
}
