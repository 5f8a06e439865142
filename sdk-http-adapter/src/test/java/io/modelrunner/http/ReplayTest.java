package io.modelrunner.http;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.modelrunner.BrokenAnswerException;
import io.modelrunner.CancelledException;
import io.modelrunner.ModelLoadException;
import io.modelrunner.ModelNotFoundException;
import io.modelrunner.RequestRefusedException;
import io.modelrunner.TimedOutException;
import io.modelrunner.Timeouts;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.testing.Recording;
import io.modelrunner.testing.Recordings;
import io.modelrunner.testing.ReplayAdapter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class ReplayTest {
    private static final ChatRequest HELLO =
            ChatRequest.builder("ai/tiny").user("Hello").temperature(0).build();
    private static final ChatRequest LA = ChatRequest.builder("ai/tiny")
            .user("Repeat: la la la la la la la la la la la la")
            .temperature(0)
            .build();

    @Test
    void chatIsAnsweredAsRecorded() {
        try (LLMAdapter adapter = replay("chat", "chat-system")) {
            assertThat(adapter.chat(HELLO)).isComplete().hasText("Hello! How can I help you today?");
            assertThat(adapter.chat(HELLO).adapter()).isEqualTo("replay");
            assertThat(adapter.name()).isEqualTo("replay");
            assertThat(adapter.capabilities()).isNotEmpty();
        }
    }

    @Test
    void streamIsAnsweredAsRecorded() {
        try (LLMAdapter adapter = replay("chat", "chat-stream")) {
            try (ChatStream stream = adapter.stream(HELLO)) {
                assertThat(stream.text()).startsWith("Hello", "!", " How").hasSize(9);
                assertThat(stream.response().orElseThrow().adapter()).isEqualTo("replay");
            }
        }
    }

    @Test
    void sameRequestIsAnsweredInOrderThenByTheLast() {
        try (LLMAdapter adapter = replay("chat-cannot-start-with-configuration", "chat", "model-not-pulled")) {
            assertThatExceptionOfType(ModelLoadException.class).isThrownBy(() -> adapter.chat(HELLO));
            assertThat(adapter.chat(HELLO)).isComplete();
            assertThatExceptionOfType(ModelNotFoundException.class).isThrownBy(() -> adapter.chat(HELLO));
            assertThatExceptionOfType(ModelNotFoundException.class).isThrownBy(() -> adapter.chat(HELLO));
        }
    }

    @Test
    void answerThatTheServerCutIsCut() {
        try (LLMAdapter adapter = replay("chat-stream-engine-killed")) {
            assertThatExceptionOfType(BrokenAnswerException.class)
                    .isThrownBy(() -> adapter.stream(LA).join())
                    .satisfies(broken -> assertThat(broken.partialText()).isEqualTo("l"));
        }
    }

    @Test
    void answerThatTheClientCutStaysOpen() {
        Recording whole = Recordings.load("inference/chat-stream");
        String begun = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hel\"}}]}\n\n";
        Recording.Response part = new Recording.Response(
                200, whole.response().headers(), begun, begun.length(), Recording.End.CUT_BY_CLIENT);
        Recording cut = new Recording("cut", "", whole.request(), part);
        Timeouts impatient =
                Timeouts.builder().betweenTokens(Duration.ofMillis(200)).build();
        try (LLMAdapter adapter = ReplayAdapter.from(List.of(cut), HttpAdapter::at)) {
            ChatStream stream =
                    adapter.stream(HELLO.toBuilder().timeouts(impatient).build());
            assertThatExceptionOfType(TimedOutException.class)
                    .isThrownBy(stream::join)
                    .satisfies(timedOut -> assertThat(timedOut.partialText()).isEqualTo("Hel"));
        }
    }

    @Test
    void unrecordedRequestShowsTheNearest() {
        ChatRequest other = ChatRequest.builder("ai/tiny")
                .user("Hello there, how is the weather in that long sentence which is not shown to its end?")
                .temperature(0)
                .maxTokens(5)
                .build();
        try (LLMAdapter adapter = replay("chat-json-object", "chat", "chat-stream", "chat-two-tools", "embeddings")) {
            assertThatExceptionOfType(RequestRefusedException.class)
                    .isThrownBy(() -> adapter.chat(other))
                    .withMessage("""
                            this is a replay of 5 exchanges from memory, and POST /engines/v1/chat/completions was not recorded \
                            in this form; the nearest is inference/chat:
                              messages[0].content: asked "Hello there, how is the weather in that long sentence which…, \
                            recorded "Hello"
                              max_tokens: asked 5, not recorded
                              → record it again with RecordingAdapter   (the request was changed on purpose)""")
                    .satisfies(refused -> {
                        assertThat(refused.adapter()).contains("replay");
                        assertThat(refused.elsewhere()).isFalse();
                    });
        }
    }

    @Test
    void unrecordedStreamIsRefusedByTheFirstPull() {
        try (LLMAdapter adapter = replay("chat")) {
            ChatStream stream = adapter.stream(HELLO);
            assertThatExceptionOfType(RequestRefusedException.class)
                    .isThrownBy(stream::join)
                    .withMessageContaining("the nearest is inference/chat:\n  stream: asked true, not recorded");
        }
    }

    @Test
    void unrecordedPlaceShowsWhereRequestsWent() {
        try (LLMAdapter adapter = replay("chat", "embeddings")) {
            assertThatExceptionOfType(RequestRefusedException.class)
                    .isThrownBy(adapter::listModels)
                    .withMessageContaining("GET /engines/v1/models was not recorded in this form; recorded were:\n"
                            + "  POST /engines/v1/chat/completions\n  POST /engines/v1/embeddings");
        }
    }

    @Test
    void replayIsAlwaysThereUntilClosed() {
        LLMAdapter adapter = replay("chat");
        assertThat(adapter.health().isUp()).isTrue();
        assertThat(adapter.health().detail()).isEqualTo("a replay of 1 exchanges from memory");
        adapter.close();
        adapter.close();
        assertThat(adapter.health().isUp()).isFalse();
        assertThatExceptionOfType(CancelledException.class).isThrownBy(() -> adapter.chat(HELLO));
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat-named-engine", "chat-v1-alias"})
    void apiIsWhereItWasWhenRecorded(String name) {
        try (LLMAdapter adapter = replay(name)) {
            assertThat(adapter.chat(HELLO)).isComplete();
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void everyRecordingIsServedAsItIs(Recording recording) throws Exception {
        AtomicReference<String> url = new AtomicReference<>();
        try (LLMAdapter adapter = ReplayAdapter.from(List.of(recording), address -> {
            url.set(address);
            return HttpAdapter.at(address);
        })) {
            assertThat(adapter.health().isUp()).isTrue();
            URI server = URI.create(url.get());
            HttpRequest request = HttpRequest.newBuilder(
                            server.resolve(recording.request().path()))
                    .method(
                            recording.request().method(),
                            HttpRequest.BodyPublishers.ofString(
                                    " " + recording.request().body()))
                    .build();
            HttpResponse<String> response = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .build()
                    .send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(recording.response().status());
            assertThat(response.body()).isEqualTo(recording.response().body());
        }
    }

    static Stream<Recording> all() {
        return Recordings.folder("inference").stream()
                .filter(recording -> recording.response().end() == Recording.End.WHOLE)
                .filter(recording ->
                        recording.request().body().startsWith("{\"")); // others are text, and told by their text
    }

    @Test
    void directoryWithoutRecordingsIsRefused(@TempDir Path directory) throws Exception {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReplayAdapter.from(directory, HttpAdapter::at))
                .withMessageContaining("no recordings in " + directory);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReplayAdapter.from(directory.resolve("none"), HttpAdapter::at));
        Files.writeString(directory.resolve("other.json"), "[]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReplayAdapter.from(directory, HttpAdapter::at))
                .withMessageContaining("other.json is no recording");
    }

    private static LLMAdapter replay(String... names) {
        List<Recording> recordings = Stream.of(names)
                .map(name -> Recordings.load("inference/" + name))
                .toList();
        return ReplayAdapter.from(recordings, HttpAdapter::at);
    }
}
