package io.modelrunner.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.modelrunner.Capability;
import io.modelrunner.ModelName;
import io.modelrunner.UnsupportedOptionException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RequirementsTest {
    static Stream<Arguments> options() {
        ToolCall call = new ToolCall("1", "clock", "{}");
        return Stream.of(
                needs(Capability.SAMPLING, "temperature", request -> request.temperature(0)),
                needs(Capability.SAMPLING, "topP", request -> request.topP(1)),
                needs(Capability.SAMPLING, "topK", request -> request.topK(0)),
                needs(Capability.SAMPLING, "minP", request -> request.minP(0)),
                needs(Capability.SAMPLING, "seed", request -> request.seed(0)),
                needs(Capability.SAMPLING, "presence penalty", request -> request.presencePenalty(0)),
                needs(Capability.SAMPLING, "frequency penalty", request -> request.frequencyPenalty(0)),
                needs(Capability.SAMPLING, "logit bias", request -> request.logitBias(Map.of(1, 1.0))),
                needs(Capability.OUTPUT_LIMITS, "max tokens", request -> request.maxTokens(1)),
                needs(Capability.OUTPUT_LIMITS, "stop", request -> request.stop("a")),
                needs(Capability.TOOLS, "tools", request -> request.tools(Tool.of("clock", ""))),
                needs(Capability.STRUCTURED_OUTPUT, "JSON", request -> request.responseFormat(ResponseFormat.JSON)),
                needs(
                        Capability.STRUCTURED_OUTPUT,
                        "JSON by a schema",
                        request -> request.responseFormat(ResponseFormat.jsonSchema("a", "{}"))),
                needs(Capability.REASONING, "reasoning off", request -> request.reasoning(false)),
                needs(Capability.LOGPROBS, "logprobs", request -> request.logprobs(0)),
                needs(Capability.HEADERS, "header", request -> request.header("X-Trace", "")),
                needs(Capability.EXTRA_FIELDS, "extra field", request -> request.extra("grammar", null)),
                Arguments.argumentSet(
                        "tool results",
                        Set.of(Capability.TOOLS, Capability.CONVERSATION),
                        ChatRequest.builder("m")
                                .message(new Message.Assistant("", List.of(call)))
                                .message(Message.toolResult("1", "noon"))),
                Arguments.argumentSet(
                        "system message",
                        Set.of(Capability.SYSTEM_MESSAGES),
                        ChatRequest.builder("m").system("a").user("b")),
                Arguments.argumentSet(
                        "two messages",
                        Set.of(Capability.CONVERSATION),
                        ChatRequest.builder("m").user("a").user("b")),
                Arguments.argumentSet(
                        "picture",
                        Set.of(Capability.IMAGES),
                        ChatRequest.builder("m")
                                .message(Message.user(
                                        ContentPart.text("a"), ContentPart.image("image/png", new byte[9])))),
                Arguments.argumentSet(
                        "text alone", Set.of(), ChatRequest.builder("m").user("a")));
    }

    private static Arguments needs(Capability one, String option, UnaryOperator<ChatRequest.Builder> setter) {
        return Arguments.argumentSet(
                option, Set.of(one), setter.apply(ChatRequest.builder("m").user("a")));
    }

    @ParameterizedTest
    @MethodSource("options")
    void optionNeedsItsCapability(Set<Capability> needed, ChatRequest.Builder builder) {
        ChatRequest request = builder.build();

        assertThat(request.requires()).isEqualTo(needed);
        assertThatNoException().isThrownBy(() -> request.checkCarriedBy("test", needed));
    }

    @ParameterizedTest
    @MethodSource("options")
    void optionThatIsNotCarriedIsRefused(Set<Capability> needed, ChatRequest.Builder builder) {
        ChatRequest request = builder.build();
        for (Capability missing : needed) {
            Set<Capability> carried = EnumSet.complementOf(EnumSet.of(missing));
            UnsupportedOptionException refusal = catchThrowableOfType(
                    UnsupportedOptionException.class, () -> request.checkCarriedBy("test", carried));

            assertThat(refusal.capability()).isEqualTo(missing);
            assertThat(refusal.elsewhere()).isTrue();
        }
    }

    @Test
    void refusalSaysWhatAndWhereElse() {
        ChatRequest request =
                ChatRequest.builder("ai/smollm2").user("a").maxTokens(1).build();
        UnsupportedOptionException refusal =
                catchThrowableOfType(UnsupportedOptionException.class, () -> request.checkCarriedBy("cli", Set.of()));

        assertThat(refusal.what()).isEqualTo("the adapter cli can't carry output limits");
        assertThat(refusal.adapter()).contains("cli");
        assertThat(refusal.model()).contains(ModelName.of("ai/smollm2"));
        assertThat(refusal.remedies().get(0).command())
                .isEqualTo("use an adapter whose capabilities() contain OUTPUT_LIMITS");
    }
}
