package io.modelrunner.decorator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.modelrunner.BrokenAnswerException;
import io.modelrunner.CancelledException;
import io.modelrunner.Capability;
import io.modelrunner.Failure;
import io.modelrunner.ModelName;
import io.modelrunner.Timeouts;
import io.modelrunner.UnsupportedOptionException;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.chat.FinishReason;
import io.modelrunner.chat.TokenLogprob;
import io.modelrunner.chat.ToolCall;
import io.modelrunner.chat.Usage;
import io.modelrunner.mock.MockAdapter;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(30)
class CachingTest {
    private static final ChatRequest COLD = cold("Hello");

    private final AtomicInteger number = new AtomicInteger();
    private final FixedAdapter behind =
            new FixedAdapter(request -> answer(request).build());
    private final Caching caching = Caching.of(behind);

    private static ChatRequest cold(String text) {
        return ChatRequest.builder("ai/a").user(text).temperature(0).build();
    }

    private ChatResponse.Builder answer(ChatRequest request) {
        return ChatResponse.builder(request.model(), "fixed")
                .appendReasoning("thought")
                .appendText("answer " + number.incrementAndGet())
                .usage(Usage.of(3, 4))
                .id("id");
    }

    /** {@return a cache before an adapter whose answers are changed so} */
    private Caching cachingOf(UnaryOperator<ChatResponse.Builder> change) {
        return Caching.of(
                new FixedAdapter(request -> change.apply(answer(request)).build()));
    }

    @Test
    void secondAnswerIsThatOfTheFirst() {
        ChatResponse first = caching.chat(COLD);
        ChatResponse second = caching.chat(cold("Hello"));

        assertThat(behind.asked).hasValue(1);
        assertThat(second.text()).isEqualTo(first.text()).isEqualTo("answer 1");
        assertThat(second.reasoning()).contains("thought");
        assertThat(second.usage()).contains(Usage.of(3, 4));
        assertThat(second.adapter()).isEqualTo("fixed");
        assertThat(first.timeline().attempts()).isEmpty();
        assertThat(second.timeline().attempts()).singleElement().satisfies(attempt -> {
            assertThat(attempt.adapter()).isEqualTo("cache");
            assertThat(attempt.outcome()).isEqualTo("answered from the cache");
        });
        assertThat(caching.size()).isEqualTo(1);
    }

    @Test
    void seedMakesARequestDeterministic() {
        ChatRequest seeded =
                ChatRequest.builder("ai/a").user("Hello").temperature(1).seed(7).build();
        assertThat(caching.chat(seeded).text()).isEqualTo(caching.chat(seeded).text());
    }

    @Test
    void othersAreAskedEachTime() {
        ChatRequest free = ChatRequest.of("ai/a", "Hello");
        ChatRequest warm = free.toBuilder().temperature(0.1).build();
        ChatRequest somebodys = COLD.toBuilder().header("X-User", "me").build();
        for (ChatRequest request : List.of(free, warm, somebodys)) {
            assertThat(caching.chat(request).text())
                    .isNotEqualTo(caching.chat(request).text());
            assertThat(caching.stream(request).join().text())
                    .isNotEqualTo(caching.stream(request).join().text());
        }
        assertThat(caching.size()).isZero();
    }

    @Test
    void timeoutsMakeNoDifferenceAndAllElseDoes() {
        caching.chat(COLD);
        Timeouts brief = Timeouts.builder().answer(Duration.ofSeconds(1)).build();
        caching.chat(COLD.toBuilder().timeouts(brief).build());
        assertThat(behind.asked).hasValue(1);

        caching.chat(COLD.toBuilder().model("a").build());
        caching.chat(COLD.toBuilder().maxTokens(10).build());
        caching.chat(COLD.toBuilder().extra("mirostat", 1).build());
        caching.chat(cold("hello"));
        assertThat(behind.asked).hasValue(5);
    }

    @Test
    void streamAnswersChatsAndChatsStreams() {
        assertThat(caching.stream(COLD).join().text()).isEqualTo("answer 1");
        assertThat(caching.chat(COLD).text()).isEqualTo("answer 1");

        caching.chat(cold("other"));
        try (ChatStream stream = caching.stream(cold("other"))) {
            assertThat(stream.events().toList())
                    .satisfiesExactly(
                            event -> assertThat(event).isEqualTo(new ChatEvent.Reasoning("thought")),
                            event -> assertThat(event).isEqualTo(new ChatEvent.Text("answer 2")),
                            event -> assertThat(((ChatEvent.Completed) event)
                                            .response()
                                            .timeline()
                                            .attempts())
                                    .singleElement()
                                    .satisfies(attempt ->
                                            assertThat(attempt.adapter()).isEqualTo("cache")));
        }
        assertThat(behind.asked).hasValue(2);
    }

    @Test
    void toolCallsAreKept() {
        ToolCall call = new ToolCall("1", "clock", "{}");
        Caching tools = cachingOf(answer -> answer.toolCall(call).finishReason(FinishReason.TOOL_CALLS));
        tools.chat(COLD);
        assertThat(tools.stream(COLD).events().toList()).contains(new ChatEvent.ToolCallEvent(call));
        assertThat(number).hasValue(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = FinishReason.class,
            names = {"LENGTH", "CONTENT_FILTER", "UNKNOWN"})
    void answerThatDidNotEndByItselfIsNotKept(FinishReason reason) {
        Caching cut = cachingOf(answer -> answer.finishReason(reason));
        cut.chat(COLD);
        cut.stream(COLD).join();
        assertThat(cut.size()).isZero();
    }

    @Test
    void answerThatEndsWhereTheRequestWantedItIsKept() {
        Caching cut = cachingOf(answer -> answer.finishReason(FinishReason.LENGTH));
        cut.chat(COLD.toBuilder().maxTokens(2).build());
        assertThat(cut.size()).isEqualTo(1);
    }

    @Test
    void answersWithWarningsAreNotKept() {
        Caching mocked = Caching.of(MockAdapter.echo());
        mocked.chat(COLD);
        mocked.stream(COLD).join();
        assertThat(mocked.size()).isZero();
    }

    @Test
    void answerOfAnotherModelIsNotKept() {
        Caching degraded = Caching.of(new FixedAdapter(request ->
                ChatResponse.builder(ModelName.of("ai/smaller"), "fixed").build()));
        degraded.chat(COLD);
        assertThat(degraded.size()).isZero();
    }

    @Test
    void failuresAreNotKept() {
        AtomicInteger times = new AtomicInteger();
        Caching failing = Caching.of(new FixedAdapter(request -> {
            if (times.incrementAndGet() == 1) {
                throw new BrokenAnswerException(Failure.of("broken").build());
            }
            return answer(request).build();
        }));
        assertThatExceptionOfType(BrokenAnswerException.class).isThrownBy(() -> failing.chat(COLD));
        assertThat(failing.chat(COLD).text()).isEqualTo("answer 1");
    }

    @Test
    void streamThatIsClosedEarlyIsNotKept() {
        try (ChatStream stream = caching.stream(COLD)) {
            stream.iterator().next();
        }
        assertThat(caching.size()).isZero();
    }

    @Test
    void whatWasUsedLongestAgoGoesFirst() {
        Caching two = Caching.builder(behind).maxEntries(2).build();
        two.chat(cold("a"));
        two.chat(cold("b"));
        two.chat(cold("a"));
        two.chat(cold("c"));
        assertThat(two.size()).isEqualTo(2);
        assertThat(behind.asked).hasValue(3);
        two.chat(cold("a"));
        two.chat(cold("c"));
        assertThat(behind.asked).hasValue(3);
        two.chat(cold("b"));
        assertThat(behind.asked).hasValue(4);
    }

    @Test
    void charactersAreBounded() {
        Caching small = Caching.builder(behind).maxCharacters(1_000).build();
        small.chat(cold("a".repeat(600)));
        assertThat(small.size()).isZero();
        small.chat(cold("a".repeat(40)));
        assertThat(small.size()).isEqualTo(1);
        small.chat(cold("b".repeat(40)));
        assertThat(small.size()).isEqualTo(1);
        small.chat(cold("b".repeat(40)));
        assertThat(behind.asked).hasValue(3);
    }

    @Test
    void logprobsCountAsCharacters() {
        List<TokenLogprob> likely = IntStream.range(0, 20)
                .mapToObj(i -> new TokenLogprob("token", -1, List.of()))
                .toList();
        Caching small = Caching.builder(new FixedAdapter(request -> answer(request)
                        .logprob(new TokenLogprob("token", -1, likely))
                        .build()))
                .maxCharacters(1_800)
                .build();
        small.chat(COLD); // 21 tokens of 5 characters
        assertThat(small.size()).isZero();
    }

    @Test
    void answerTakesRoomWhateverItsLength() {
        Caching small =
                Caching.builder(behind).maxEntries(1_000).maxCharacters(10_000).build();
        IntStream.range(0, 1_000).forEach(i -> small.chat(cold("q" + i)));
        assertThat(small.size()).isBetween(10, 19);
    }

    @Test
    void messageTakesRoomWhateverItsLength() {
        Caching small = Caching.builder(behind).maxCharacters(10_000).build();
        ChatRequest.Builder conversation = ChatRequest.builder("ai/a").temperature(0);
        IntStream.range(0, 200).forEach(i -> conversation.user("q"));
        small.chat(conversation.build());
        assertThat(small.size()).isZero();
    }

    @Test
    void clearForgets() {
        caching.chat(COLD);
        caching.clear();
        assertThat(caching.size()).isZero();
        assertThat(caching.chat(COLD).text()).isEqualTo("answer 2");
    }

    @Test
    void whatCannotBeCarriedIsRefusedAtOnce() {
        Caching narrow =
                Caching.of(MockAdapter.builder().without(Capability.SAMPLING).build());
        assertThatExceptionOfType(UnsupportedOptionException.class).isThrownBy(() -> narrow.stream(COLD));
        assertThatExceptionOfType(UnsupportedOptionException.class).isThrownBy(() -> narrow.chat(COLD));
    }

    @Test
    void afterItsEndItAnswersNoMore() {
        caching.chat(COLD);
        Iterator<ChatEvent> begun = caching.stream(COLD).iterator();
        begun.next();
        caching.close();

        assertThatExceptionOfType(CancelledException.class).isThrownBy(() -> caching.chat(COLD));
        assertThatExceptionOfType(CancelledException.class)
                .isThrownBy(() -> caching.stream(COLD).join());
        assertThatExceptionOfType(CancelledException.class).isThrownBy(begun::next);
        assertThat(caching.size()).isZero();
    }

    @Test
    void cachedStreamThatIsClosedIsCancelledWithItsText() {
        caching.chat(COLD);
        ChatStream stream = caching.stream(COLD);
        Iterator<ChatEvent> events = stream.iterator();
        events.next();
        events.next();
        stream.close();

        CancelledException told = catchThrowableOfType(CancelledException.class, events::next);
        assertThat(told.partialText()).isEqualTo("answer 1");
        assertThat(told.model()).contains(COLD.model());
    }

    @Test
    void manyThreadsMayAsk() {
        Caching few = Caching.builder(behind).maxEntries(3).build();
        List<Caller<Boolean>> callers = IntStream.range(0, 8)
                .mapToObj(thread -> Caller.start(() -> IntStream.range(0, 500)
                        .allMatch(i -> few.chat(cold("q" + i % 7)).text().startsWith("answer"))))
                .toList();
        assertThat(callers).allSatisfy(caller -> assertThat(caller.result()).isTrue());
        assertThat(few.size()).isEqualTo(3);
    }
}
