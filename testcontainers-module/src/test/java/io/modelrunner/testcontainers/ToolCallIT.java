package io.modelrunner.testcontainers;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.chat.FinishReason;
import io.modelrunner.chat.Message;
import io.modelrunner.chat.Tool;
import io.modelrunner.chat.ToolCall;
import io.modelrunner.chat.ToolChoice;
import io.modelrunner.http.HttpAdapter;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A real model calls tools, and says what came of it. */
class ToolCallIT {
    @RegisterExtension
    static final RealRunner server = RealRunner.of(new LlamaCppContainer().withTinyModel());

    private static final Tool WEATHER = Tool.of(
            "get_weather",
            "Get the current weather for a city",
            "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}},\"required\":[\"city\"]}");
    private static final Tool ADD = Tool.of(
            "add",
            "Add two numbers",
            "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"},\"b\":{\"type\":\"integer\"}},"
                    + "\"required\":[\"a\",\"b\"]}");

    private static HttpAdapter adapter;

    @BeforeAll
    static void open() {
        adapter = server.adapter();
    }

    @AfterAll
    static void close() {
        adapter.close();
    }

    @ParameterizedTest
    @EnumSource
    void oneCall(Way way) {
        ChatResponse response =
                way.ask(adapter, asking("What is the weather in Paris?").build());

        assertThat(response).hasFinishReason(FinishReason.TOOL_CALLS).hasNoWarnings();
        assertCalls(response, "{\"city\": \"Paris\"}");
    }

    @ParameterizedTest
    @EnumSource
    void twoCallsInParallel(Way way) {
        ChatRequest request = asking("What is the weather in Paris and London?")
                .parallelToolCalls(true)
                .build();

        ChatResponse response = way.ask(adapter, request);

        assertCalls(response, "{\"city\": \"Paris\"}", "{\"city\": \"London\"}");
        assertThat(response.toolCalls()).extracting(ToolCall::id).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource
    void someCallIsForced(Way way) {
        ChatRequest request = asking("What is the weather in Timbuktu?")
                .toolChoice(ToolChoice.REQUIRED)
                .build();

        assertCalls(way.ask(adapter, request), "{\"city\": \"Timbuktu\"}");
    }

    @ParameterizedTest
    @EnumSource
    void callOfOneOfTwoToolsIsForced(Way way) {
        ChatRequest request = asking("What is the weather in Timbuktu?")
                .tools(ADD, WEATHER)
                .toolChoice(ToolChoice.function("get_weather"))
                .maxTokens(200)
                .build();

        assertCalls(way.ask(adapter, request), "{\"city\": \"Timbuktu\"}");
    }

    @ParameterizedTest
    @EnumSource
    void callsAreForbidden(Way way) {
        ChatRequest request = asking("What is the weather in Paris?")
                .toolChoice(ToolChoice.NONE)
                .maxTokens(50)
                .build();

        assertThat(way.ask(adapter, request).toolCalls()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void resultOfTheCallBecomesAnAnswer(Way way) {
        ChatRequest request = asking("What is the weather in Paris?").build();
        ChatResponse calling = way.ask(adapter, request);
        ChatRequest told = request.toBuilder()
                .message(calling.toMessage())
                .message(Message.toolResult(
                        calling.toolCalls().get(0).id(), "{\"temperature\": 21, \"condition\": \"sunny\"}"))
                .build();

        ChatResponse response = way.ask(adapter, told);

        assertThat(response)
                .hasText("The temperature is 21 and the condition is sunny.")
                .hasFinishReason(FinishReason.STOP);
    }

    @Test
    void streamTellsEachCallOnceAndComplete() {
        ChatRequest request = asking("What is the weather in Paris and London?")
                .parallelToolCalls(true)
                .build();
        try (ChatStream stream = adapter.stream(request)) {
            List<ChatEvent> events = stream.events().toList();

            assertThat(events)
                    .hasExactlyElementsOfTypes(
                            ChatEvent.ToolCallEvent.class, ChatEvent.ToolCallEvent.class, ChatEvent.Completed.class);
        }
    }

    private static ChatRequest.Builder asking(String question) {
        return ChatRequest.builder(server.model().text())
                .user(question)
                .tools(WEATHER)
                .temperature(0);
    }

    private static void assertCalls(ChatResponse response, String... arguments) {
        assertThat(response.toolCalls()).extracting(ToolCall::arguments).containsExactly(arguments);
        assertThat(response.toolCalls()).extracting(ToolCall::name).containsOnly("get_weather");
    }
}
