package io.modelrunner.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.ModelName;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChatResponseTest {
    private static final ModelName MODEL = ModelName.of("ai/smollm2");
    private static final ToolCall CALL = new ToolCall("1", "clock", "{}");

    @Test
    void whatTheServerDoesNotSayIsAbsent() {
        ChatResponse response = ChatResponse.builder(MODEL, "http").build();

        assertThat(response.model()).isEqualTo(MODEL);
        assertThat(response.adapter()).isEqualTo("http");
        assertThat(response.text()).isEmpty();
        assertThat(response.reasoning()).isEmpty();
        assertThat(response.toolCalls()).isEmpty();
        assertThat(response.finishReason()).isEqualTo(FinishReason.STOP);
        assertThat(response.usage()).isEmpty();
        assertThat(response.timings()).isEmpty();
        assertThat(response.servedModel()).isEmpty();
        assertThat(response.id()).isEmpty();
        assertThat(response.warnings()).isEmpty();
    }

    @Test
    void builderGathersPieces() {
        ChatResponse.Builder builder = ChatResponse.builder(MODEL, "http")
                .appendReasoning("h")
                .appendReasoning("m")
                .appendText("a");

        assertThat(builder.textSoFar()).isEqualTo("a");
        ChatResponse response = builder.appendText("b").build();
        assertThat(response.text()).isEqualTo("ab");
        assertThat(response.reasoning()).contains("hm");
        assertThat(builder.appendText("c").build().text()).isEqualTo("abc");
        assertThat(response.text()).isEqualTo("ab");
    }

    @Test
    void builderOfAResponseHasAllThatIsSet() {
        ChatResponse response = full();
        ChatResponse copy = response.toBuilder().build();

        assertThat(copy).usingRecursiveComparison().isEqualTo(response);
        assertThat(copy.servedModel()).contains("/models/smollm2.gguf");
        assertThat(copy.id()).contains("chatcmpl-1");
        ChatResponse warned = response.toBuilder().warning("more").build();
        assertThat(warned.warnings()).containsExactly("no [DONE]", "more");
        assertThat(response.warnings()).containsExactly("no [DONE]");
        assertThat(response.toBuilder().adapter("replay").build().adapter()).isEqualTo("replay");
        assertThatThrownBy(() -> response.toolCalls().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    private static ChatResponse full() {
        return ChatResponse.builder(MODEL, "http")
                .appendText("secret answer")
                .appendReasoning("secret thought")
                .toolCall(CALL)
                .finishReason(FinishReason.TOOL_CALLS)
                .usage(Usage.of(10, 5).withCachedTokens(7))
                .timings(Timings.of(3, 1.5, 5, 250))
                .servedModel("/models/smollm2.gguf")
                .id("chatcmpl-1")
                .warning("no [DONE]")
                .build();
    }

    @Test
    void responseGoesOnAsAMessage() {
        assertThat(full().toMessage()).isEqualTo(new Message.Assistant("secret answer", List.of(CALL)));
        ChatResponse calls = ChatResponse.builder(MODEL, "http").toolCall(CALL).build();
        assertThat(calls.toMessage()).isEqualTo(new Message.Assistant("", List.of(CALL)));
    }

    @Test
    void responseOfNothingIsNoMessage() {
        ChatResponse nothing = ChatResponse.builder(MODEL, "http").build();

        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(nothing::toMessage)
                .withMessage("assistant message must be 1 to 10485760 characters, but is 0 characters");
    }

    @Test
    void responseInALogIsWithoutItsText() {
        assertThat(full())
                .hasToString("ChatResponse[ai/smollm2 by http, 13 characters, 1 tool calls, TOOL_CALLS, [no [DONE]]]");
    }

    @Test
    void usageCountsTokens() {
        Usage usage = Usage.of(10, 5);

        assertThat(usage.promptTokens()).isEqualTo(10);
        assertThat(usage.completionTokens()).isEqualTo(5);
        assertThat(usage.totalTokens()).isEqualTo(15);
        assertThat(usage.cachedTokens()).isEmpty();
        assertThat(usage.withCachedTokens(0).cachedTokens()).hasValue(0);
        assertThat(usage).hasToString("Usage[10 prompt + 5 completion]");
        assertThat(usage.withCachedTokens(7)).hasToString("Usage[10 prompt (7 cached) + 5 completion]");
    }

    @Test
    void usagesOfTheSameCountsAreEqual() {
        Usage usage = Usage.of(10, 5);

        assertThat(usage).isEqualTo(Usage.of(10, 5)).hasSameHashCodeAs(Usage.of(10, 5));
        assertThat(usage).isNotEqualTo(Usage.of(5, 10)).isNotEqualTo(usage.withCachedTokens(1));
        assertThat(usage.withCachedTokens(-5)).as("unknown is unknown").isEqualTo(usage);
    }

    @Test
    void timingsAreTheEnginesOwn() {
        Timings timings = Timings.of(3, 1.5, 50, 250);

        assertThat(timings.promptTokens()).isEqualTo(3);
        assertThat(timings.prompt()).isEqualTo(Duration.ofNanos(1_500_000));
        assertThat(timings.completionTokens()).isEqualTo(50);
        assertThat(timings.completion()).isEqualTo(Duration.ofMillis(250));
        assertThat(timings.tokensPerSecond()).isEqualTo(200);
        assertThat(timings).hasToString("Timings[prompt 3 in PT0.0015S, completion 50 in PT0.25S]");
        assertThat(Timings.of(0, 0, 5, 0).tokensPerSecond()).isZero();
        assertThat(Timings.of(0, 0, 5_000_000, 1_000).tokensPerSecond()).isEqualTo(5_000_000);
    }

    @ParameterizedTest
    @CsvSource({
        "stop, STOP",
        "STOP, STOP",
        "length, LENGTH",
        "tool_calls, TOOL_CALLS",
        "function_call, TOOL_CALLS",
        "content_filter, CONTENT_FILTER",
        "eos, UNKNOWN",
        "'', UNKNOWN"
    })
    void finishReasonOfAWord(String word, FinishReason reason) {
        assertThat(FinishReason.of(word)).isEqualTo(reason);
    }

    @Test
    void nullsAreProgrammingErrors() {
        ChatResponse.Builder builder = ChatResponse.builder(MODEL, "http");

        assertThatNullPointerException().isThrownBy(() -> ChatResponse.builder(null, "http"));
        assertThatNullPointerException().isThrownBy(() -> ChatResponse.builder(MODEL, null));
        assertThatNullPointerException().isThrownBy(() -> builder.appendText(null));
        assertThatNullPointerException().isThrownBy(() -> builder.finishReason(null));
        assertThatNullPointerException().isThrownBy(() -> FinishReason.of(null));
    }
}
