package io.modelrunner.testing.fake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.testing.Recording;
import io.modelrunner.testing.Recordings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Asks the fake runner every question that a real one was asked, and compares the answers. */
class FakeAgainstRecordingsTest {
    private static final String RECORDED_TINY = "9351ec10c41ba346012c7e7de5fbbfe4a9b7010689794264f9200379bb00e777";
    private static final String RECORDED_HAND_MADE = "50d0a98e4bfea0798296d7032cb4deefa4f89c6d063d4c965c72b9568a9dc944";
    private static final String MANY_WORDS = "word ".repeat(3000);

    static Stream<Recording> recordings() {
        return Stream.of("service", "models", "engines", "inference", "other-apis")
                .flatMap(folder -> Recordings.folder(folder).stream());
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void answersAsRecorded(Recording recording) {
        Asker.Answer answer = answer(recording, recording.name().startsWith("models/pull-") ? 20 : 0);
        if (recording.name().equals("models/pull-twice-at-once")
                && !answer.body().contains("\"type\":\"error\"")) {
            answer = answer(recording, 500); // at the usual pace, on a busy machine, the first pull may be late or over
        }
        compare(answer, recording);
    }

    private static Asker.Answer answer(Recording recording, int pace) {
        try (FakeModelRunner runner =
                FakeModelRunner.builder().pace(Duration.ofMillis(pace)).start()) {
            Asker asker = new Asker(runner);
            RecordedStates.of(recording.name()).prepare(runner, asker);
            return ask(asker, recording);
        }
    }

    private static Asker.Answer ask(Asker asker, Recording recording) {
        Recording.Request request = recording.request();
        Map<String, String> headers = new HashMap<>();
        request.headers().forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
        return asker.ask(request.method(), ours(request.path()), headers, body(recording));
    }

    /** {@return the text with the ids of our models} */
    private static String ours(String text) {
        String tiny = RecordedStates.TINY.id().substring("sha256:".length());
        return text.replace(RECORDED_TINY, tiny)
                .replace(RECORDED_TINY.substring(0, 12), tiny.substring(0, 12))
                .replace(RECORDED_HAND_MADE, Archives.handMadeId().substring("sha256:".length()));
    }

    /** {@return the body that was sent, made anew where the recording has a note in its place} */
    private static byte[] body(Recording recording) {
        if (!recording.request().isPlaceholder()) {
            return ours(recording.request().body()).getBytes(UTF_8);
        }
        String chat =
                "{\"model\":\"ai/tiny\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]%s}";
        return switch (recording.name()) {
            case "models/load", "models/load-hand-made" -> Archives.handMade();
            case "models/load-wrong-digest" -> Archives.spoilt();
            case "models/load-garbage" -> "this is not an tar".getBytes(UTF_8);
            case "inference/chat-too-large" ->
                chat.formatted("x".repeat(11 << 20), "").getBytes(UTF_8);
            case "inference/chat-context-overflow", "other-apis/anthropic-context-overflow" ->
                chat.formatted(MANY_WORDS, "").getBytes(UTF_8);
            case "inference/chat-context-overflow-stream" ->
                chat.formatted(MANY_WORDS, ",\"stream\":true").getBytes(UTF_8);
            case "other-apis/responses-stream-context-overflow" ->
                ("{\"model\":\"ai/tiny\",\"stream\":true,\"input\":\"" + MANY_WORDS + "\"}").getBytes(UTF_8);
            case "inference/embeddings-too-long" ->
                ("{\"model\":\"ai/tiny-embed\",\"input\":\"" + MANY_WORDS + "\"}").getBytes(UTF_8);
            default -> throw new AssertionError("nobody knows what was sent for " + recording.name());
        };
    }

    private static void compare(Asker.Answer answer, Recording recording) {
        Recording.Response recorded = recording.response();
        assertThat(answer.status()).as(answer.body()).isEqualTo(recorded.status());
        assertThat(answer.contentType())
                .isEqualTo(recorded.header("Content-Type").orElse(""));
        assertThat(answer.headers().get("location"))
                .isEqualTo(recorded.header("Location").orElse(null));
        if (recorded.bodyLength() > 0 && recorded.body().isEmpty()) {
            assertThat(answer.bytes()).as("the large file").hasSizeGreaterThan(1_000_000);
            return;
        }
        List<Object> expected = Essence.of(recorded.body(), answer.contentType());
        List<Object> found = Essence.of(answer.body(), answer.contentType());
        if (recorded.end() == Recording.End.CUT_BY_CLIENT) {
            assertThat(found).startsWith(expected.get(0));
            return;
        }
        if (recorded.end() == Recording.End.CUT_BY_SERVER) {
            assertThat(answer.whole()).as("whole").isFalse();
            assertThat(found.subList(0, found.size() - 1)).isEqualTo(expected.subList(0, expected.size() - 1));
            return;
        }
        assertThat(found).isEqualTo(expected);
    }
}
