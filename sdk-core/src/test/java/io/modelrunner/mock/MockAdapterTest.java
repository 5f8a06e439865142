package io.modelrunner.mock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.modelrunner.BrokenAnswerException;
import io.modelrunner.CancelledException;
import io.modelrunner.Capability;
import io.modelrunner.Failure;
import io.modelrunner.Model;
import io.modelrunner.ModelName;
import io.modelrunner.ModelNotFoundException;
import io.modelrunner.TimedOutException;
import io.modelrunner.Timeouts;
import io.modelrunner.UnsupportedOptionException;
import io.modelrunner.adapter.Health;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.chat.ContentPart;
import io.modelrunner.chat.FinishReason;
import io.modelrunner.chat.Message;
import io.modelrunner.chat.ToolCall;
import io.modelrunner.chat.Usage;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class MockAdapterTest {
    private static final ChatRequest REQUEST = ChatRequest.of("any/model", "Say it again.");
    private static final Duration LONG = Duration.ofHours(1);

    @Test
    void echoRepeatsTheLastMessage() {
        try (MockAdapter mock = MockAdapter.echo()) {
            assertThat(mock.chat(REQUEST).text()).isEqualTo("Say it again.");
            assertThat(textsOf(mock, REQUEST)).containsExactly("Say", " it", " again.");
            ToolCall call = new ToolCall("1", "clock", "{}");
            ChatRequest withResult = ChatRequest.builder("m")
                    .user("When?")
                    .message(new Message.Assistant("", List.of(call)))
                    .message(Message.toolResult("1", "noon"))
                    .build();
            assertThat(mock.chat(withResult).text()).isEqualTo("noon");
            ChatRequest goingOn =
                    ChatRequest.builder("m").user("a").assistant("b").build();
            assertThat(mock.chat(goingOn).text()).isEqualTo("b");
        }
    }

    @Test
    void pictureAloneIsEchoedAsNothing() {
        ChatRequest picture = ChatRequest.builder("m")
                .message(Message.user(ContentPart.image("image/png", new byte[9])))
                .build();

        assertThat(MockAdapter.echo().chat(picture).text()).isEmpty();
    }

    @Test
    void mockSaysThatItIsOne() {
        MockAdapter mock = MockAdapter.echo();
        ChatResponse response = mock.chat(REQUEST);

        assertThat(mock.name()).isEqualTo("mock");
        assertThat(response.adapter()).isEqualTo("mock");
        assertThat(response.servedModel()).contains("mock");
        assertThat(response.warnings())
                .containsExactly("answered by a mock: no model was asked, and no option of the request applied");
        assertThat(mock.health().speaks()).contains("mock");
        assertThat(mock.health().detail()).contains("no model");
    }

    @Test
    void sameRequestIsAnsweredTheSameWay() {
        MockAdapter mock = MockAdapter.echo();
        List<String> first = textsOf(mock, REQUEST);

        for (int i = 0; i < 10; i++) {
            ChatResponse whole = mock.chat(REQUEST);
            ChatResponse streamed = joined(mock, REQUEST);
            assertThat(textsOf(mock, REQUEST)).isEqualTo(first);
            assertThat(streamed).usingRecursiveComparison().isEqualTo(whole);
        }
        assertThat(mock.chat(REQUEST).usage()).contains(Usage.of(1, 3));
        assertThat(mock.chat(REQUEST).finishReason()).isEqualTo(FinishReason.STOP);
        assertThat(mock.chat(REQUEST).model()).isEqualTo(ModelName.of("any/model"));
    }

    @Test
    void firstRuleThatFitsDecides() {
        MockAdapter mock = MockAdapter.builder()
                .whenPromptContains("again", MockReply.text("first"))
                .whenPromptContains("Say", MockReply.text("second"))
                .when(request -> request.maxTokens().isPresent(), MockReply.text("third"))
                .otherwise(MockReply.text("last"))
                .build();

        assertThat(mock.chat(REQUEST).text()).isEqualTo("first");
        assertThat(mock.chat(ChatRequest.of("m", "Say")).text()).isEqualTo("second");
        assertThat(mock.chat(ChatRequest.of("m", "say")).text()).isEqualTo("last");
        ChatRequest limited = ChatRequest.builder("m").user("x").maxTokens(1).build();
        assertThat(mock.chat(limited).text()).isEqualTo("third");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a", " a  b\n", "one two", "tab\tand\nline", "\n\n", "a  "})
    void piecesOfATextAreTheText(String text) {
        MockAdapter mock = answering(MockReply.text(text));

        List<String> pieces = textsOf(mock, REQUEST);
        assertThat(String.join("", pieces)).isEqualTo(text);
        assertThat(pieces).doesNotContain("");
        assertThat(mock.chat(REQUEST).text()).isEqualTo(text);
    }

    @Test
    void piecesComeAsGivenAndAtTheirPace() {
        MockAdapter mock = answering(MockReply.pieces("a b", " c").every(Duration.ofMillis(20)));
        long start = System.nanoTime();

        assertThat(textsOf(mock, REQUEST)).containsExactly("a b", " c");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(60));
    }

    @Test
    void toolIsCalled() {
        MockAdapter mock = answering(MockReply.toolCall("clock", "{\"zone\":\"UTC\"}"));
        ToolCall call = new ToolCall("mock_call_1", "clock", "{\"zone\":\"UTC\"}");

        ChatResponse response = mock.chat(REQUEST);
        assertThat(response.toolCalls()).containsExactly(call);
        assertThat(response.finishReason()).isEqualTo(FinishReason.TOOL_CALLS);
        assertThat(response.text()).isEmpty();
        assertThat(joined(mock, REQUEST)).usingRecursiveComparison().isEqualTo(response);
        try (ChatStream stream = mock.stream(REQUEST)) {
            assertThat(stream.iterator().next()).isEqualTo(new ChatEvent.ToolCallEvent(call));
        }
    }

    @Test
    void failureIsMadeAnewEachTime() {
        MockAdapter mock = answering(MockReply.failure(broken()));

        Throwable first = catchThrowable(() -> mock.chat(REQUEST));
        Throwable second = catchThrowable(() -> joined(mock, REQUEST));
        assertThat(first).isInstanceOf(BrokenAnswerException.class);
        assertThat(second).isInstanceOf(BrokenAnswerException.class).isNotSameAs(first);
    }

    @Test
    void failureComesBehindItsPieces() {
        MockAdapter mock = answering(MockReply.text("so far").thenFailure(broken()));

        try (ChatStream stream = mock.stream(REQUEST)) {
            Iterator<ChatEvent> events = stream.iterator();
            assertThat(events.next()).isEqualTo(new ChatEvent.Text("so"));
            assertThat(events.next()).isEqualTo(new ChatEvent.Text(" far"));
            assertThatExceptionOfType(BrokenAnswerException.class).isThrownBy(events::next);
        }
        assertThatExceptionOfType(BrokenAnswerException.class).isThrownBy(() -> mock.chat(REQUEST));
    }

    private static Supplier<BrokenAnswerException> broken() {
        return () -> new BrokenAnswerException(Failure.of("cut off").build());
    }

    @Test
    void onlyModelsThatAreThereAnswer() {
        MockAdapter mock =
                MockAdapter.builder().models("ai/smollm2", "hf.co/a/b").build();

        assertThat(mock.listModels())
                .extracting(Model::name)
                .containsExactly(ModelName.of("ai/smollm2"), ModelName.of("hf.co/a/b"));
        assertThat(mock.chat(ChatRequest.of("SmolLM2:latest", "Hello")).text()).isEqualTo("Hello");
        ChatRequest other = ChatRequest.of("ai/qwen3", "Hello");
        ModelNotFoundException missing = catchThrowableOfType(ModelNotFoundException.class, () -> mock.chat(other));
        assertThat(missing.what()).isEqualTo("the mock has no model ai/qwen3");
        assertThat(missing.model()).contains(ModelName.of("ai/qwen3"));
        assertThat(missing.adapter()).contains("mock");
        assertThat(missing.remedies()).hasSize(1);
        assertThatExceptionOfType(ModelNotFoundException.class).isThrownBy(() -> joined(mock, other));
    }

    @Test
    void mockOfAnyModelListsItself() {
        assertThat(MockAdapter.echo().listModels()).extracting(Model::name).containsExactly(ModelName.of("mock"));
    }

    @Test
    void whatIsNotCarriedIsRefused() {
        MockAdapter mock = MockAdapter.builder()
                .without(Capability.SAMPLING, Capability.TOOLS)
                .build();
        ChatRequest warm = ChatRequest.builder("m").user("x").temperature(0.5).build();

        assertThat(mock.capabilities())
                .doesNotContain(Capability.SAMPLING, Capability.TOOLS)
                .hasSize(Capability.values().length - 2);
        assertThatExceptionOfType(UnsupportedOptionException.class).isThrownBy(() -> mock.chat(warm));
        assertThatExceptionOfType(UnsupportedOptionException.class)
                .isThrownBy(() -> mock.stream(warm))
                .satisfies(refusal -> assertThat(refusal.capability()).isEqualTo(Capability.SAMPLING));
    }

    @Test
    void builderThatGoesOnLeavesTheMockAsItWas() {
        MockAdapter.Builder builder = MockAdapter.builder();
        MockAdapter mock = builder.build();
        builder.without(Capability.IMAGES).models("other").otherwise(MockReply.text("other"));

        assertThat(mock.capabilities()).contains(Capability.IMAGES);
        assertThat(mock.chat(REQUEST).text()).isEqualTo("Say it again.");
    }

    @Test
    void capabilitiesCannotBeChanged() {
        assertThatThrownBy(() -> MockAdapter.echo().capabilities().clear())
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void firstTokenIsWaitedForOnlySoLong() {
        MockAdapter mock = answering(MockReply.text("late").every(LONG));
        ChatRequest request = limited(Timeouts.builder().firstToken(Duration.ofMillis(5)));

        TimedOutException late = catchThrowableOfType(TimedOutException.class, () -> joined(mock, request));
        assertThat(late.phase()).isEqualTo(Timeouts.Phase.FIRST_TOKEN);
        assertThat(late.limit()).isEqualTo(Duration.ofMillis(5));
        assertThat(late.what()).isEqualTo("the mock took longer than PT0.005S (first token)");
    }

    @Test
    void furtherTokensAreWaitedForOnlySoLong() {
        MockAdapter mock = answering(MockReply.text("too late").every(Duration.ofMillis(20)));
        ChatRequest request = limited(Timeouts.builder().betweenTokens(Duration.ofMillis(5)));

        TimedOutException late = catchThrowableOfType(TimedOutException.class, () -> joined(mock, request));
        assertThat(late.phase()).isEqualTo(Timeouts.Phase.BETWEEN_TOKENS);
        assertThat(late.partialText()).isEqualTo("too");
    }

    @Test
    void wholeAnswerIsWaitedForOnlySoLong() {
        MockAdapter mock = answering(MockReply.text("too late").every(Duration.ofMillis(20)));
        ChatRequest request = limited(Timeouts.builder().answer(Duration.ofMillis(30)));

        TimedOutException late = catchThrowableOfType(TimedOutException.class, () -> mock.chat(request));
        assertThat(late.phase()).isEqualTo(Timeouts.Phase.ANSWER);
        assertThat(joined(mock, request).text()).isEqualTo("too late");
    }

    private static ChatRequest limited(Timeouts.Builder limits) {
        return REQUEST.toBuilder().timeouts(limits.build()).build();
    }

    @Test
    void closeEndsAnswersThatAreWaitedFor() throws Exception {
        MockAdapter mock = answering(MockReply.text("late").every(LONG));
        CompletableFuture<Throwable> chat = thrownBy(() -> mock.chat(REQUEST));
        CompletableFuture<Throwable> stream = thrownBy(() -> joined(mock, REQUEST));

        mock.close();
        mock.close();

        assertThat(chat.get(10, TimeUnit.SECONDS)).isInstanceOf(CancelledException.class);
        assertThat(stream.get(10, TimeUnit.SECONDS)).isInstanceOf(CancelledException.class);
    }

    @Test
    void closeEndsAStreamBetweenItsPieces() {
        MockAdapter mock = MockAdapter.echo();
        try (ChatStream stream = mock.stream(REQUEST)) {
            Iterator<ChatEvent> events = stream.iterator();
            events.next();
            mock.close();

            CancelledException cancelled = catchThrowableOfType(CancelledException.class, events::next);
            assertThat(cancelled.partialText()).isEqualTo("Say");
        }
    }

    @Test
    void closedMockAnswersNoMore() {
        MockAdapter mock = MockAdapter.echo();
        mock.close();

        assertThatExceptionOfType(CancelledException.class).isThrownBy(() -> mock.chat(REQUEST));
        assertThatExceptionOfType(CancelledException.class).isThrownBy(mock::listModels);
        assertThatExceptionOfType(CancelledException.class).isThrownBy(() -> joined(mock, REQUEST));
        assertThat(mock.health().status()).isEqualTo(Health.Status.DOWN);
    }

    @Test
    void closingOneStreamLeavesOthers() {
        MockAdapter mock = MockAdapter.echo();
        ChatStream one = mock.stream(REQUEST);
        ChatStream other = mock.stream(REQUEST);
        one.close();

        assertThatExceptionOfType(CancelledException.class).isThrownBy(one::join);
        assertThat(other.join().text()).isEqualTo("Say it again.");
    }

    @Test
    void interruptEndsTheWaitAndIsKept() {
        MockAdapter mock = answering(MockReply.text("late").every(LONG));
        Thread.currentThread().interrupt();

        assertThatExceptionOfType(CancelledException.class).isThrownBy(() -> mock.chat(REQUEST));
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void streamThatIsForgottenIsNotKept() {
        MockAdapter mock = MockAdapter.echo();
        List<WeakReference<ChatRequest>> forgotten = Stream.of(false, true)
                .map(pulled -> forgottenRequest(mock, pulled))
                .toList();

        for (int i = 0; i < 100 && forgotten.stream().anyMatch(request -> request.get() != null); i++) {
            System.gc();
        }
        assertThat(forgotten).allSatisfy(request -> assertThat(request.get()).isNull());
        assertThat(mock.health().isUp()).isTrue();
    }

    @SuppressWarnings("resource") // forgetting it is what this is about
    private static WeakReference<ChatRequest> forgottenRequest(MockAdapter mock, boolean pulled) {
        ChatRequest request = ChatRequest.of("m", "forget me");
        Iterator<ChatEvent> events = mock.stream(request).iterator();
        if (pulled) {
            events.next();
        }
        return new WeakReference<>(request);
    }

    @Test
    void nullsAreProgrammingErrors() {
        MockAdapter mock = MockAdapter.echo();
        assertThatNullPointerException().isThrownBy(() -> mock.chat(null));
        assertThatNullPointerException().isThrownBy(() -> mock.stream(null));
        assertThatNullPointerException().isThrownBy(() -> MockReply.text(null));
        assertThatNullPointerException().isThrownBy(() -> MockReply.failure(null));
        assertThatNullPointerException().isThrownBy(() -> MockReply.text("a").every(null));
        assertThatNullPointerException().isThrownBy(() -> MockAdapter.builder().otherwise(null));
    }

    private static CompletableFuture<Throwable> thrownBy(Runnable call) throws InterruptedException {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread caller = new Thread(() -> thrown.complete(catchThrowable(call::run)));
        caller.start();
        while (caller.getState() != Thread.State.TIMED_WAITING && caller.isAlive()) {
            Thread.onSpinWait();
        }
        return thrown;
    }

    private static MockAdapter answering(MockReply reply) {
        return MockAdapter.builder().otherwise(reply).build();
    }

    private static ChatResponse joined(MockAdapter mock, ChatRequest request) {
        try (ChatStream stream = mock.stream(request)) {
            return stream.join();
        }
    }

    private static List<String> textsOf(MockAdapter mock, ChatRequest request) {
        try (ChatStream stream = mock.stream(request);
                Stream<String> texts = stream.text()) {
            return texts.toList();
        }
    }

    @Test
    void textOfItNamesItsModels() {
        assertThat(MockAdapter.echo()).hasToString("MockAdapter[any model]");
        assertThat(MockAdapter.builder().models("ai/a", "ai/b").build()).hasToString("MockAdapter[ai/a, ai/b]");
    }
}
