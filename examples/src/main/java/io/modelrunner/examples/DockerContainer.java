package io.modelrunner.examples;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A container of the {@code docker} command, which is gone without a trace after {@link #remove()}. */
final class DockerContainer {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final String docker;
    // Known before the container is there, so that it can be removed whatever happens in between.
    private final String name = "model-runner-quickstart-" + UUID.randomUUID();
    private boolean removed;

    DockerContainer(String docker) {
        this.docker = docker;
    }

    /**
     * Starts it.
     *
     * @param image an image with an HTTP server on port 8080
     * @return the server's address
     */
    synchronized String start(String image) throws IOException {
        if (removed) {
            throw new IOException("it has been removed");
        }
        run("run", "--detach", "--rm", "--name", name, "--publish", "127.0.0.1::8080", image);
        return "http://" + run("port", name, "8080/tcp").lines().findFirst().orElse("");
    }

    /** Removes it, whether it runs or not; waits for a start that is under way. */
    synchronized void remove() {
        if (removed) {
            return;
        }
        removed = true;
        try {
            run("rm", "--force", name);
        } catch (IOException e) {
            // It was not there, or the engine is gone: nothing is left that could be done here.
            System.getLogger(DockerContainer.class.getName()).log(System.Logger.Level.DEBUG, "not removed", e);
        }
    }

    private String run(String... arguments) throws IOException {
        List<String> words = new ArrayList<>(List.of(docker));
        words.addAll(List.of(arguments));
        List<String> errors = new ArrayList<>();
        Command.Result result = Command.run(LIMIT, errors::add, words);
        if (!result.succeeded()) {
            throw new IOException("docker " + arguments[0] + ": " + String.join(" ", errors));
        }
        return result.output();
    }
}
