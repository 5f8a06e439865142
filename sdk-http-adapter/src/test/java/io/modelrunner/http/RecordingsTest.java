package io.modelrunner.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.modelrunner.BrokenAnswerException;
import io.modelrunner.Capability;
import io.modelrunner.ContextOverflowException;
import io.modelrunner.EngineFailedException;
import io.modelrunner.EngineUnavailableException;
import io.modelrunner.ModelLoadException;
import io.modelrunner.ModelLoadingException;
import io.modelrunner.ModelNotFoundException;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.OperationMissingException;
import io.modelrunner.Remedy;
import io.modelrunner.RequestRefusedException;
import io.modelrunner.Timeouts;
import io.modelrunner.UnauthorizedException;
import io.modelrunner.UnsupportedOptionException;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.chat.FinishReason;
import io.modelrunner.chat.Timings;
import io.modelrunner.chat.ToolCall;
import io.modelrunner.chat.Usage;
import io.modelrunner.testing.Recording;
import io.modelrunner.testing.Recordings;
import io.modelrunner.testing.ScriptedServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every recording of an answer, served byte for byte, becomes the value or the exception that it should. */
class RecordingsTest {
    private static final String HELLO = "Hello! How can I help you today?";
    private static final String UNKNOWN = "I am a tiny test model, I do not know that.";
    private static final String PERSON = "{\"name\": \"Ada Lovelace\", \"age\": 36, \"city\": \"London\"}";
    private static final List<String> PARIS = List.of("{\"city\": \"Paris\"}");
    private static final List<String> PARIS_LONDON = List.of("{\"city\": \"Paris\"}", "{\"city\": \"London\"}");

    private static final List<Answer> ANSWERS = List.of(
            text("inference/chat", HELLO, 9, 10, 0),
            text("inference/chat-after-engine-killed", HELLO, 9, 10, 0),
            text("inference/chat-empty-messages", UNKNOWN, 3, 14, 1),
            text("inference/chat-json-object", PERSON, 23, 28, 22),
            text("inference/chat-json-schema", PERSON, 23, 28, 3),
            text("inference/chat-json-schema-stream", PERSON).withoutUsage(),
            text("inference/chat-length", "1, 2, 3,", 16, 8, 0).ending(FinishReason.LENGTH),
            text("inference/chat-logprobs", "Hello! How can", 9, 4, 8).ending(FinishReason.LENGTH),
            text("inference/chat-named-engine", HELLO, 9, 10, 8),
            text("inference/chat-reasoning", "1, 2, 3", 15, 36, 0).reasoning("I count to three.\n"),
            text("inference/chat-reasoning-stream", "1, 2, 3", 15, 36, 14).reasoning("I count to three.\n"),
            text("inference/chat-stop", "1, 2, 3, 4, ", 16, 13, 15),
            text("inference/chat-stream", HELLO).withoutUsage(),
            text("inference/chat-stream-usage", HELLO, 9, 10, 8),
            text("inference/chat-system", HELLO, 18, 10, 0),
            text("inference/chat-tool-result", "The result is: 18 degrees and sunny", 91, 17, 41),
            text("inference/chat-tools", "", 47, 24, 0).calling(PARIS),
            text("inference/chat-tools-required", "", 47, 24, 46).calling(PARIS),
            text("inference/chat-tools-stream", "").withoutUsage().calling(PARIS),
            text("inference/chat-two-choices", HELLO, 9, 10, 8),
            text("inference/chat-two-tools", "", 53, 49, 41).calling(PARIS_LONDON),
            text("inference/chat-two-tools-stream", "").withoutUsage().calling(PARIS_LONDON),
            text("inference/chat-v1-alias", HELLO, 9, 10, 8),
            text("inference/chat-vision", "red", 15, 2, 0),
            text("inference/chat-vision-tools", "", 47, 24, 0).calling(PARIS),
            text("llama-cpp/api-key", HELLO, 9, 10, 0),
            text("llama-cpp/chat", HELLO, 9, 10, 0),
            text("llama-cpp/chat-any-model-name", HELLO, 9, 10, 8),
            text("llama-cpp/chat-on-embedding-server", HELLO, 9, 10, 0),
            text("llama-cpp/chat-stream", HELLO, 9, 10, 8),
            text("llama-cpp/reasoning", "1, 2, 3", 15, 36, 0).reasoning("I count to three.\n"),
            text("llama-cpp/reasoning-stream", "1, 2, 3", 15, 36, 14).reasoning("I count to three.\n"),
            text("llama-cpp/vision-blue", "blue", 15, 2, 9),
            text("llama-cpp/vision-other", "light", 15, 2, 9),
            text("llama-cpp/vision-red", "red", 15, 2, 0),
            text("llama-cpp/vision-unknown", UNKNOWN, 18, 14, 3));

    private static final List<Refusal> REFUSALS = List.of(
            refusal("inference/chat-bad-parameter", 400, RequestRefusedException.class),
            refusal("inference/chat-bad-role", 400, RequestRefusedException.class),
            refusal("inference/chat-bad-schema", 400, RequestRefusedException.class),
            refusal(
                    "inference/chat-cannot-start-with-configuration",
                    500,
                    ModelLoadException.class,
                    "docker model logs"),
            refusal("inference/chat-context-overflow", 400, ContextOverflowException.class, "shorten the conversation"),
            refusal(
                    "inference/chat-context-overflow-stream",
                    400,
                    ContextOverflowException.class,
                    "shorten the conversation"),
            refusal("inference/chat-engine-killed", 500, EngineFailedException.class, "ask again"),
            refusal(
                    "inference/chat-image-on-text-model",
                    500,
                    UnsupportedOptionException.class,
                    "use a multimodal model"),
            refusal("inference/chat-malformed", 400, RequestRefusedException.class),
            refusal("inference/chat-no-messages", 400, RequestRefusedException.class),
            refusal("inference/chat-no-model", 400, RequestRefusedException.class),
            refusal("inference/chat-stream-engine-killed", 200, BrokenAnswerException.class, "ask again"),
            refusal(
                    "inference/chat-too-large",
                    400,
                    RequestRefusedException.class,
                    "send less text or smaller pictures"),
            refusal("inference/chat-too-many-choices", 400, RequestRefusedException.class),
            refusal("inference/chat-unknown-engine", 404, EngineUnavailableException.class, "docker model status"),
            refusal("inference/model-cannot-load", 500, ModelLoadException.class, "docker model pull ai/broken"),
            refusal("inference/model-not-pulled", 404, ModelNotFoundException.class, "docker model pull ai/tiny"),
            refusal("inference/wrong-method", 404, OperationMissingException.class),
            refusal("llama-cpp/chat-malformed", 400, RequestRefusedException.class),
            refusal("llama-cpp/chat-no-messages", 400, RequestRefusedException.class),
            refusal("llama-cpp/loading-chat", 503, ModelLoadingException.class, "ask again"),
            refusal("llama-cpp/no-api-key", 401, UnauthorizedException.class, "HttpAdapter.builder(…).apiKey(…)"));

    /** Requests that {@link ChatRequest} refuses to express, or has no words for: their answers are fed to another one. */
    private static final Set<String> UNSAYABLE = Set.of(
            "inference/chat-bad-parameter",
            "inference/chat-bad-role",
            "inference/chat-empty-messages",
            "inference/chat-malformed",
            "inference/chat-no-messages",
            "inference/chat-no-model",
            "inference/chat-too-large",
            "inference/chat-too-many-choices",
            "inference/chat-two-choices",
            "inference/wrong-method",
            "llama-cpp/chat-malformed",
            "llama-cpp/chat-no-messages");

    /** Operations of llama.cpp's own server that nothing here asks for. */
    private static final Set<String> UNASKED =
            Set.of("llama-cpp/props", "llama-cpp/root", "llama-cpp/slots", "llama-cpp/tokenize");

    @Test
    void everyRecordingIsInOneList() {
        List<String> known = new ArrayList<>();
        ANSWERS.forEach(answer -> known.add(answer.name));
        REFUSALS.forEach(refusal -> known.add(refusal.name));
        known.addAll(RecordedDiscoveryTest.RECORDINGS);
        known.addAll(RecordedPowersTest.recordings());
        known.addAll(UNASKED);
        List<String> recorded = Stream.of("inference", "llama-cpp")
                .flatMap(folder -> Recordings.folder(folder).stream())
                .map(Recording::name)
                .toList();
        assertThat(known).containsExactlyInAnyOrderElementsOf(recorded);
    }

    static List<Answer> answers() {
        return ANSWERS;
    }

    /**
     * Trap 21: the model in an answer is a path of a file on the server: the model of a response is the one that was asked for.
     */
    @ParameterizedTest
    @MethodSource("answers")
    void answerIsWhatWasRecorded(Answer expected) {
        Recording recording = Recordings.load(expected.name);
        ChatRequest request = request(recording);
        ChatResponse response = ask(recording, request);
        assertThat(response.text()).isEqualTo(expected.text);
        assertThat(response.reasoning().orElse("")).isEqualTo(expected.reasoning);
        assertThat(response.finishReason()).isEqualTo(expected.finishReason);
        assertThat(response.usage()).isEqualTo(Optional.ofNullable(expected.usage));
        assertThat(response.warnings()).isEmpty();
        assertThat(response.model()).isEqualTo(request.model());
        assertThat(response.adapter()).isEqualTo("http");
        String body = recording.response().body();
        assertThat(response.servedModel())
                .contains(recorded(body, "\"model\":\"([^\"]+)\"").get(0));
        assertThat(response.id())
                .contains(recorded(body, "\"id\":\"(chatcmpl-[^\"]+)\"").get(0));
        assertToolCalls(response, expected, body);
        Timings timings = response.timings().orElseThrow();
        assertThat(timings.promptTokens()).isEqualTo(number(body, "prompt_n").intValue());
        assertThat(timings.completionTokens())
                .isEqualTo(number(body, "predicted_n").intValue());
        assertThat(timings.prompt().toNanos()).isEqualTo(Math.round(number(body, "prompt_ms") * 1e6));
        assertThat(timings.completion().toNanos()).isEqualTo(Math.round(number(body, "predicted_ms") * 1e6));
    }

    private static void assertToolCalls(ChatResponse response, Answer expected, String body) {
        List<String> ids = recorded(body, "\"id\":\"(\\w{32})\"");
        assertThat(response.toolCalls()).hasSize(expected.arguments.size());
        for (int i = 0; i < expected.arguments.size(); i++) {
            assertThat(response.toolCalls().get(i))
                    .isEqualTo(new ToolCall(ids.get(i), "get_weather", expected.arguments.get(i)));
        }
    }

    static List<Refusal> refusals() {
        return REFUSALS;
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void refusalIsWhatWasRecorded(Refusal expected) {
        Recording recording = Recordings.load(expected.name);
        ChatRequest request = request(recording);
        ModelRunnerException e = catchThrowableOfType(ModelRunnerException.class, () -> ask(recording, request));
        assertThat(e).isExactlyInstanceOf(expected.type);
        assertThat(e.status()).hasValue(expected.status);
        assertThat(e.model()).contains(request.model());
        assertThat(e.endpoint().orElseThrow()).startsWith("http://127.0.0.1:");
        assertThat(e.adapter()).contains("http");
        assertThat(e.getMessage()).hasSizeLessThan(700);
        if (expected.remedy != null) {
            assertThat(e.remedies()).extracting(Remedy::command).first().isEqualTo(expected.remedy);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"inference/chat-context-overflow", "inference/chat-context-overflow-stream"})
    void contextOverflowNamesBothCounts(String name) {
        Recording recording = Recordings.load(name);
        assertThatThrownBy(() -> ask(recording, request(recording)))
                .isInstanceOfSatisfying(ContextOverflowException.class, e -> {
                    assertThat(e.promptTokens()).hasValue(3_009);
                    assertThat(e.contextTokens()).hasValue(2_048);
                });
    }

    /** Trap 23: a picture for a model of texts is answered as a fault of the server, 500, though the request is at fault. */
    @Test
    void imageOnTextModelNamesTheCapability() {
        Recording recording = Recordings.load("inference/chat-image-on-text-model");
        assertThatThrownBy(() -> ask(recording, request(recording)))
                .isInstanceOfSatisfying(
                        UnsupportedOptionException.class,
                        e -> assertThat(e.capability()).isEqualTo(Capability.IMAGES));
    }

    @Test
    void streamOfKilledEngineKeepsItsText() {
        Recording recording = Recordings.load("inference/chat-stream-engine-killed");
        assertThatThrownBy(() -> ask(recording, request(recording)))
                .isInstanceOfSatisfying(
                        BrokenAnswerException.class,
                        e -> assertThat(e.partialText()).isEqualTo("l"));
    }

    private static ChatRequest request(Recording recording) {
        return UNSAYABLE.contains(recording.name())
                ? ChatRequest.of("ai/tiny", "Hello")
                : RecordedChat.request(recording);
    }

    /** A server that says that it is loading is asked again until the limit of loading; others may take their time. */
    private static HttpAdapter impatient(String url, Recording recording) {
        boolean loading = recording.response().status() == 503;
        Timeouts timeouts =
                Timeouts.builder().load(Duration.ofSeconds(loading ? 4 : 60)).build();
        return HttpAdapter.builder(url).timeouts(timeouts).build();
    }

    private static ChatResponse ask(Recording recording, ChatRequest request) {
        String path = recording.request().path();
        String base = path.substring(0, path.indexOf("/chat/completions"));
        try (ScriptedServer server = ScriptedServer.replay(recording);
                HttpAdapter adapter = impatient(server.url() + base, recording);
                ChatStream stream = adapter.stream(request)) {
            try {
                return RecordedChat.isStream(recording) ? stream.join() : adapter.chat(request);
            } finally {
                assertThat(server.lastRequest().path()).isEqualTo(path);
                if (!UNSAYABLE.contains(recording.name())
                        && !recording.request().isPlaceholder()) {
                    Map<String, @Nullable Object> sent =
                            RecordedChat.comparable(server.lastRequest().body());
                    assertThat(sent)
                            .isEqualTo(
                                    RecordedChat.comparable(recording.request().body()));
                }
            }
        }
    }

    private static List<String> recorded(String body, String pattern) {
        return Pattern.compile(pattern)
                .matcher(body)
                .results()
                .map(result -> result.group(1))
                .toList();
    }

    private static Double number(String body, String name) {
        MatchResult last = Pattern.compile("\"" + name + "\":([0-9.]+)")
                .matcher(body)
                .results()
                .reduce((first, second) -> second)
                .orElseThrow();
        return Double.valueOf(last.group(1));
    }

    private static Answer text(String name, String text) {
        return new Answer(name, text, "", List.of(), FinishReason.STOP, null);
    }

    private static Answer text(String name, String text, int prompt, int completion, int cached) {
        Usage usage = Usage.of(prompt, completion).withCachedTokens(cached);
        return new Answer(name, text, "", List.of(), FinishReason.STOP, usage);
    }

    private static Refusal refusal(String name, int status, Class<? extends ModelRunnerException> type) {
        return new Refusal(name, status, type, null);
    }

    private static Refusal refusal(String name, int status, Class<? extends ModelRunnerException> type, String remedy) {
        return new Refusal(name, status, type, remedy);
    }

    /** What an answer must be. */
    private record Answer(
            String name,
            String text,
            String reasoning,
            List<String> arguments,
            FinishReason finishReason,
            @Nullable Usage usage) {
        Answer reasoning(String thoughts) {
            return new Answer(name, text, thoughts, arguments, finishReason, usage);
        }

        Answer calling(List<String> allArguments) {
            return new Answer(name, text, reasoning, allArguments, FinishReason.TOOL_CALLS, usage);
        }

        Answer ending(FinishReason reason) {
            return new Answer(name, text, reasoning, arguments, reason, usage);
        }

        /** Said of streams whose request did not ask for counts. */
        Answer withoutUsage() {
            return new Answer(name, text, reasoning, arguments, finishReason, null);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** What a refusal must be. */
    private record Refusal(
            String name,
            int status,
            Class<? extends ModelRunnerException> type,
            @Nullable String remedy) {
        @Override
        public String toString() {
            return name;
        }
    }
}
