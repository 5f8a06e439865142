package io.modelrunner.http.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.modelrunner.CancelledException;
import io.modelrunner.InvalidRequestException;
import io.modelrunner.http.JsonValues;
import io.modelrunner.testing.Recordings;
import io.modelrunner.tinymodel.TinyModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ModelArchiveTest {
    @TempDir
    Path directory;

    private Path gguf;

    @BeforeEach
    void copyModel() {
        gguf = TinyModel.CHAT.copyTo(directory.resolve("model.gguf"));
    }

    @ParameterizedTest
    @EnumSource(
            value = TinyModel.class,
            names = {"CHAT", "EMBEDDING", "RERANKER"})
    void archiveHoldsModelConfigAndManifest(TinyModel model) throws IOException {
        ModelArchive archive = ModelArchive.ofGguf(model.copyTo(gguf));
        byte[] bytes = bytes(archive);

        assertThat(archive.length()).isEqualTo(bytes.length);
        Map<String, byte[]> files = files(bytes);
        byte[] manifest = requireNonNull(files.get("manifest.json"));
        String config = Sha256.digits(requireNonNull(List.copyOf(files.values()).get(1)));
        assertThat(files.keySet())
                .containsExactly("blobs/sha256/" + model.sha256(), "blobs/sha256/" + config, "manifest.json");
        assertThat(files.get("blobs/sha256/" + model.sha256())).isEqualTo(model.bytes());
        assertThat(archive.id()).isEqualTo("sha256:" + Sha256.digits(manifest));
        assertThat(new String(manifest, UTF_8))
                .isEqualTo("{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
                        + "\"config\":{\"mediaType\":\"application/vnd.docker.ai.model.config.v0.1+json\",\"size\":"
                        + requireNonNull(files.get("blobs/sha256/" + config)).length + ",\"digest\":\"sha256:" + config
                        + "\"},\"layers\":[{\"mediaType\":\"application/vnd.docker.ai.gguf.v3\",\"size\":"
                        + model.bytes().length + ",\"digest\":\"sha256:" + model.sha256() + "\"}]}");
    }

    /** The recording is of a model that was packaged by {@code docker model package}. */
    @ParameterizedTest
    @CsvSource({
        "CHAT, docker.io/ai/tiny:latest",
        "EMBEDDING, docker.io/ai/tiny-embed:latest",
        "RERANKER, docker.io/ai/tiny-rerank:latest"
    })
    void configSaysWhatTheCommandLineWouldHaveSaid(TinyModel model, String tag) throws IOException {
        String config = config(ModelArchive.ofGguf(model.copyTo(gguf)));

        Map<String, @Nullable Object> document = JsonValues.object(config);
        Map<String, @Nullable Object> recorded = recordedConfig(tag);
        // Ours says nothing of it: the engine would be started with that much.
        assertThat(recorded.remove("context_size")).isNotNull();
        assertThat(document.get("config")).isEqualTo(recorded);
        assertThat(config)
                .endsWith(",\"descriptor\":{},\"rootfs\":{\"type\":\"rootfs\",\"diff_ids\":[\"sha256:" + model.sha256()
                        + "\"]}}");
    }

    @Test
    void quantizationThatHasNoNameIsLeftOut() throws IOException {
        Files.write(
                gguf,
                GgufBytes.begin(0, 1).entry("general.file_type", 4).int32(4711).bytes());

        assertThat(config(ModelArchive.ofGguf(gguf)))
                .startsWith("{\"config\":{\"format\":\"gguf\",\"parameters\":\"0\",\"size\":\"0B\",\"gguf\":{");
    }

    @Test
    void sameContentIsTheSameModel() throws IOException {
        ModelArchive archive = ModelArchive.ofGguf(gguf);
        Path copy = TinyModel.CHAT.copyTo(directory.resolve("other name.gguf"));
        Files.setLastModifiedTime(copy, FileTime.fromMillis(1_000_000_000_000L));

        ModelArchive other = ModelArchive.ofGguf(copy);
        assertThat(other.id()).isEqualTo(archive.id());
        assertThat(bytes(other)).isEqualTo(bytes(archive)).isEqualTo(bytes(archive));
    }

    @Test
    void watcherComputesTheSameId() throws IOException {
        ModelArchive archive = ModelArchive.ofGguf(gguf);

        try (ManifestDigest watched = new ManifestDigest(new ByteArrayInputStream(bytes(archive)))) {
            watched.transferTo(OutputStream.nullOutputStream());
            assertThat(watched.id()).contains(archive.id());
        }
    }

    @Test
    void fileThatChangedIsNotSentAsAModel() throws IOException {
        ModelArchive archive = ModelArchive.ofGguf(gguf);
        byte[] changed = TinyModel.CHAT.bytes();
        changed[changed.length - 1] ^= 1;
        Files.write(gguf, changed);

        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> archive.writeTo(sent))
                .withMessage("gguf must be a file that stays as it is while it is read, but is " + gguf
                        + ", which has changed");
        assertThat(sent.size()).isLessThanOrEqualTo(512 + changed.length);
        try (ManifestDigest watched = new ManifestDigest(new ByteArrayInputStream(sent.toByteArray()))) {
            watched.transferTo(OutputStream.nullOutputStream());
            assertThat(watched.id()).isEmpty();
        }
    }

    @Test
    void fileThatGrewIsRefusedBeforeItIsSent() throws IOException {
        ModelArchive archive = ModelArchive.ofGguf(gguf);
        Files.write(gguf, new byte[1], StandardOpenOption.APPEND);

        assertChanged(archive, OutputStream.nullOutputStream());
    }

    @Test
    void fileThatShrinksWhileItIsSentIsRefused() throws IOException {
        ModelArchive archive = ModelArchive.ofGguf(gguf);

        assertChanged(archive, new OutputStream() {
            @Override
            public void write(int b) {
                throw new IllegalStateException("only whole blocks come");
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                Files.write(gguf, new byte[1000]);
            }
        });
    }

    @Test
    void fileThatIsGoneIsRefused() throws IOException {
        ModelArchive archive = ModelArchive.ofGguf(gguf);
        Files.delete(gguf);

        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> archive.writeTo(OutputStream.nullOutputStream()))
                .withMessageContaining("which is not there");
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> ModelArchive.ofGguf(gguf))
                .withMessage("gguf must be a file that can be read, but is " + gguf + ", which is not there");
    }

    @Test
    void directoryIsRefused() {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> ModelArchive.ofGguf(directory))
                .withMessage("gguf must be a file, but is " + directory + ", which is something else");
    }

    @Test
    void failureOfTheReceiverComesAsItIs() {
        ModelArchive archive = ModelArchive.ofGguf(gguf);
        IOException gone = new IOException("connection reset");

        assertThatIOException()
                .isThrownBy(() -> archive.writeTo(new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw gone;
                    }
                }))
                .isSameAs(gone);
    }

    @Test
    void interruptEndsTheReading() {
        ModelArchive archive = ModelArchive.ofGguf(gguf);

        Thread.currentThread().interrupt();
        assertThatExceptionOfType(CancelledException.class).isThrownBy(() -> ModelArchive.ofGguf(gguf));
        assertThatExceptionOfType(ClosedByInterruptException.class)
                .isThrownBy(() -> archive.writeTo(OutputStream.nullOutputStream()));
        assertThat(Thread.interrupted()).isTrue();
    }

    private static void assertChanged(ModelArchive archive, OutputStream out) {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> archive.writeTo(out))
                .withMessageContaining("which has changed");
    }

    private static String config(ModelArchive archive) throws IOException {
        return new String(List.copyOf(files(bytes(archive)).values()).get(1), UTF_8);
    }

    private static Map<String, @Nullable Object> recordedConfig(String tag) {
        String models = Recordings.load("models/list-several").response().body();
        for (Object item :
                JsonValues.list(JsonValues.object("{\"models\":" + models + "}").get("models"))) {
            Map<String, @Nullable Object> model = JsonValues.object(item);
            if (List.of(tag).equals(model.get("tags"))) {
                return new LinkedHashMap<>(JsonValues.object(model.get("config")));
            }
        }
        throw new AssertionError("no model " + tag + " was recorded");
    }

    private static byte[] bytes(ModelArchive archive) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        archive.writeTo(bytes);
        return bytes.toByteArray();
    }

    private static Map<String, byte[]> files(byte[] archive) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new ByteArrayInputStream(archive))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                files.put(entry.getName(), tar.readAllBytes());
            }
        }
        return files;
    }
}
