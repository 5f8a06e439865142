package io.modelrunner.examples;

import io.modelrunner.Failure;
import io.modelrunner.RunnerUnreachableException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Brings the image of a runner by the {@code docker} command, which shows the progress; a container only logs it. */
final class RunnerImage {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration PULL_LIMIT = Duration.ofMinutes(60);

    private final String docker;

    /** @param docker the command of Docker */
    RunnerImage(String docker) {
        this.docker = docker;
    }

    /**
     * Pulls an image, unless it is here. Without a {@code docker} command that is left to Testcontainers.
     *
     * @throws RunnerUnreachableException if no engine answers, or it can't be pulled
     */
    void bring(String image, Notes notes) {
        try {
            if (isHere(image)) {
                return;
            }
            demandEngine();
        } catch (IOException e) {
            notes.tell("a pull of " + image + " is not shown, as the docker command does not work: " + e.getMessage());
            return;
        }
        notes.tell("docker pull " + image);
        pull(image, notes);
    }

    private boolean isHere(String image) throws IOException {
        return Command.run(LIMIT, line -> {}, List.of(docker, "image", "inspect", "--format", "{{.Id}}", image))
                .succeeded();
    }

    private void demandEngine() throws IOException {
        List<String> errors = newLines();
        List<String> version = List.of(docker, "version", "--format", "{{.Server.Version}}");
        if (!Command.run(LIMIT, errors::add, version).succeeded()) {
            throw new RunnerUnreachableException(Failure.of("no Docker engine answers: " + joined(errors))
                    .remedy("start Docker, or set DOCKER_HOST to where it is", "")
                    .build());
        }
    }

    private void pull(String image, Notes notes) {
        List<String> errors = newLines();
        try {
            List<String> pull = List.of(docker, "pull", image);
            if (!Command.run(PULL_LIMIT, notes::pass, errors::add, pull).succeeded()) {
                throw new IOException(joined(errors));
            }
        } catch (IOException e) {
            throw new RunnerUnreachableException(Failure.of(image + " could not be pulled: " + e.getMessage())
                    .cause(e)
                    .remedy("docker pull " + image, "until that works; --image names another")
                    .build());
        }
    }

    /** A thread of the command fills them. */
    private static List<String> newLines() {
        return new CopyOnWriteArrayList<>();
    }

    private static String joined(List<String> lines) {
        return String.join(" ", lines);
    }
}
