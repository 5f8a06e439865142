package io.modelrunner.http.discovery;

import io.modelrunner.RunnerEndpoint;
import io.modelrunner.discovery.Candidate;
import io.modelrunner.discovery.EndpointLocator;
import io.modelrunner.discovery.Surroundings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** A socket behind which Docker Desktop has the runner, below a path of its own; any other engine answers 404 there. */
final class DesktopSocket implements EndpointLocator {
    private static final String PREFIX = "/exp/vDD4.40";

    private final String name;
    private final Function<Surroundings, Path> file;
    private final boolean windows;

    /** @param windows whether it is a named pipe in truth */
    DesktopSocket(String name, Function<Surroundings, Path> file, boolean windows) {
        this.name = name;
        this.file = file;
        this.windows = windows;
    }

    /** {@return the one that every engine has} */
    static DesktopSocket ofSystem() {
        return new DesktopSocket(
                "Docker's socket", places -> places.root().resolve("var/run/docker.sock"), isWindows());
    }

    /** {@return the one that Docker Desktop has at its user's home} */
    static DesktopSocket ofUser() {
        return new DesktopSocket(
                "Docker Desktop's socket", places -> places.home().resolve(".docker/run/docker.sock"), isWindows());
    }

    private static boolean isWindows() {
        return System.getProperty("os.name", "").startsWith("Windows");
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Stage stage() {
        return Stage.USUAL;
    }

    @Override
    public List<Candidate> locate(Surroundings surroundings) {
        if (windows) {
            throw new IllegalStateException("it is a named pipe on Windows, which Java can't use: enable TCP");
        }
        Path socket = file.apply(surroundings).toAbsolutePath();
        if (!Files.exists(socket)) {
            return List.of();
        }
        // toUri escapes what a URL can't hold; it writes file:///path
        String address = "unix://" + socket.toUri().getRawPath() + "?prefix=" + PREFIX;
        return List.of(Candidate.of(RunnerEndpoint.parse(address), name));
    }
}
