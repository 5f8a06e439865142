package io.modelrunner.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The quick start with a runner of its own in a container: our stand-in for {@code docker/model-runner}, or the image that
 * {@code -Dmodel-runner.it.image} names.
 */
@RequiresDocker
@Timeout(300)
class OwnRunnerIT {
    private static final String STAND_IN = "model-runner-sdk/model-runner:stand-in";
    private static final String IMAGE = System.getProperty("model-runner.it.image", STAND_IN);
    private static final Duration DOCKER_LIMIT = Duration.ofSeconds(60);
    private static final Duration BUILD_LIMIT = Duration.ofMinutes(15);

    private final String volume = "model-runner-quickstart-it-" + UUID.randomUUID();
    private final Output out = new Output();
    private final Output err = new Output();

    @BeforeAll
    @Timeout(1_000)
    static void standInIsBuilt() throws IOException {
        if (IMAGE.equals(STAND_IN) && !docker("image", "inspect", STAND_IN).succeeded()) {
            Path script = Path.of("..", "testcontainers-module", "image", "build");
            assertThat(Command.run(BUILD_LIMIT, System.err::println, List.of("bash", script.toString(), "stand-in")))
                    .matches(Command.Result::succeeded);
        }
    }

    @AfterEach
    void removeVolume() throws IOException {
        docker("volume", "rm", "--force", volume);
    }

    @Test
    void runnerIsStartedAndAnswersAndIsGone() throws IOException {
        assertThat(run("--runner", "--yes", "--image", IMAGE, "Hello"))
                .as(err.text())
                .isZero();

        if (IMAGE.equals(STAND_IN)) {
            assertThat(out.text()).isEqualTo(Servers.GREETING + System.lineSeparator());
        }
        assertThat(out.text()).isNotBlank();
        assertThat(err.text()).contains(OwnRunnerRoad.MODEL + ": ");
        assertThat(docker("volume", "ls", "--quiet", "--filter", "name=" + volume)
                        .output())
                .isEqualTo(volume);
        assertThat(docker("ps", "--all", "--quiet", "--filter", "volume=" + volume)
                        .output())
                .isEmpty();
    }

    @Test
    void imageThatCannotBePulledFailsAtOnceAndSaysWhy() throws IOException {
        String image = "nosuch.invalid/none:1";

        assertThat(run("--runner", "--yes", "--image", image, "Hello")).isEqualTo(1);

        assertThat(out.text()).isEmpty();
        assertThat(err.text())
                .contains(image + " could not be pulled: ", "nosuch.invalid", "; remedy: docker pull " + image);
        assertThat(docker("volume", "ls", "--quiet", "--filter", "name=" + volume)
                        .output())
                .isEmpty();
    }

    private int run(String... args) {
        Road own = new OwnRunnerRoad(notes -> Optional.empty(), new RunnerContainer("docker", volume));
        return new QuickStart(Servers.finder(Map.of()), List.of(), new MockRoad(), own, out.stream(), err.stream())
                .run(args);
    }

    private static Command.Result docker(String... arguments) throws IOException {
        List<String> words = new ArrayList<>(List.of("docker"));
        words.addAll(List.of(arguments));
        return Command.run(DOCKER_LIMIT, line -> {}, words);
    }
}
