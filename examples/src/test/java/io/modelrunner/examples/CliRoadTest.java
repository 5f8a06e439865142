package io.modelrunner.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.cli.CliAdapter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The quick start over the command; a script of a few lines stands in for docker. */
@DisabledOnOs(OS.WINDOWS)
class CliRoadTest {
    private static final String DOCKER = """
            #!/bin/sh
            case "$2" in
                status) echo '{"running":true,"backends":{},"kind":"Docker Desktop",\
            "endpoint":"http://model-runner.docker.internal/v1/","endpointHost":"http://localhost/exp/vDD4.40/v1/"}' ;;
                version) printf 'Client:\\n Version:    v1\\n\\nServer:\\n Version:    v2\\n Engine:     Docker Desktop\\n' ;;
                list) echo '[{"id":"sha256:1","tags":["docker.io/ai/tiny:latest"]}]' ;;
                inspect) echo '{"id":"sha256:1","tags":["docker.io/ai/tiny:latest"]}' ;;
                run) echo "You said: $(cat)" ;;
            esac
            """;

    private final Output out = new Output();
    private final Output err = new Output();

    @Test
    void commandAnswers(@TempDir Path directory) throws IOException {
        Path docker = Files.writeString(directory.resolve("docker"), DOCKER.replace("\\\n", ""));
        Files.setPosixFilePermissions(docker, PosixFilePermissions.fromString("rwx------"));

        assertThat(run(docker, "--adapter", "cli", "Hello")).as(err.text()).isZero();
        assertThat(out.text()).isEqualTo("You said: Hello" + System.lineSeparator());
        assertThat(err.lines().get(0))
                .startsWith("quickstart: docker model: taken, Docker Model Runner v2 over ")
                .endsWith(" model (Docker Desktop); model docker.io/ai/tiny:latest, the only one");
        assertThat(err.text()).contains("does not tell whether the answer is whole");
    }

    @Test
    void commandThatIsMissingIsToldWithARemedy() {
        assertThat(run(Path.of("/nowhere/docker"), "--adapter", "cli", "Hello")).isEqualTo(1);
        assertThat(out.text()).isEmpty();
        assertThat(err.text()).contains("there is no command /nowhere/docker on this machine; remedy: install Docker");
    }

    private int run(Path docker, String... args) {
        CliRoad road = new CliRoad(() -> CliAdapter.builder().docker(docker).build(), name -> null);
        return new QuickStart(Servers.finder(Map.of()), List.of(), road, new MockRoad(), out.stream(), err.stream())
                .run(args);
    }
}
