package io.modelrunner.examples;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/** A container of the {@code docker} command, which is gone without a trace after {@link #remove()}. */
final class DockerContainer {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int ATTEMPTS = 5;
    private static final long PAUSE_MILLIS = 200;

    private final String docker;
    // Known before the container is there, so that it can be removed whatever happens in between.
    private final String name = "model-runner-quickstart-" + UUID.randomUUID();
    private boolean asked;
    private boolean started;
    private boolean removed;

    DockerContainer(String docker) {
        this.docker = docker;
    }

    /**
     * Starts it.
     *
     * @param image an image with an HTTP server on port 8080
     * @return the server's address
     * @throws IOException with what docker said, if it does not start
     */
    synchronized String start(String image) throws IOException {
        if (removed) {
            throw new IOException("it has been removed");
        }
        asked = true;
        docker("run", "--detach", "--rm", "--name", name, "--publish", "127.0.0.1::8080", image);
        started = true;
        return "http://" + docker("port", name, "8080/tcp").lines().findFirst().orElse("");
    }

    /** {@return the name for a container that somebody else is about to start, and that is to be removed as ours are} */
    synchronized String lentName() {
        asked = true;
        return name;
    }

    /** Removes it, whether it runs or not; waits for a start that is under way. */
    synchronized void remove() {
        removed = true;
        boolean gone = !asked;
        // Ctrl-C ends the docker command too, and what it had asked of the engine may come into being a little later.
        for (int attempt = 1; !gone && attempt <= (started ? 1 : ATTEMPTS); attempt++) {
            gone = removedNow() || !pause();
        }
    }

    private boolean removedNow() {
        try {
            return docker("rm", "--force", name).equals(name);
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private String docker(String... arguments) throws IOException {
        List<String> words = new ArrayList<>(List.of(docker));
        words.addAll(List.of(arguments));
        List<String> errors = new CopyOnWriteArrayList<>(); // a thread of the command fills it
        Command.Result result = Command.run(LIMIT, errors::add, words);
        if (!result.succeeded()) {
            throw new IOException("docker " + arguments[0] + ": " + String.join(" ", errors));
        }
        return result.output();
    }
}
