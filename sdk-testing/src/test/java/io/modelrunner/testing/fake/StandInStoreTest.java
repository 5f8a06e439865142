package io.modelrunner.testing.fake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class StandInStoreTest {
    private static final String TINY = "{\"from\":\"ai/tiny\"}";

    @TempDir
    private Path directory;

    private FakeModelRunner start(Path store) {
        return StandIn.start(
                new String[] {"--port", "0", "--store", store.toString(), "--offer", "ai/tiny", "--offer", "ai/embed"},
                new PrintStream(new ByteArrayOutputStream(), true, UTF_8));
    }

    private FakeModelRunner start() {
        return start(directory);
    }

    private List<Path> files(String kind) {
        try (Stream<Path> files = Files.list(directory.resolve(kind).resolve("sha256"))) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void nextRunnerHasWhatWasPulledAndPullsNothing() {
        String shown;
        byte[] exported;
        try (FakeModelRunner first = start()) {
            Asker asker = new Asker(first);
            assertThat(asker.pull(TINY).body()).contains("\"progress\"", "Model pulled successfully");
            assertThat(asker.post("/models/ai/tiny/tag?repo=mine&tag=1", "").status())
                    .isEqualTo(201);
            shown = asker.get("/models").body();
            exported = asker.get("/models/ai/tiny/export").bytes();
        }
        try (FakeModelRunner second = start()) {
            Asker asker = new Asker(second);
            assertThat(second.models()).containsExactly("docker.io/ai/tiny:latest", "docker.io/ai/mine:1");
            assertThat(asker.get("/models").body()).isEqualTo(shown);
            assertThat(asker.get("/models/mine:1/export").bytes()).isEqualTo(exported);
            assertThat(asker.pull(TINY).body()).contains("Using cached model").doesNotContain("progress");
        }
    }

    @Test
    void whatWasLoadedStaysWithoutAName() {
        try (FakeModelRunner first = start()) {
            new Asker(first).ask("POST", "/models/load", Map.of(), Archives.handMade());
        }
        try (FakeModelRunner second = start()) {
            assertThat(new Asker(second).get("/models/" + Archives.handMadeId()).status())
                    .isEqualTo(200);
            assertThat(second.models()).isEmpty();
        }
    }

    @Test
    void whatWasDeletedIsGoneWithItsFilesAndTheOtherStays() {
        try (FakeModelRunner first = start()) {
            Asker asker = new Asker(first);
            asker.pull(TINY);
            asker.pull("{\"from\":\"ai/embed\"}");
            assertThat(asker.delete("/models/ai/tiny").body()).contains("Deleted");
        }
        assertThat(files("manifests")).hasSize(1);
        assertThat(files("blobs")).hasSize(2);
        try (FakeModelRunner second = start()) {
            assertThat(second.models()).containsExactly("docker.io/ai/embed:latest");
            assertThat(new Asker(second).delete("/models/purge").status()).isEqualTo(200);
        }
        assertThat(files("manifests")).isEmpty();
        assertThat(files("blobs")).isEmpty();
        try (FakeModelRunner third = start()) {
            assertThat(new Asker(third).get("/models").body()).isEqualToIgnoringWhitespace("[]");
        }
    }

    @Test
    void oneOfSeveralNamesIsGoneForGood() {
        try (FakeModelRunner first = start()) {
            Asker asker = new Asker(first);
            asker.pull(TINY);
            asker.post("/models/ai/tiny/tag?repo=mine&tag=1", "");
            asker.delete("/models/ai/tiny");
        }
        try (FakeModelRunner second = start()) {
            assertThat(second.models()).containsExactly("docker.io/ai/mine:1");
        }
    }

    @Test
    void damageStaysUntilTheModelIsPulledAgain() {
        try (FakeModelRunner first = start()) {
            new Asker(first).pull(TINY);
            first.damage("ai/tiny");
        }
        try (FakeModelRunner second = start()) {
            Asker asker = new Asker(second);
            assertThat(asker.get("/models/ai/tiny").body()).contains("read config file");
            assertThat(asker.pull(TINY).body()).contains("Model pulled successfully");
            assertThat(asker.get("/models/ai/tiny").status()).isEqualTo(200);
        }
    }

    @Test
    void blobThatWasOnlyHalfWrittenIsWrittenAnew() throws Exception {
        try (FakeModelRunner first = start()) {
            new Asker(first).pull(TINY);
        }
        for (Path blob : files("blobs")) {
            Files.move(blob, blob.resolveSibling(blob.getFileName() + ".incomplete"));
        }
        try (FakeModelRunner second = start()) {
            assertThat(second.models()).isEmpty();
            assertThat(new Asker(second).pull(TINY).body()).contains("Model pulled successfully");
            assertThat(second.models()).containsExactly("docker.io/ai/tiny:latest");
        }
        assertThat(files("blobs")).hasSize(2).noneMatch(file -> file.toString().endsWith(".incomplete"));
    }

    @Test
    void storeThatCannotBeUsedIsTold() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> start(file))
                .withMessageContaining(file.toString());
        Files.writeString(directory.resolve("models.json"), "{\"models\":");
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(this::start)
                .withMessageContaining("models.json");
    }
}
