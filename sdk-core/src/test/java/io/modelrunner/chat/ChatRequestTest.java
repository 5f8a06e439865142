package io.modelrunner.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.ModelName;
import io.modelrunner.Timeouts;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ChatRequestTest {
    private static final Tool CLOCK = Tool.of("clock", "Tells the time.");

    @Test
    void whatIsNotSetIsLeftToTheServer() {
        ChatRequest request = ChatRequest.of("ai/smollm2", "Hello");

        assertThat(request.model()).isEqualTo(ModelName.of("ai/smollm2"));
        assertThat(request.messages()).containsExactly(Message.user("Hello"));
        assertThat(request.sampling().isUnset()).isTrue();
        assertThat(request.maxTokens()).isEmpty();
        assertThat(request.stop()).isEmpty();
        assertThat(request.tools()).isEmpty();
        assertThat(request.toolChoice()).isEmpty();
        assertThat(request.parallelToolCalls()).isEmpty();
        assertThat(request.responseFormat()).isEqualTo(ResponseFormat.TEXT);
        assertThat(request.reasoning()).isEmpty();
        assertThat(request.extra()).isEmpty();
        assertThat(request.timeouts()).isEqualTo(Timeouts.defaults());
    }

    @Test
    void whatIsSetIsThere() {
        hasAll(full().build());
    }

    @Test
    void builderOfARequestHasAllThatIsSet() {
        hasAll(full().build().toBuilder().build());
    }

    private static ChatRequest.Builder full() {
        return ChatRequest.builder("ai/qwen3")
                .system("Be brief.")
                .user("What time is it?")
                .assistant("Noon.")
                .user("And now?")
                .temperature(0.2)
                .topP(0.9)
                .topK(40)
                .minP(0.05)
                .seed(4_294_967_294L)
                .presencePenalty(-1)
                .frequencyPenalty(1.5)
                .logitBias(Map.of(9, -100.0, 3, 5.0))
                .maxTokens(200)
                .stop("END", "\n\n")
                .tools(CLOCK)
                .toolChoice(ToolChoice.function("clock"))
                .parallelToolCalls(true)
                .responseFormat(ResponseFormat.JSON)
                .reasoning(false)
                .extra("grammar", "root ::= \"a\"")
                .timeouts(Timeouts.builder().connect(Duration.ofSeconds(1)).build());
    }

    private static void hasAll(ChatRequest request) {
        assertThat(request.messages())
                .containsExactly(
                        Message.system("Be brief."),
                        Message.user("What time is it?"),
                        Message.assistant("Noon."),
                        Message.user("And now?"));
        Sampling sampling = request.sampling();
        assertThat(sampling.temperature()).hasValue(0.2);
        assertThat(sampling.topP()).hasValue(0.9);
        assertThat(sampling.topK()).hasValue(40);
        assertThat(sampling.minP()).hasValue(0.05);
        assertThat(sampling.seed()).hasValue(4_294_967_294L);
        assertThat(sampling.presencePenalty()).hasValue(-1);
        assertThat(sampling.frequencyPenalty()).hasValue(1.5);
        assertThat(sampling.logitBias().keySet()).containsExactly(3, 9);
        assertThat(request.maxTokens()).hasValue(200);
        assertThat(request.stop()).containsExactly("END", "\n\n");
        assertThat(request.tools()).containsExactly(CLOCK);
        assertThat(request.toolChoice()).contains(new ToolChoice.Function("clock"));
        assertThat(request.parallelToolCalls()).contains(true);
        assertThat(request.responseFormat()).isEqualTo(ResponseFormat.JSON);
        assertThat(request.reasoning()).contains(false);
        assertThat(request.extra()).containsExactly(Map.entry("grammar", "root ::= \"a\""));
        assertThat(request.timeouts().of(Timeouts.Phase.CONNECT)).contains(Duration.ofSeconds(1));
    }

    @Test
    void requestStaysAsItWasBuilt() {
        ChatRequest.Builder builder = ChatRequest.builder("m").user("a");
        ChatRequest request = builder.build();
        Map<Integer, Double> biases = new HashMap<>(Map.of(1, 1.0));
        ChatRequest biased = builder.logitBias(biases).build();
        biases.clear();
        builder.assistant("b").user("c").model("other").temperature(1).extra("x", 1);

        assertThat(request.messages()).hasSize(1);
        assertThat(request.model()).isEqualTo(ModelName.of("m"));
        assertThat(request.sampling().isUnset()).isTrue();
        assertThat(request.extra()).isEmpty();
        assertThat(biased.sampling().logitBias()).hasSize(1);
        assertThatThrownBy(() -> request.messages().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void refusedValueIsNotKept() {
        ChatRequest.Builder builder =
                ChatRequest.builder("m").user("a").stop("END").tools(CLOCK).temperature(1);

        assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> builder.stop(""));
        assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> builder.tools(CLOCK, CLOCK));
        assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> builder.temperature(3));
        assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> builder.extra("n", 2));

        ChatRequest request = builder.build();
        assertThat(request.stop()).containsExactly("END");
        assertThat(request.tools()).containsExactly(CLOCK);
        assertThat(request.sampling().temperature()).hasValue(1);
        assertThat(request.extra()).isEmpty();
    }

    @Test
    void historyOfSeveralToolCallsIsAConversation() {
        ToolCall first = new ToolCall("call", "clock", "{}");
        ChatRequest request = ChatRequest.builder("m")
                .system("one")
                .system("two")
                .messages(List.of(Message.user("a"), new Message.Assistant("", List.of(first))))
                .message(Message.toolResult("call", "noon"))
                .message(new Message.Assistant("again", List.of(first)))
                .message(Message.toolResult("call", "later"))
                .assistant("It is later.")
                .user("Thanks")
                .build();

        assertThat(request.messages()).hasSize(9);
    }

    @Test
    void resultOfACallThatWasAnsweredIsRefused() {
        ChatRequest.Builder builder = ChatRequest.builder("m")
                .message(new Message.Assistant("", List.of(new ToolCall("call", "clock", "{}"))))
                .message(Message.toolResult("call", "noon"))
                .message(Message.toolResult("call", "noon"));

        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(builder::build)
                .withMessage("messages[2] must be the result of a tool call of the assistant message before it,"
                        + " but is \"call\"");
    }

    @Test
    void nullsAreProgrammingErrors() {
        ChatRequest.Builder builder = ChatRequest.builder("m");

        assertThatNullPointerException().isThrownBy(() -> ChatRequest.builder(null));
        assertThatNullPointerException().isThrownBy(() -> builder.user(null));
        assertThatNullPointerException().isThrownBy(() -> builder.message(null));
        assertThatNullPointerException().isThrownBy(() -> builder.stop("a", null));
        assertThatNullPointerException().isThrownBy(() -> builder.toolChoice(null));
        assertThatNullPointerException().isThrownBy(() -> builder.responseFormat(null));
        assertThatNullPointerException().isThrownBy(() -> builder.timeouts(null));
        assertThatNullPointerException().isThrownBy(() -> builder.extra(null, 1));
    }

    @Test
    void requestsThatAskTheSameAreEqual() {
        ChatRequest request = full().build();

        assertThat(full().build()).isEqualTo(request).hasSameHashCodeAs(request);
        assertThat(request.toBuilder().build()).isEqualTo(request).hasSameHashCodeAs(request);
        assertThat(request).isNotEqualTo(null).isNotEqualTo("request");
        assertThat(request.sampling()).isEqualTo(full().build().sampling()).hasSameHashCodeAs(request.sampling());
    }

    static Stream<UnaryOperator<ChatRequest.Builder>> changes() {
        return Stream.of(
                request -> request.model("other"),
                request -> request.assistant("Noon still."),
                request -> request.temperature(0.3),
                request -> request.topP(0.8),
                request -> request.topK(41),
                request -> request.minP(0.06),
                request -> request.seed(1),
                request -> request.presencePenalty(-2),
                request -> request.frequencyPenalty(1),
                request -> request.logitBias(Map.of(3, 5.0)),
                request -> request.maxTokens(201),
                request -> request.stop("END"),
                request -> request.tools(CLOCK, Tool.of("map", "Shows the way")),
                request -> request.toolChoice(ToolChoice.AUTO),
                request -> request.parallelToolCalls(false),
                request -> request.responseFormat(ResponseFormat.TEXT),
                request -> request.reasoning(true),
                request -> request.logprobs(3),
                request -> request.extra("grammar", "root ::= \"b\""),
                request -> request.extra("mirostat", null),
                request -> request.header("X-Trace", "1"),
                request -> request.timeouts(Timeouts.defaults()));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void eachFieldMakesADifference(UnaryOperator<ChatRequest.Builder> change) {
        assertThat(change.apply(full()).build()).isNotEqualTo(full().build());
    }
}
