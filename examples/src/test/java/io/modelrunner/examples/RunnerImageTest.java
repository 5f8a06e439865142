package io.modelrunner.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.modelrunner.RunnerUnreachableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** With a stand-in for the {@code docker} command: a shell script that writes down how it was called. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(60)
class RunnerImageTest {
    private static final String ABSENT = "echo 'No such image' >&2; exit 1";
    private static final String ENGINE = "echo 28.2.2";

    @TempDir
    private Path directory;

    private final Output err = new Output();

    @Test
    void imageThatIsHereIsNotPulled() throws IOException {
        docker("echo sha256:0123", ENGINE, "exit 1");

        bring();

        assertThat(err.text()).isEmpty();
        assertThat(calls()).containsExactly("image inspect --format {{.Id}} an/image:1");
    }

    @Test
    void pullIsShown() throws IOException {
        docker(ABSENT, ENGINE, "echo 'Pulling from an/image'; echo '0123: Pull complete'");

        bring();

        assertThat(err.lines())
                .containsExactly("quickstart: docker pull an/image:1", "Pulling from an/image", "0123: Pull complete");
        assertThat(calls()).last().isEqualTo("pull an/image:1");
    }

    @Test
    void pullThatFailsSaysWhatDockerSaid() throws IOException {
        docker(ABSENT, ENGINE, "echo 'dial tcp: no such host' >&2; exit 1");

        RunnerUnreachableException e = catchThrowableOfType(RunnerUnreachableException.class, this::bring);

        assertThat(e.what()).isEqualTo("an/image:1 could not be pulled: dial tcp: no such host");
        assertThat(e.remedies()).first().asString().startsWith("docker pull an/image:1 ");
    }

    @Test
    void engineThatDoesNotAnswerIsTold() throws IOException {
        docker(ABSENT, "echo 'Cannot connect to the Docker daemon' >&2; exit 1", "exit 1");

        assertThatThrownBy(this::bring)
                .isInstanceOf(RunnerUnreachableException.class)
                .hasMessageContaining("no Docker engine answers: Cannot connect to the Docker daemon")
                .hasMessageContaining("→ start Docker, or set DOCKER_HOST");
        assertThat(calls()).noneMatch(call -> call.startsWith("pull"));
    }

    @Test
    void withoutDockerCommandNothingIsShown() {
        bring();

        assertThat(err.lines())
                .singleElement()
                .asString()
                .startsWith("quickstart: a pull of an/image:1 is not shown, as the docker command does not work: ");
    }

    private void bring() {
        new RunnerImage(directory.resolve("docker").toString()).bring("an/image:1", new Notes(err.stream()));
    }

    private void docker(String inspect, String version, String pull) throws IOException {
        Path script = Files.writeString(directory.resolve("docker"), """
                #!/usr/bin/env bash
                echo "$*" >>"$0.calls"
                case $1 in
                  image) %s ;;
                  version) %s ;;
                  pull) %s ;;
                esac
                """.formatted(inspect, version, pull));
        assertThat(script.toFile().setExecutable(true)).isTrue();
    }

    private List<String> calls() throws IOException {
        return Files.readAllLines(directory.resolve("docker.calls"));
    }
}
