package io.modelrunner.http;

import static io.modelrunner.http.Pulls.asked;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.Model;
import io.modelrunner.ModelName;
import io.modelrunner.store.DiskUsage;
import io.modelrunner.testing.LeakCheck;
import io.modelrunner.testing.Recording;
import io.modelrunner.testing.Recordings;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Recorded successes of the store that name no model, with the answers that follow them; and what room the store takes. */
@Timeout(60)
class RecordedSuccessesTest {
    /** What is read here. */
    static final Set<String> READ =
            Set.of("models/load", "models/load-hand-made", "models/repackage", "engines/df", "engines/df-empty");

    private static final String MANIFEST = "{}";
    private static final String ID_OF_MANIFEST =
            "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

    @RegisterExtension
    final LeakCheck leaks = LeakCheck.of();

    @ParameterizedTest
    @CsvSource({
        "models/load, models/tag, models/inspect, ai/tiny, 9351ec10c41b",
        "models/load-hand-made, models/tag-loaded, models/inspect-loaded, ai/hand-made, 50d0a98e4bfe"
    })
    void loadedArchiveIsTheModelThatIsThereThen(String load, String tag, String inspect, String name, String id)
            throws IOException {
        try (ScriptedServer server = Pulls.runner(replay(load), replay(tag), replay(inspect));
                HttpAdapter adapter = Pulls.to(server).build()) {
            Model model = new HttpModelStore(adapter).loadArchive(archive(), name);
            assertThat(model.name()).isEqualTo(ModelName.of("docker.io/" + name + ":latest"));
            assertThat(model.tags()).containsExactly(model.name());
            assertThat(model.id().orElseThrow()).startsWith("sha256:" + id);
            assertThat(model.format()).contains("gguf");
            assertThat(asked(server))
                    .containsExactly(
                            "POST " + Recordings.load(load).request().path(),
                            "POST /models/" + ID_OF_MANIFEST + "/tag?repo=" + name + "&tag=latest",
                            "GET /models/" + name + ":latest");
        }
    }

    /** An archive as far as its id is concerned, which is computed here. */
    private static InputStream archive() throws IOException {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(archive)) {
            TarArchiveEntry entry = new TarArchiveEntry("manifest.json");
            entry.setSize(MANIFEST.length());
            tar.putArchiveEntry(entry);
            tar.write(MANIFEST.getBytes(UTF_8));
            tar.closeArchiveEntry();
        }
        return new ByteArrayInputStream(archive.toByteArray());
    }

    /** The answer does not describe what was made; no description of that was recorded, so this one has its form. */
    @Test
    void repackagedModelIsTheOneThatIsThereThen() {
        Recording recording = Recordings.load("models/repackage");
        Script made = Script.json("{\"id\":\"sha256:" + "ab".repeat(32) + "\",\"tags\":[\"docker.io/myorg/tiny:256\"],"
                + "\"created\":1795249956,\"config\":{\"format\":\"gguf\",\"context_size\":256}}");
        try (ScriptedServer server = Pulls.runner(Script.replay(recording), made);
                HttpAdapter adapter = Pulls.to(server).build()) {
            Model model = new HttpModelStore(adapter).repackage("ai/tiny", "myorg/tiny:256", 256);
            assertThat(model.name()).isEqualTo(ModelName.of("docker.io/myorg/tiny:256"));
            assertThat(model.contextTokens()).hasValue(256);
            assertThat(asked(server))
                    .containsExactly("POST /models/ai/tiny:latest/repackage", "GET /models/myorg/tiny:256");
            assertThat(Pulls.requests(server).get(0).body())
                    .isEqualTo(recording.request().body().replace(" ", ""));
        }
    }

    @ParameterizedTest
    @CsvSource({"engines/df, 54465387", "engines/df-empty, 42"})
    void roomThatTheRunnerTakesIsRead(String name, long models) {
        try (ScriptedServer server = Pulls.runner(replay(name));
                HttpAdapter adapter = Pulls.to(server).build()) {
            assertThat(new HttpModelStore(adapter).diskUsage()).isEqualTo(new DiskUsage(models, 29_623_989));
            assertThat(asked(server)).containsExactly("GET /engines/df");
        }
    }

    private static Script replay(String name) {
        return Script.replay(Recordings.load(name));
    }
}
