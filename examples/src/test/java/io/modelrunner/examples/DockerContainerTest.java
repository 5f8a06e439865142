package io.modelrunner.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** How one is started, {@link ContainerRoadTest} shows. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(60)
class DockerContainerTest {
    @TempDir
    private Path directory;

    @Test
    void containerThatSomebodyElseStartsIsRemovedOnceItIsThere() throws IOException {
        Path docker = Files.writeString(directory.resolve("docker"), """
                #!/usr/bin/env bash
                echo "$*" >>"$0.calls"
                [ "$(wc -l <"$0.calls")" -lt 3 ] || echo "$3"
                """);
        assertThat(docker.toFile().setExecutable(true)).isTrue();
        DockerContainer container = new DockerContainer(docker.toString());
        String name = container.lentName();

        container.remove();

        assertThat(Files.readAllLines(directory.resolve("docker.calls")))
                .hasSize(3)
                .containsOnly("rm --force " + name);
    }
}
