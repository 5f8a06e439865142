package io.modelrunner.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RecordingsTest {
    private static final Path FOLDER = Path.of("src/main/resources/io/modelrunner/testing/recordings");

    @Test
    void indexNamesEveryFile() throws IOException {
        try (Stream<Path> files = Files.walk(FOLDER)) {
            List<String> names = files.map(file -> FOLDER.relativize(file).toString())
                    .filter(name -> name.endsWith(".json"))
                    .filter(name -> !name.startsWith("cli/")) // no exchanges: see CliRecordings
                    .map(name -> name.substring(0, name.length() - ".json".length()))
                    .sorted()
                    .toList();
            assertThat(Recordings.names()).isEqualTo(names);
        }
    }

    @Test
    void everyRecordingLoadsUnderItsName() {
        assertThat(Recordings.names()).hasSizeGreaterThan(200).allSatisfy(name -> {
            Recording recording = Recordings.load(name);
            assertThat(recording).hasToString(name);
            assertThat(recording.request().method()).isNotEmpty();
            assertThat(recording.request().path()).startsWith("/");
            assertThat(recording.response().status()).isBetween(200, 599);
        });
    }

    @Test
    void folderHasItsRecordingsAlone() {
        assertThat(Recordings.folder("llama-cpp"))
                .hasSizeGreaterThan(25)
                .allMatch(recording -> recording.name().startsWith("llama-cpp/"));
    }

    @Test
    void recordingHasWhatWasSaid() {
        Recording recording = Recordings.load("llama-cpp/chat-stream");
        assertThat(recording.request().method()).isEqualTo("POST");
        assertThat(recording.request().path()).isEqualTo("/v1/chat/completions");
        assertThat(recording.request().headers()).containsEntry("Content-Type", "application/json");
        assertThat(recording.request().isPlaceholder()).isFalse();
        assertThat(recording.response().header("content-type")).contains("text/event-stream");
        assertThat(recording.response().isChunked()).isTrue();
        assertThat(recording.response().body()).startsWith("data: {").endsWith("data: [DONE]\n\n");
        assertThat(recording.response().end()).isEqualTo(Recording.End.WHOLE);
    }

    @Test
    void cutAnswersAndLargeBodiesSaySo() {
        assertThat(Recordings.load("inference/chat-stream-engine-killed")
                        .response()
                        .end())
                .isEqualTo(Recording.End.CUT_BY_SERVER);
        assertThat(Recordings.load("models/pull-cancelled-by-client").response().end())
                .isEqualTo(Recording.End.CUT_BY_CLIENT);
        assertThat(Recordings.load("inference/chat-context-overflow").request().isPlaceholder())
                .isTrue();
        Recording.Response large = Recordings.load("models/export").response();
        assertThat(large.body()).isEmpty();
        assertThat(large.bodyLength()).isEqualTo(1_036_800);
    }

    @Test
    void unknownNamesAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Recordings.load("inference/none"))
                .withMessageContaining("inference/none");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Recordings.folder("none"))
                .withMessageContaining("none");
    }
}
