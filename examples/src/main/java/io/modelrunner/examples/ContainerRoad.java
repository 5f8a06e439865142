package io.modelrunner.examples;

import io.modelrunner.Failure;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.sdk.ModelRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Real llama.cpp with a tiny model, in a container that lives as long as the answer. */
final class ContainerRoad implements Road {
    private static final String MODEL = "tiny";
    private static final Duration ENGINE_LIMIT = Duration.ofSeconds(20);
    private static final Duration BUILD_LIMIT = Duration.ofMinutes(15);
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final String docker;
    private final Path imageBuild;

    /**
     * Makes the road.
     *
     * @param docker the command of Docker
     * @param imageBuild the script that builds the image where it is missing, and prints its name
     */
    ContainerRoad(String docker, Path imageBuild) {
        this.docker = docker;
        this.imageBuild = imageBuild;
    }

    @Override
    public String name() {
        return "llama.cpp in a container";
    }

    @Override
    public Optional<Partner> open(Arguments arguments, Notes notes, Cleanup cleanup) {
        Optional<String> obstacle = obstacle();
        if (obstacle.isPresent()) {
            notes.notTaken(this, obstacle.get());
            return Optional.empty();
        }
        String instead = arguments.model().map(named -> ", not " + named).orElse("");
        notes.taken(this, "a Docker engine answers; model " + MODEL + instead);
        DockerContainer container = new DockerContainer(docker);
        ModelRunner runner;
        try {
            String image = image(notes);
            cleanup.add(container::remove);
            runner = ModelRunner.at(container.start(image) + "/v1");
        } catch (IOException e) {
            throw new RunnerUnreachableException(Failure.of("llama.cpp could not be started: " + e.getMessage())
                    .cause(e)
                    .remedy("see what docker says above", "")
                    .build());
        }
        cleanup.add(runner::close);
        Readiness.await(runner, START_LIMIT);
        return Optional.of(new Partner(runner, MODEL));
    }

    /** {@return why no container can be started} */
    private Optional<String> obstacle() {
        if (!Files.isRegularFile(imageBuild)) {
            return Optional.of("there is no script to build the image with");
        }
        try {
            List<String> version = List.of(docker, "version", "--format", "{{.Server.Version}}");
            boolean answers = Command.run(ENGINE_LIMIT, line -> {}, version).succeeded();
            return answers ? Optional.empty() : Optional.of("no Docker engine answers");
        } catch (IOException e) {
            return Optional.of("Docker does not work: " + e.getMessage());
        }
    }

    private String image(Notes notes) throws IOException {
        Command.Result build =
                Command.run(BUILD_LIMIT, notes::pass, List.of("bash", imageBuild.toString(), "llama.cpp"));
        if (!build.succeeded()) {
            throw new RunnerUnreachableException(Failure.of("the image of llama.cpp could not be built")
                    .remedy("see above", "")
                    .build());
        }
        return build.output();
    }
}
