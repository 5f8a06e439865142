package io.modelrunner.http.discovery;

import io.modelrunner.discovery.Candidate;
import io.modelrunner.discovery.EndpointLocator;
import io.modelrunner.discovery.Surroundings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The context that {@code docker model context use} chose.
 *
 * <p>Where its file can't be read, or has no such context, the command warns and goes on; so do we.
 */
final class CliContext implements EndpointLocator {
    @Override
    public String name() {
        return "contexts.json";
    }

    @Override
    public Stage stage() {
        return Stage.NAMED;
    }

    @Override
    public List<Candidate> locate(Surroundings surroundings) {
        Path file = surroundings.dockerConfig().resolve(Path.of("model", "contexts.json"));
        if (Files.notExists(file)) {
            return List.of();
        }
        try {
            return ContextsFile.read(file)
                    .current()
                    .map(context -> context.tls()
                            .overriddenBy(surroundings)
                            .candidate(context.host(), "context " + context.name(), surroundings))
                    .stream()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("contexts.json " + e.getMessage(), e);
        }
    }
}
