package io.modelrunner.testcontainers;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThat;
import static io.modelrunner.testing.ModelRunnerAssertions.assertThatModelRunnerException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.http.HttpAdapter;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The measured answers of the tiny models hold against the real server, whole and streamed. */
class TinyAnswersIT {
    @RegisterExtension
    static final RealRunner chat = RealRunner.of(new LlamaCppContainer().withTinyModel());

    private static final Map<String, Supplier<LlamaCppContainer>> OTHERS = Map.of(
            "thinking", () -> new LlamaCppContainer().withTinyReasoning(),
            "vision", () -> new LlamaCppContainer().withTinyVision(),
            "embed", () -> new LlamaCppContainer().withTinyEmbeddings());

    private static final Map<String, LlamaCppContainer> STARTED = new HashMap<>();

    @AfterAll
    static void stop() {
        STARTED.values().forEach(LlamaCppContainer::stop);
    }

    static List<MeasuredAnswer> answers() throws IOException {
        return MeasuredAnswer.chats();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("answers")
    void wholeAnswerIsAsMeasured(MeasuredAnswer measured) {
        check(measured, adapter -> adapter.chat(request(measured)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("answers")
    void streamedAnswerIsAsMeasured(MeasuredAnswer measured) {
        check(measured, adapter -> {
            try (ChatStream stream = adapter.stream(request(measured))) {
                return stream.join();
            }
        });
    }

    private static ChatRequest request(MeasuredAnswer measured) {
        return measured.request(chat.model().text());
    }

    private static void check(MeasuredAnswer measured, Function<HttpAdapter, ChatResponse> ask) {
        try (HttpAdapter adapter = adapter(measured.server())) {
            if (measured.status() == 200) {
                check(measured, ask.apply(adapter));
            } else {
                assertThatModelRunnerException(() -> ask.apply(adapter)).hasStatus(measured.status());
            }
        }
    }

    private static void check(MeasuredAnswer measured, ChatResponse response) {
        assertThat(response)
                .hasText(measured.content())
                .hasFinishReason(measured.finishReason())
                .hasUsage(measured.promptTokens(), measured.completionTokens())
                .hasNoWarnings();
        assertThat(response.reasoning()).isEqualTo(measured.reasoning());
        assertThat(response.toolCalls())
                .map(call -> Map.entry(call.name(), call.arguments()))
                .isEqualTo(measured.toolCalls());
    }

    private static HttpAdapter adapter(String server) {
        if (server.equals("chat")) {
            return chat.adapter();
        }
        assumeFalse(RealRunner.isGiven(), "the server that is given is none for " + server);
        return HttpAdapter.at(
                STARTED.computeIfAbsent(server, TinyAnswersIT::start).openAiBaseUrl());
    }

    private static LlamaCppContainer start(String server) {
        LlamaCppContainer container = OTHERS.get(server).get();
        container.start();
        return container;
    }
}
