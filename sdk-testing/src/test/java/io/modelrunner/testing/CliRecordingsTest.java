package io.modelrunner.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CliRecordingsTest {
    private static final Path FOLDER = Path.of("src/main/resources/io/modelrunner/testing/recordings/cli");

    @Test
    void indexNamesEveryFile() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            List<String> names = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".json"))
                    .map(name -> name.substring(0, name.length() - ".json".length()))
                    .sorted()
                    .toList();
            assertThat(CliRecordings.names()).isEqualTo(names);
        }
    }

    @Test
    void everyRunLoadsUnderItsName() {
        assertThat(CliRecordings.names()).hasSizeGreaterThan(80).allSatisfy(name -> {
            CliRecording run = CliRecordings.load(name);
            assertThat(run).hasToString(name);
            assertThat(run.command()).startsWith("docker", "model");
            assertThat(run.exitCode()).isBetween(0, 1);
        });
        assertThat(CliRecordings.all()).extracting(CliRecording::name).isEqualTo(CliRecordings.names());
    }

    @Test
    void runHasWhatWasGivenAndWhatCameOut() {
        CliRecording run = CliRecordings.load("run-stdin-several-lines");
        assertThat(run.arguments()).containsExactly("run", "ai/tiny");
        assertThat(run.stdin()).contains("Hello\n\nWhat is\nDocker?\n");
        assertThat(run.exitCode()).isZero();
        assertThat(run.stdout()).startsWith("Docker packs").endsWith("\n");
        assertThat(run.stderr()).isEmpty();

        CliRecording refused = CliRecordings.load("no-daemon-list");
        assertThat(refused.stdin()).isEmpty();
        assertThat(refused.environment())
                .containsEntry("MODEL_RUNNER_HOST", Optional.empty())
                .containsEntry("DOCKER_HOST", Optional.of("tcp://127.0.0.1:1"));
        assertThat(refused.exitCode()).isOne();
        assertThat(refused.stderr()).contains("Is the docker daemon running?");
    }

    @Test
    void emptyInputIsNotTheNullDevice() {
        assertThat(CliRecordings.load("run-stdin-empty-and-argument").stdin()).contains("");
        assertThat(CliRecordings.load("run").stdin()).isEmpty();
    }

    @Test
    void unknownNamesAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CliRecordings.load("none"))
                .withMessageContaining("none");
    }
}
