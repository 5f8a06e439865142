package io.modelrunner.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.testing.ScriptedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** With a stand-in for the {@code docker} command: a shell script that writes down how it was called. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(60)
class ContainerRoadTest {
    @TempDir
    private Path directory;

    private final ScriptedServer server = Servers.llamaCpp();
    private final Output err = new Output();
    private final Cleanup cleanup = new Cleanup();

    @BeforeEach
    void imageCanBeBuilt() throws IOException {
        script("build", """
                [ "$*" = llama.cpp ] || { echo "build: this builds more than one image: $*" >&2; exit 2; }
                echo 'build: building' >&2
                echo an/image:tiny
                """);
    }

    @AfterEach
    void cleanUp() {
        cleanup.close();
        server.close();
    }

    @Test
    void startsAContainerAndRemovesIt() throws Exception {
        docker("echo 0123456789ab");

        assertThat(open("Hello").map(Road.Partner::model)).contains("tiny");
        assertThat(err.lines())
                .containsExactly(
                        "quickstart: llama.cpp in a container: taken, a Docker engine answers; model tiny",
                        "build: building");

        cleanup.close();

        List<String> calls = calls();
        assertThat(calls).hasSize(4);
        assertThat(calls.get(0)).startsWith("version ");
        assertThat(calls.get(1))
                .matches("run --detach --rm --name (\\S+) --publish 127\\.0\\.0\\.1::8080 an/image:tiny");
        String name = calls.get(1).split(" ")[4];
        assertThat(calls.get(2)).isEqualTo("port " + name + " 8080/tcp");
        assertThat(calls.get(3)).isEqualTo("rm --force " + name);
    }

    @Test
    void modelThatIsNotAskedIsTold() throws Exception {
        docker("echo 0123456789ab");

        assertThat(open("Hello", "--model", "ai/qwen3")).isPresent();
        assertThat(err.text()).contains("model tiny, not ai/qwen3");
    }

    @Test
    void containerThatDoesNotStartFailsWithWhatDockerSays() throws IOException {
        docker("echo 'no space left on device' >&2; exit 125");

        assertThatThrownBy(() -> open("Hello"))
                .isInstanceOf(RunnerUnreachableException.class)
                .hasMessageContaining("no space left on device");
    }

    @Test
    void containerThatComesIntoBeingLateIsRemoved() throws IOException {
        // As after Ctrl-C: docker run is ended, and the engine does what it was asked all the same.
        docker("exit 130", "[ -e \"$0.second\" ] && echo \"$3\"; touch \"$0.second\"");
        assertThatThrownBy(() -> open("Hello")).isInstanceOf(RunnerUnreachableException.class);

        cleanup.close();

        assertThat(calls()).filteredOn(call -> call.startsWith("rm ")).hasSize(2);
    }

    @Test
    void imageThatCannotBeBuiltFails() throws IOException {
        docker("echo 0123456789ab");
        script("build", "echo 'build: no base image' >&2; exit 1");

        assertThatThrownBy(() -> open("Hello"))
                .isInstanceOf(RunnerUnreachableException.class)
                .hasMessageContaining("could not be built");
        assertThat(err.text()).contains("build: no base image");
        assertThat(calls()).noneMatch(call -> call.startsWith("run"));
    }

    @Test
    void roadIsNotTakenWithoutEngine() throws Exception {
        script("docker", "exit 1");

        assertThat(open("Hello")).isEmpty();
        assertThat(err.lines())
                .containsExactly("quickstart: llama.cpp in a container: not taken, no Docker engine answers");
    }

    @Test
    void roadIsNotTakenWithoutDockerCommand() throws Exception {
        assertThat(open("Hello")).isEmpty();
        assertThat(err.lines())
                .singleElement()
                .asString()
                .startsWith("quickstart: llama.cpp in a container: not taken, Docker does not work: ");
    }

    @Test
    void roadIsNotTakenWithoutBuildScript() throws Exception {
        docker("echo 0123456789ab");
        Files.delete(directory.resolve("build"));

        assertThat(open("Hello")).isEmpty();
        assertThat(err.text()).contains("there is no script to build the image with");
    }

    private Optional<Road.Partner> open(String... args) throws Arguments.Unfit {
        ContainerRoad road = new ContainerRoad(directory.resolve("docker").toString(), directory.resolve("build"));
        return road.open(Arguments.parse(args), new Notes(err.stream()), cleanup);
    }

    private void docker(String run) throws IOException {
        docker(run, "echo \"$3\"");
    }

    private void docker(String run, String remove) throws IOException {
        script("docker", """
                echo "$*" >>"$0.calls"
                case $1 in
                  version) echo 28.2.2 ;;
                  run) %s ;;
                  port) echo %s ;;
                  rm) %s ;;
                esac
                """.formatted(run, "127.0.0.1:" + server.port(), remove));
    }

    private void script(String name, String body) throws IOException {
        Path script = Files.writeString(directory.resolve(name), "#!/usr/bin/env bash\n" + body + "\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
    }

    private List<String> calls() throws IOException {
        return Files.readAllLines(directory.resolve("docker.calls"));
    }
}
