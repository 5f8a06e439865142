package io.modelrunner.http;

import static io.modelrunner.http.Pulls.SOON;
import static io.modelrunner.http.Pulls.asked;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.modelrunner.BrokenAnswerException;
import io.modelrunner.CancelledException;
import io.modelrunner.InvalidRequestException;
import io.modelrunner.Model;
import io.modelrunner.TimedOutException;
import io.modelrunner.Timeouts;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.http.archive.ModelArchive;
import io.modelrunner.store.DiskFullException;
import io.modelrunner.store.StoreDamagedException;
import io.modelrunner.store.UnsupportedArtifactException;
import io.modelrunner.testing.LeakCheck;
import io.modelrunner.testing.Recordings;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import io.modelrunner.tinymodel.TinyModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models that come as files: what is sent, and what goes wrong on the way. */
@Timeout(120)
class LoadTest {
    private static final String MODEL = "ai/mine";
    private static final Script LOADED = Script.replay(Recordings.load("models/load"));
    private static final Script TAGGED = Script.replay(Recordings.load("models/tag-loaded"));
    private static final Script INSPECTED = Script.replay(Recordings.load("models/inspect-loaded"));
    private static final Timeouts HASTY =
            Timeouts.builder().load(Duration.ofMillis(400)).build();

    @TempDir
    Path folder;

    @RegisterExtension
    final LeakCheck leaks = LeakCheck.of();

    @Test
    void fileBecomesTheArchiveThatTheRunnerTakesAndIsTaggedAndInspected() throws Exception {
        Path gguf = TinyModel.CHAT.copyTo(folder.resolve("tiny.gguf"));
        try (BodyServer server = BodyServer.answering("models/load", "models/tag-loaded", "models/inspect-loaded");
                HttpAdapter adapter = server.adapter()) {
            Model model = new HttpModelStore(adapter).load(gguf, MODEL);
            assertThat(model.id()).isPresent();
            Map<String, byte[]> files = files(server.body(0));
            byte[] manifest = files.get("manifest.json");
            String id = "sha256:" + sha256(manifest);
            assertThat(server.heads())
                    .containsExactly(
                            "POST /models/load",
                            "POST /models/" + id + "/tag?repo=ai/mine&tag=latest",
                            "GET /models/ai/mine:latest");
            assertThat(files.get("blobs/sha256/" + TinyModel.CHAT.sha256())).isEqualTo(Files.readAllBytes(gguf));
            files.forEach((name, content) -> assertThat(name)
                    .satisfiesAnyOf(
                            one -> assertThat(one).isEqualTo("manifest.json"),
                            one -> assertThat(one).isEqualTo("blobs/sha256/" + sha256(content))));
            assertThat(files).hasSize(3);
            assertThat(new String(manifest, UTF_8))
                    .contains(
                            "\"schemaVersion\":2",
                            "application/vnd.docker.ai.model.config.v0.1+json",
                            "application/vnd.docker.ai.gguf.v3",
                            "sha256:" + TinyModel.CHAT.sha256());
            assertThat(server.header(0, "content-length"))
                    .isEqualTo(String.valueOf(ModelArchive.ofGguf(gguf).length()));
        }
    }

    @Test
    void idOfAnArchiveIsComputedWhileItPassesByAndItsBytesStay() throws Exception {
        byte[] archive = archive();
        String id = "sha256:" + sha256(files(archive).get("manifest.json"));
        try (BodyServer server = BodyServer.answering("models/load", "models/tag-loaded", "models/inspect-loaded");
                HttpAdapter adapter = server.adapter()) {
            new HttpModelStore(adapter).loadArchive(new ByteArrayInputStream(archive), MODEL);
            assertThat(server.body(0)).isEqualTo(archive);
            assertThat(server.header(0, "transfer-encoding")).isEqualTo("chunked");
            assertThat(server.heads()).contains("POST /models/" + id + "/tag?repo=ai/mine&tag=latest");
        }
    }

    @Test
    void damagedLoadIsFoundByLookingAtIt() throws IOException {
        byte[] archive = archive();
        Script damaged = exchange -> exchange.answer(
                500, "text/plain", "error while getting model: read config file: open x: no such file or directory\n");
        try (ScriptedServer server = Pulls.runner(LOADED, TAGGED, damaged);
                HttpAdapter adapter = Pulls.to(server).build()) {
            assertThatExceptionOfType(StoreDamagedException.class)
                    .isThrownBy(
                            () -> new HttpModelStore(adapter).loadArchive(new ByteArrayInputStream(archive), MODEL));
        }
    }

    @Test
    void archiveWithoutManifestThatTheRunnerTakesIsToldAsIts() {
        try (ScriptedServer server = Pulls.runner(LOADED);
                HttpAdapter adapter = Pulls.to(server).build()) {
            assertThatExceptionOfType(BrokenAnswerException.class)
                    .isThrownBy(() ->
                            new HttpModelStore(adapter).loadArchive(new ByteArrayInputStream(new byte[1_024]), MODEL))
                    .withMessageContaining("manifest.json");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "error while loading model: manifest not found, io.modelrunner.store.UnsupportedArtifactException",
        "error while loading model: no space left on device, io.modelrunner.store.DiskFullException",
        "error while loading model: something new, io.modelrunner.ModelUnavailableException"
    })
    void refusalWhileSendingIsTold(String words, Class<? extends Exception> type) {
        Script early = exchange -> exchange.unread().answer(500, "text/plain", words);
        try (ScriptedServer server = Pulls.runner(early);
                HttpAdapter adapter = Pulls.to(server).build()) {
            assertThat(catchThrowable(() -> new HttpModelStore(adapter).loadArchive(new Zeros(200L << 20), MODEL)))
                    .isExactlyInstanceOf(type)
                    .hasMessageContaining(words);
        }
    }

    @Test
    void streamOfTheCallersThatFailsIsNoFaultOfTheRunners() {
        try (ScriptedServer server = Pulls.runner(LOADED);
                HttpAdapter adapter = Pulls.to(server).build()) {
            for (int i = 0; i < 20; i++) {
                InputStream failing = new Zeros(100_000) {
                    @Override
                    void atEnd() throws IOException {
                        throw new IOException("the disk of the caller");
                    }
                };
                long begin = System.nanoTime();
                assertThatExceptionOfType(UncheckedIOException.class)
                        .isThrownBy(() -> new HttpModelStore(adapter).loadArchive(failing, MODEL))
                        .withMessageContaining("the disk of the caller");
                assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(SOON);
            }
            // Half an archive never looks like a whole one.
            assertThat(server.requests()).extracting("path").doesNotContain("/models/load");
        }
    }

    @Test
    void fileThatIsNotThereIsRefusedBeforeAnythingIsSent() {
        try (ScriptedServer server = Pulls.runner(LOADED);
                HttpAdapter adapter = Pulls.to(server).build()) {
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> new HttpModelStore(adapter).load(folder.resolve("none.gguf"), MODEL));
            assertThat(asked(server)).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"VANISHES", "GROWS", "SHRINKS", "CHANGES"})
    void fileThatChangesBeforeItIsSentIsToldAndNobodyWaits(Change change) throws Exception {
        Path gguf = TinyModel.CHAT.copyTo(folder.resolve("tiny.gguf"));
        ModelArchive archive = ModelArchive.ofGguf(gguf);
        change.to(gguf);
        try (ScriptedServer server = Pulls.runner(LOADED);
                HttpAdapter adapter = Pulls.to(server).build()) {
            Upload upload = new Upload(archive.length(), archive::writeTo);
            Attempts attempts = new Attempts(adapter, adapter.timeouts());
            assertThat(catchThrowable(() -> attempts.open(
                            site -> {
                                HttpPost post = new HttpPost(site.management("/models/load"));
                                post.setEntity(upload);
                                return post;
                            },
                            Phase.LOAD,
                            null)))
                    .isNotNull();
            assertThat(upload.failure())
                    .hasValueSatisfying(e -> assertThat(e).isInstanceOf(InvalidRequestException.class));
            assertThat(asked(server)).isEmpty();
        }
    }

    /** What happens to a file. */
    enum Change {
        VANISHES {
            @Override
            void to(Path file) throws IOException {
                Files.delete(file);
            }
        },
        GROWS {
            @Override
            void to(Path file) throws IOException {
                length(file, Files.size(file) + 1);
            }
        },
        SHRINKS {
            @Override
            void to(Path file) throws IOException {
                length(file, Files.size(file) - 1);
            }
        },
        CHANGES {
            @Override
            void to(Path file) throws IOException {
                byte[] bytes = Files.readAllBytes(file);
                bytes[bytes.length - 1]++;
                Files.write(file, bytes);
            }
        };

        abstract void to(Path file) throws IOException;

        private static void length(Path file, long length) throws IOException {
            try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
                open.setLength(length);
            }
        }
    }

    @Test
    void slowServerIsGivenTimeAsLongAsItTakesSomething() throws Exception {
        // More than the system keeps for the two of them, and slower than the limit for the whole.
        Timeouts limits = Timeouts.builder().load(Duration.ofSeconds(4)).build();
        try (BodyServer server = BodyServer.reading(64 << 10, Duration.ofMillis(6));
                HttpAdapter adapter = server.builder().timeouts(limits).build()) {
            long begin = System.nanoTime();
            Throwable thrown =
                    catchThrowable(() -> new HttpModelStore(adapter).loadArchive(new Zeros(48L << 20), MODEL));
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofSeconds(4));
            // It took everything; that it is no archive is another matter.
            assertThat(thrown).isInstanceOf(BrokenAnswerException.class).hasMessageContaining("manifest.json");
        }
    }

    @Test
    void serverThatTakesNothingMoreIsNotWaitedForLongerThanTheLimit() {
        try (ScriptedServer server = Pulls.runner(exchange -> exchange.unread().stall());
                HttpAdapter adapter = Pulls.to(server).timeouts(HASTY).build()) {
            assertThatExceptionOfType(TimedOutException.class)
                    .isThrownBy(() -> new HttpModelStore(adapter).loadArchive(new Zeros(200L << 20), MODEL))
                    .satisfies(e -> assertThat(e.phase()).isEqualTo(Phase.LOAD));
        }
    }

    @Test
    void interruptEndsALoad() throws InterruptedException {
        CountDownLatch sending = new CountDownLatch(1);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        InputStream endless = new Zeros(Long.MAX_VALUE) {
            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                sending.countDown();
                return super.read(bytes, offset, length);
            }
        };
        try (ScriptedServer server = Pulls.runner(exchange -> exchange.unread().stall());
                HttpAdapter adapter = Pulls.to(server).build()) {
            Thread loader = new Thread(
                    () -> thrown.set(catchThrowable(() -> new HttpModelStore(adapter).loadArchive(endless, MODEL))));
            loader.start();
            assertThat(sending.await(SOON.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
            loader.interrupt();
            loader.join(SOON.toMillis());
            assertThat(thrown.get()).isInstanceOf(CancelledException.class);
        }
    }

    @Test
    void recordedRefusalsOfArchivesAreTyped() {
        try (ScriptedServer server = Pulls.runner(exchange ->
                        exchange.answer(500, "text/plain", "write repackaged model: no space left on device"));
                HttpAdapter adapter = Pulls.to(server).build()) {
            assertThatExceptionOfType(DiskFullException.class)
                    .isThrownBy(() -> new HttpModelStore(adapter).repackage(MODEL, "ai/small", 512));
        }
        try (ScriptedServer server = Pulls.runner(Script.replay(Recordings.load("models/load-wrong-digest")));
                HttpAdapter adapter = Pulls.to(server).build()) {
            assertThatExceptionOfType(UnsupportedArtifactException.class)
                    .isThrownBy(() -> new HttpModelStore(adapter).loadArchive(new Zeros(1_024), MODEL));
        }
    }

    private byte[] archive() throws IOException {
        Path gguf = TinyModel.CHAT.copyTo(folder.resolve("tiny.gguf"));
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        ModelArchive.ofGguf(gguf).writeTo(archive);
        return archive.toByteArray();
    }

    private static Map<String, byte[]> files(byte[] archive) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new ByteArrayInputStream(archive))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (entry.isFile()) {
                    files.put(entry.getName(), tar.readAllBytes());
                }
            }
        }
        return files;
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** So many zero bytes that are nowhere in memory. */
    private static class Zeros extends InputStream {
        private long left;

        Zeros(long left) {
            this.left = left;
        }

        void atEnd() throws IOException {
            // the end is the end
        }

        @Override
        public int read() throws IOException {
            return read(new byte[1], 0, 1) < 0 ? -1 : 0;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left <= 0) {
                atEnd();
                return -1;
            }
            int count = (int) Math.min(left, length);
            left -= count;
            return count;
        }
    }
}
