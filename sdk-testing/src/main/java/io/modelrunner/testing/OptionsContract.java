package io.modelrunner.testing;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThatModelRunnerException;
import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.Capability;
import io.modelrunner.UnsupportedOptionException;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ContentPart;
import io.modelrunner.chat.FinishReason;
import io.modelrunner.chat.Message;
import io.modelrunner.chat.ResponseFormat;
import io.modelrunner.chat.Tool;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What an adapter declares it carries; what it does not declare it refuses. */
abstract class OptionsContract extends DiscoveryContract {
    /** A picture of one dot. */
    private static final String DOT =
            "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    @TestFactory
    Stream<DynamicTest> chatRefusesWhatIsNotDeclared() {
        return undeclared()
                .map(missing -> DynamicTest.dynamicTest(
                        missing.name(),
                        () -> assertRefused(missing, () -> adapter().chat(needing(missing)))));
    }

    @TestFactory
    Stream<DynamicTest> streamRefusesWhatIsNotDeclared() {
        return undeclared()
                .map(missing -> DynamicTest.dynamicTest(
                        missing.name(),
                        () -> assertRefused(
                                missing,
                                () -> adapter().stream(needing(missing)).close())));
    }

    @TestFactory
    Stream<DynamicTest> chatAcceptsWhatIsDeclared() {
        return acceptable()
                .map(declared -> DynamicTest.dynamicTest(
                        declared.name(), () -> assertAnswered(adapter().chat(using(declared)))));
    }

    @TestFactory
    Stream<DynamicTest> streamAcceptsWhatIsDeclared() {
        return acceptable()
                .map(declared -> DynamicTest.dynamicTest(
                        declared.name(),
                        () -> assertAnswered(adapter().stream(using(declared)).join())));
    }

    private Stream<Capability> undeclared() {
        Set<Capability> declared = adapter().capabilities();
        return Arrays.stream(Capability.values())
                .filter(capability -> capability != Capability.USAGE) // no request can ask for it
                .filter(capability -> !declared.contains(capability));
    }

    private Stream<Capability> acceptable() {
        return Stream.of(
                        Capability.SYSTEM_MESSAGES,
                        Capability.CONVERSATION,
                        Capability.SAMPLING,
                        Capability.OUTPUT_LIMITS)
                .filter(adapter().capabilities()::contains);
    }

    private static void assertRefused(Capability missing, ThrowingCallable call) {
        assertThatModelRunnerException(call)
                .isInstanceOfSatisfying(
                        UnsupportedOptionException.class,
                        refusal -> assertThat(refusal.capability()).isEqualTo(missing))
                .isWorthTryingElsewhere();
    }

    private static void assertAnswered(ChatResponse response) {
        assertThat(response.finishReason()).isIn(FinishReason.STOP, FinishReason.LENGTH);
    }

    /** {@return the smallest request that needs this capability and no other} */
    private ChatRequest needing(Capability capability) {
        ChatRequest.Builder request =
                ChatRequest.builder(runner().model().text()).timeouts(PATIENCE);
        ChatRequest.Builder hello = capability == Capability.SYSTEM_MESSAGES ? request.system("Be brief.") : request;
        if (capability == Capability.IMAGES) {
            return hello.message(Message.user(new ContentPart.Image(DOT))).build();
        }
        hello.user("Hello");
        return switch (capability) {
            case CONVERSATION -> hello.assistant("Hello!").user("Hello").build();
            case SAMPLING -> hello.temperature(0).build();
            case OUTPUT_LIMITS -> hello.maxTokens(8).build();
            case TOOLS -> hello.tools(Tool.of("clock", "Tells the time")).build();
            case STRUCTURED_OUTPUT -> hello.responseFormat(ResponseFormat.JSON).build();
            case REASONING -> hello.reasoning(false).build();
            case LOGPROBS -> hello.logprobs(1).build();
            case HEADERS -> hello.header("X-Contract", "1").build();
            case EXTRA_FIELDS -> hello.extra("user", "contract").build();
            default -> hello.build();
        };
    }

    /** {@return the known request, with one option more} */
    private ChatRequest using(Capability capability) {
        ChatRequest.Builder request = capability == Capability.SYSTEM_MESSAGES
                ? ChatRequest.builder(runner().model().text())
                        .system("Be brief.")
                        .messages(known().messages())
                        .timeouts(PATIENCE)
                : known().toBuilder();
        if (adapter().capabilities().contains(Capability.OUTPUT_LIMITS)) {
            request.maxTokens(16);
        }
        if (capability == Capability.CONVERSATION) {
            request.assistant("Hello!").user("Hello");
        }
        if (capability == Capability.SAMPLING) {
            request.temperature(0).topP(0.9).seed(7);
        }
        return request.build();
    }
}
