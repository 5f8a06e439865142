package io.modelrunner.cli;

import io.modelrunner.ModelRunnerException;
import io.modelrunner.RunnerEndpoint;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.discovery.Candidate;
import io.modelrunner.discovery.EndpointLocator;
import io.modelrunner.discovery.Surroundings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Knows where the command {@code docker model} finds its runner: the last road of a search, as it starts a process.
 *
 * <p>Found by {@link java.util.ServiceLoader}. Nothing is installed by it. Docker Desktop's runner is behind Docker's own socket, with a
 * prefix to its paths.
 */
public final class CliEndpointLocator implements EndpointLocator {
    private static final Duration LIMIT = Duration.ofMillis(1_800);

    private final Duration limit;

    /** Makes the locator; for {@link java.util.ServiceLoader}. */
    public CliEndpointLocator() {
        this(LIMIT);
    }

    /** @param limit what the command may take */
    CliEndpointLocator(Duration limit) {
        this.limit = limit;
    }

    /** {@return {@code docker model status}} */
    @Override
    public String name() {
        return "docker model status";
    }

    /** {@return that it comes last} */
    @Override
    public Stage stage() {
        return Stage.LAST;
    }

    /** {@return where the command says that the runner is; empty if it fails, or says that it does not run} */
    @Override
    public List<Candidate> locate(Surroundings surroundings) {
        try (CliAdapter adapter = new CliAdapter.Builder(surroundings).build()) {
            CliStatus status = adapter.execution().run(new Command.Status(), Deadline.of(Phase.ANSWER, limit));
            if (!status.running()) {
                return List.of();
            }
            Optional<RunnerEndpoint> overTcp = status.overTcp(surroundings.isInContainer());
            return overTcp.map(Stream::of)
                    .orElseGet(() -> status.prefix().stream().flatMap(prefix -> behindSockets(prefix, surroundings)))
                    .map(endpoint -> Candidate.of(endpoint, name()))
                    .toList();
        } catch (ModelRunnerException e) {
            return List.of();
        }
    }

    private static Stream<RunnerEndpoint> behindSockets(String prefix, Surroundings surroundings) {
        return Stream.of(
                        surroundings.home().resolve(".docker/run/docker.sock"),
                        surroundings.root().resolve("var/run/docker.sock"))
                .map(Path::toAbsolutePath)
                .filter(socket -> socket.toFile().exists())
                .map(socket -> RunnerEndpoint.parse("unix://" + socket + "?prefix=" + prefix));
    }
}
