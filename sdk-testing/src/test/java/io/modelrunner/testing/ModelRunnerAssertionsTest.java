package io.modelrunner.testing;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThat;
import static io.modelrunner.testing.ModelRunnerAssertions.assertThatModelRunnerException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.modelrunner.BrokenAnswerException;
import io.modelrunner.CancelledException;
import io.modelrunner.Failure;
import io.modelrunner.ModelName;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.chat.FinishReason;
import io.modelrunner.chat.ToolCall;
import io.modelrunner.chat.Usage;
import io.modelrunner.mock.MockAdapter;
import io.modelrunner.mock.MockReply;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ModelRunnerAssertionsTest {
    private static final ChatResponse WHOLE = response()
            .appendText("Hello there")
            .appendReasoning("hm")
            .usage(Usage.of(3, 2))
            .build();
    private static final ChatResponse CUT = response()
            .appendText("Hel")
            .finishReason(FinishReason.LENGTH)
            .warning("no [DONE]")
            .build();
    private static final ChatResponse CALL = response()
            .toolCall(new ToolCall("1", "weather", "{\"city\": \"Bonn\", \"days\": 1.0}"))
            .finishReason(FinishReason.TOOL_CALLS)
            .build();

    private static ChatResponse.Builder response() {
        return ChatResponse.builder(ModelName.of("ai/tiny"), "http");
    }

    @Test
    void assertionsHold() {
        assertThat(WHOLE)
                .isComplete()
                .hasText("Hello there")
                .hasTextStartingWith("Hello")
                .hasTextContaining("lo th")
                .hasReasoning()
                .hasReasoning("hm")
                .hasNoToolCalls()
                .hasUsage(3, 2)
                .hasNoWarnings()
                .hasFinishReason(FinishReason.STOP)
                .wasAnsweredBy("http")
                .wasAskedOf("ai/tiny");
        assertThat(CUT).isCutOff().hasWarningContaining("DONE");
        assertThat(CALL)
                .isComplete()
                .callsTool("weather")
                .callsExactly("weather")
                .callsTool("weather", "{\"days\":1,\"city\":\"Bonn\"}");
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                wrong(CUT, ChatResponseAssert::isComplete, "that is complete"),
                wrong(response().finishReason(FinishReason.UNKNOWN).build(), ChatResponseAssert::isComplete, "UNKNOWN"),
                wrong(WHOLE, ChatResponseAssert::isCutOff, "finish reason STOP"),
                wrong(WHOLE, it -> it.hasFinishReason(FinishReason.LENGTH), "LENGTH"),
                wrong(WHOLE, it -> it.hasText("Hello"), "\"Hello there\""),
                wrong(WHOLE, it -> it.hasTextStartingWith("Bye"), "starts with \"Bye\""),
                wrong(WHOLE, it -> it.hasTextContaining("100%s"), "contains \"100%s\""),
                wrong(CUT, ChatResponseAssert::hasReasoning, "with reasoning"),
                wrong(WHOLE, it -> it.hasReasoning("oh"), "reasoning \"hm\""),
                wrong(CALL, it -> it.callsTool("clock"), "call of weather{\"city\": \"Bonn\""),
                wrong(CALL, it -> it.callsTool("weather", "{\"city\":\"Ulm\"}"), "with {\"city\":\"Ulm\"}"),
                wrong(CALL, it -> it.callsExactly("weather", "weather"), "exactly"),
                wrong(CALL, ChatResponseAssert::hasNoToolCalls, "calls no tool"),
                wrong(WHOLE, it -> it.hasUsage(3, 3), "Usage[3 prompt + 2 completion]"),
                wrong(CUT, ChatResponseAssert::hasNoWarnings, "warning \"no [DONE]\""),
                wrong(WHOLE, it -> it.hasWarningContaining("x"), "with a warning"),
                wrong(WHOLE, it -> it.wasAnsweredBy("cli"), "by the adapter \"http\""),
                wrong(WHOLE, it -> it.wasAskedOf("ai/other"), "from ai/tiny"));
    }

    private static Arguments wrong(ChatResponse response, Consumer<ChatResponseAssert> check, String told) {
        return Arguments.of(told, response, check);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrong")
    void failureTellsWhatCameInstead(String told, ChatResponse response, Consumer<ChatResponseAssert> check) {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> check.accept(assertThat(response).as("the answer")))
                .withMessageContaining("[the answer]")
                .withMessageContaining(told);
    }

    @Test
    void failureTellsThatAMockAnswered() {
        ChatResponse echo = MockAdapter.echo().chat(ChatRequest.of("ai/tiny", "Hello"));
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertThat(echo).hasText("Hi"))
                .withMessageContaining("\"mock\", which asks no model at all");
    }

    @Test
    void missingAnswerIsAFailure() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertThat((ChatResponse) null).isComplete());
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertThat((ChatStream) null).isComplete());
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertThat((ModelRunnerException) null).hasStatus(1));
    }

    @Test
    void streamIsReadToItsEndAndClosed() {
        ChatStream stream = stream(MockReply.pieces("a", "b", "c"));
        assertThat(stream)
                .isComplete()
                .hasText("abc")
                .streamsText("a", "b", "c")
                .streamsMoreThan(2)
                .wasAnsweredBy("mock");
        assertThat(stream.response()).isPresent();
    }

    @Test
    void failureOfAStreamTellsItsPieces() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertThat(stream(MockReply.pieces("a", "b"))).streamsText("ab"))
                .withMessageContaining("[a, b]");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertThat(stream(MockReply.pieces("a", "b"))).streamsMoreThan(2))
                .withMessageContaining("more than 2");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertThat(stream(MockReply.pieces("a"))).fails())
                .withMessageContaining("\"a\", finish reason STOP");
    }

    @Test
    void streamThatFailsIsToldByWhatItThrew() {
        MockReply reply = MockReply.pieces("a").thenFailure(ModelRunnerAssertionsTest::broken);
        assertThat(stream(reply))
                .fails()
                .isInstanceOf(BrokenAnswerException.class)
                .hasPartialText("a");
        assertThatModelRunnerException(() -> assertThat(stream(reply)).isComplete())
                .isInstanceOf(BrokenAnswerException.class);
    }

    @Test
    void assertionsOfFailuresHold() {
        assertThat(broken())
                .hasStatus(500)
                .hasRemedyContaining("docker model")
                .isWorthTryingElsewhere()
                .namesModel("ai/tiny")
                .namesAdapter("http")
                .hasPartialText("a")
                .hasMessageContaining("broke");
        assertThat(new CancelledException(Failure.of("x").build())).isNotWorthTryingElsewhere();
    }

    @Test
    void failureOfAnAssertionOfAFailureTellsTheFailure() {
        List<Consumer<ModelRunnerExceptionAssert>> checks = List.of(
                it -> it.hasStatus(404),
                it -> it.hasRemedyContaining("pull"),
                ModelRunnerExceptionAssert::isNotWorthTryingElsewhere,
                it -> it.namesModel("ai/other"),
                it -> it.namesAdapter("cli"),
                it -> it.hasPartialText("ab"));
        assertThat(checks)
                .allSatisfy(check -> assertThatExceptionOfType(AssertionError.class)
                        .isThrownBy(() -> check.accept(assertThat(broken())))
                        .withMessageContaining("it broke"));
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertThatModelRunnerException(() -> {
                    throw new IllegalStateException();
                }));
        assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThatModelRunnerException(() -> {}));
    }

    private static ChatStream stream(MockReply reply) {
        return MockAdapter.builder().otherwise(reply).build().stream(ChatRequest.of("ai/tiny", "Hello"));
    }

    private static BrokenAnswerException broken() {
        return new BrokenAnswerException(Failure.of("it broke")
                .adapter("http")
                .model(ModelName.of("ai/tiny"))
                .status(500)
                .remedy("docker model logs", "to see why")
                .partialText("a")
                .build());
    }
}
