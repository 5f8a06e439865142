package io.modelrunner.testcontainers;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.http.HttpAdapter;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The reasoning of a real model is told from its answer. */
class ReasoningIT {
    @RegisterExtension
    static final RealRunner server = RealRunner.of(
            new LlamaCppContainer().withTinyReasoning(), "model-runner.it.reasoning-model", "ai/tiny-thinking");

    private static final String THOUGHT = "I count to three.\n";

    @ParameterizedTest
    @EnumSource
    void reasoningIsNoPartOfTheText(Way way) {
        try (HttpAdapter adapter = server.adapter()) {
            ChatResponse response = way.ask(adapter, request());

            assertThat(response).hasText("1, 2, 3").isComplete();
            assertThat(response.reasoning()).contains(THOUGHT);
        }
    }

    @Test
    void reasoningIsStreamedBeforeTheText() {
        try (HttpAdapter adapter = server.adapter();
                ChatStream stream = adapter.stream(request())) {
            List<ChatEvent> events = stream.events().toList();

            List<Class<?>> kinds = events.stream()
                    .<Class<?>>map(ChatEvent::getClass)
                    .distinct()
                    .toList();
            assertThat(kinds)
                    .containsExactly(ChatEvent.Reasoning.class, ChatEvent.Text.class, ChatEvent.Completed.class);
            assertThat(reasoningAhead(events)).isEqualTo(THOUGHT);
        }
    }

    /** {@return what was told before the first event of another kind} */
    private static String reasoningAhead(List<ChatEvent> events) {
        return events.stream()
                .takeWhile(ChatEvent.Reasoning.class::isInstance)
                .map(event -> ((ChatEvent.Reasoning) event).text())
                .collect(Collectors.joining());
    }

    // The tiny model never thinks by itself: the grammar leaves it no choice.
    private static ChatRequest request() {
        return ChatRequest.builder(server.model().text())
                .user("Count from 1 to 3")
                .temperature(0)
                .extra("grammar", "root ::= \"<think>\\nI count to three.\\n</think>\\n\\n1, 2, 3\"")
                .build();
    }
}
