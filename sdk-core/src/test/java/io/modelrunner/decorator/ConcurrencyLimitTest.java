package io.modelrunner.decorator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.modelrunner.Attempt;
import io.modelrunner.AttemptTimeline;
import io.modelrunner.BrokenAnswerException;
import io.modelrunner.CancelledException;
import io.modelrunner.Failure;
import io.modelrunner.InvalidRequestException;
import io.modelrunner.Remedy;
import io.modelrunner.TimedOutException;
import io.modelrunner.Timeouts;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.UnsupportedOptionException;
import io.modelrunner.adapter.Completer;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.adapter.Preloader;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.chat.CompletionRequest;
import io.modelrunner.fallback.CircuitState;
import io.modelrunner.fallback.Fallback;
import io.modelrunner.mock.MockAdapter;
import io.modelrunner.retrieval.Embedder;
import io.modelrunner.retrieval.EmbeddingRequest;
import io.modelrunner.retrieval.RerankRequest;
import io.modelrunner.retrieval.Reranker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ConcurrencyLimitTest {
    private static final String MODEL = "ai/a";

    private final GatedAdapter gated = new GatedAdapter();
    private final ConcurrencyLimit limit = ConcurrencyLimit.of(gated, 1);

    private static ChatRequest ask(String text) {
        return ChatRequest.of(MODEL, text);
    }

    private static ChatRequest ask(String text, Duration longest) {
        return ask(text).toBuilder()
                .timeouts(Timeouts.builder().queue(longest).build())
                .build();
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("the time of the test").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    /** {@return a chat that stands at the end of the queue} */
    private Caller<ChatResponse> queued(ChatRequest request) {
        int before = limit.waiting(MODEL);
        Caller<ChatResponse> caller = Caller.start(() -> limit.chat(request));
        await(() -> limit.waiting(MODEL) == before + 1);
        return caller;
    }

    /** {@return a chat that has the only place} */
    private Gate holder() {
        Caller.start(() -> limit.chat(ask("holder")));
        return gated.begun();
    }

    private void assertAllPlacesAreFree() {
        await(() -> limit.running(MODEL) == 0);
        assertThat(limit.waiting(MODEL)).isZero();
        Caller<ChatResponse> next = Caller.start(() -> limit.chat(ask("next")));
        gated.begun().open();
        assertThat(next.result().text()).isEqualTo("next");
    }

    @Test
    void burstIsAnsweredInTheOrderOfItsComing() {
        Gate first = holder();
        List<Caller<ChatResponse>> burst = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            burst.add(queued(ask("call " + i)));
        }
        assertThat(limit.running(MODEL)).isEqualTo(1);
        assertThat(gated.hasBegunMore()).isFalse();
        first.open();
        for (int i = 0; i < 5; i++) {
            Gate next = gated.begun();
            assertThat(next.what()).isEqualTo("call " + i);
            assertThat(gated.hasBegunMore()).isFalse();
            next.open();
            assertThat(burst.get(i).result().text()).isEqualTo("call " + i);
        }
        assertAllPlacesAreFree();
    }

    @Test
    void waiterInTheMiddleThatGivesUpLeavesTheOrderOfTheOthers() {
        Gate first = holder();
        Caller<ChatResponse> one = queued(ask("one"));
        Caller<ChatResponse> two = queued(ask("two"));
        Caller<ChatResponse> three = queued(ask("three"));
        two.interrupt();
        assertThatExceptionOfType(CancelledException.class).isThrownBy(two::result);
        assertThat(two.wasInterrupted()).isTrue();
        assertThat(limit.waiting(MODEL)).isEqualTo(2);

        first.open();
        Gate next = gated.begun();
        assertThat(next.what()).isEqualTo("one");
        next.open();
        Gate last = gated.begun();
        assertThat(last.what()).isEqualTo("three");
        last.open();
        assertThat(one.result().text() + three.result().text()).isEqualTo("onethree");
        assertAllPlacesAreFree();
    }

    @Test
    void queueTimesOut() {
        Gate first = holder();
        Duration longest = Duration.ofMillis(30);

        TimedOutException late =
                catchThrowableOfType(TimedOutException.class, () -> limit.chat(ask("late xyzzy", longest)));

        assertThat(late.phase()).isEqualTo(Phase.QUEUE);
        assertThat(late.limit()).isEqualTo(longest);
        assertThat(late.model()).hasValueSatisfying(model -> assertThat(model).hasToString(MODEL));
        assertThat(late.adapter()).contains(GatedAdapter.NAME);
        assertThat(late).hasMessageContaining("(queue)").hasMessageContaining("1 at once");
        assertThat(late).hasMessageNotContaining("xyzzy");
        assertThat(late.remedies())
                .extracting(Remedy::command)
                .containsExactly("Timeouts.builder().queue(…)", "ConcurrencyLimit.builder(…).perModel(…)");
        assertThat(late.timeline().attempts())
                .singleElement()
                .satisfies(attempt -> assertThat(attempt.queued()).isGreaterThanOrEqualTo(longest));
        assertThat(gated.hasBegunMore()).isFalse();
        first.open();
        assertAllPlacesAreFree();
    }

    @Test
    void limitOfTheAdapterHoldsWhereTheRequestHasNone() {
        LLMAdapter hasty = ConcurrencyLimit.builder(gated)
                .perModel(1)
                .queue(Duration.ofMillis(20))
                .build();
        Caller<ChatResponse> first = Caller.start(() -> hasty.chat(ask("first")));
        Gate gate = gated.begun();

        assertThatExceptionOfType(TimedOutException.class).isThrownBy(() -> hasty.chat(ask("late")));
        Preloader preloader = hasty.power(Preloader.class).orElseThrow();
        assertThatExceptionOfType(TimedOutException.class)
                .isThrownBy(() -> preloader.preload(MODEL, Preloader.Purpose.CHAT));
        gate.open();
        first.result();
    }

    @Test
    void limitOfTheWaitIsBounded() {
        ConcurrencyLimit.Builder builder = ConcurrencyLimit.builder(gated);
        for (Duration wrong : List.of(Duration.ZERO, Duration.ofHours(25))) {
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> builder.queue(wrong))
                    .withMessage("timeout queue must be between PT0.001S and PT24H, but is " + wrong);
        }
    }

    @Test
    void closeEndsTheWaitOfAStream() {
        Gate first = holder();
        ChatStream stream = limit.stream(ask("stream"));
        Caller<ChatResponse> reader = Caller.start(stream::join);
        await(() -> limit.waiting(MODEL) == 1);

        stream.close();

        assertThatExceptionOfType(CancelledException.class).isThrownBy(reader::result);
        assertThat(limit.waiting(MODEL)).isZero();
        first.open();
        assertAllPlacesAreFree();
    }

    @Test
    void closeOfTheAdapterEndsAllWaits() {
        holder();
        Caller<ChatResponse> chat = queued(ask("chat"));
        Caller<ChatResponse> stream =
                Caller.start(() -> limit.stream(ask("stream")).join());
        await(() -> limit.waiting(MODEL) == 2);

        limit.close();

        assertThatExceptionOfType(CancelledException.class)
                .isThrownBy(chat::result)
                .withMessage("the adapter is closed");
        assertThatExceptionOfType(CancelledException.class).isThrownBy(stream::result);
        assertThatExceptionOfType(CancelledException.class).isThrownBy(() -> limit.chat(ask("later")));
        assertThat(limit.waiting(MODEL)).isZero();
        assertThat(gated.health().isUp()).isFalse();
    }

    @Test
    void streamTakesItsPlaceWithItsFirstPull() {
        ChatStream unread = limit.stream(ask("unread"));
        assertThat(limit.running(MODEL)).isZero();
        Iterator<ChatEvent> events = unread.iterator();
        unread.close();
        assertThatExceptionOfType(CancelledException.class).isThrownBy(events::next);
        assertAllPlacesAreFree();
    }

    @Test
    void streamGivesItsPlaceBackWhenItIsComplete() {
        try (ChatStream stream = limit.stream(ask("whole"))) {
            Iterator<ChatEvent> events = stream.iterator();
            events.next();
            assertThat(limit.running(MODEL)).isEqualTo(1);
            gated.begun().open();
            events.next();
            assertAllPlacesAreFree();
        }
        assertAllPlacesAreFree();
    }

    @Test
    void streamGivesItsPlaceBackWhenItIsClosed() {
        ChatStream stream = limit.stream(ask("half"));
        stream.iterator().next();
        gated.begun();
        stream.close();
        stream.close();
        CancelledException told = catchThrowableOfType(CancelledException.class, stream::join);
        assertThat(told.partialText()).isEqualTo("half");
        assertAllPlacesAreFree();
    }

    @Test
    void placeComesBackFromAReaderWhoThrows() {
        assertThatIllegalStateException().isThrownBy(() -> {
            try (ChatStream stream = limit.stream(ask("reader"))) {
                stream.forEach(event -> {
                    throw new IllegalStateException("the reader's own");
                });
            }
        });
        gated.begun();
        assertAllPlacesAreFree();
    }

    @Test
    void placeComesBackFromAnswersThatFail() {
        ChatStream stream = limit.stream(ask("stream"));
        stream.iterator().next();
        gated.begun().fail(new BrokenAnswerException(Failure.of("broken").build()));
        assertThatExceptionOfType(BrokenAnswerException.class).isThrownBy(stream::join);
        assertAllPlacesAreFree();

        Caller<ChatResponse> chat = Caller.start(() -> limit.chat(ask("chat")));
        gated.begun().fail(new IllegalStateException("an adapter at fault"));
        assertThatIllegalStateException().isThrownBy(chat::result);
        assertAllPlacesAreFree();
    }

    @Test
    void whatCannotBeCarriedIsRefusedAtOnce() {
        Gate first = holder();
        ChatRequest limited = ask("short").toBuilder().maxTokens(1).build();

        assertThatExceptionOfType(UnsupportedOptionException.class).isThrownBy(() -> limit.chat(limited));
        assertThatExceptionOfType(UnsupportedOptionException.class).isThrownBy(() -> limit.stream(limited));
        first.open();
        assertAllPlacesAreFree();
    }

    @Test
    void spellingsOfAModelShareItsPlaces() {
        Gate first = holder();
        Caller<ChatResponse> other = Caller.start(() -> limit.chat(ChatRequest.of("docker.io/ai/A:latest", "other")));
        await(() -> limit.waiting("a") == 1);

        Caller<ChatResponse> free = Caller.start(() -> limit.chat(ChatRequest.of("ai/b", "free")));
        Gate unlimited = gated.begun();
        assertThat(unlimited.what()).isEqualTo("free");
        unlimited.open();
        free.result();
        first.open();
        gated.begun().open();
        assertThat(other.result().model()).hasToString("docker.io/ai/A:latest");
    }

    @Test
    void onlyTheNamedModelIsLimited() {
        ConcurrencyLimit one = ConcurrencyLimit.builder(gated).model("a", 1).build();
        Caller<ChatResponse> limited = Caller.start(() -> one.chat(ask("limited")));
        gated.begun().open();
        limited.result();
        Caller<ChatResponse> free = Caller.start(() -> one.chat(ChatRequest.of("b", "free")));
        Gate gate = gated.begun();
        assertThat(one.running("b")).isZero();
        gate.open();
        free.result();
    }

    @Test
    void powersShareThePlaces() {
        Gate first = holder();
        Embedder embedder = limit.power(Embedder.class).orElseThrow();
        Reranker reranker = limit.power(Reranker.class).orElseThrow();
        Completer completer = limit.power(Completer.class).orElseThrow();
        Preloader preloader = limit.power(Preloader.class).orElseThrow();
        List<Caller<?>> callers = new ArrayList<>();
        List<Callable<?>> calls = List.of(
                () -> embedder.embed(EmbeddingRequest.of(MODEL, "a")).timeline(),
                () -> reranker.rerank(RerankRequest.of(MODEL, "q", List.of("a")))
                        .timeline(),
                () -> completer.complete(CompletionRequest.of(MODEL, "a")).timeline(),
                () -> completer
                        .streamCompletion(CompletionRequest.of(MODEL, "a"))
                        .join()
                        .timeline(),
                () -> {
                    preloader.preload(MODEL, Preloader.Purpose.CHAT);
                    return "loaded";
                });
        for (Callable<?> call : calls) {
            int waiting = limit.waiting(MODEL);
            callers.add(Caller.start(call));
            await(() -> limit.waiting(MODEL) == waiting + 1);
        }
        first.open();
        for (String kind : List.of("embedding", "reranking", "completion", "streamed completion", "preload")) {
            Gate next = gated.begun();
            assertThat(next.what()).isEqualTo(kind);
            assertThat(gated.hasBegunMore()).isFalse();
            next.open();
        }
        callers.forEach(Caller::result);
        callers.subList(0, 4)
                .forEach(caller -> assertThat(((AttemptTimeline) caller.result()).attempts())
                        .singleElement()
                        .satisfies(attempt -> assertThat(attempt.queued()).isPositive()));
        assertAllPlacesAreFree();
    }

    @Test
    void otherPowersAreHandedOn() {
        assertThat(limit.power(GatedAdapter.class)).containsSame(gated);
        assertThat(limit.power(ConcurrencyLimit.class)).containsSame(limit);
        assertThat(limit.power(LLMAdapter.class)).containsSame(limit);
        assertThat(limit.power(Runnable.class)).isEmpty();
    }

    @Test
    void healthAndModelsTakeNoPlace() {
        Gate first = holder();
        assertThat(limit.health().isUp()).isTrue();
        assertThat(limit.listModels()).hasSize(1);
        first.open();
    }

    @Test
    void answerTellsHowLongItWaited() {
        Gate first = holder();
        Caller<ChatResponse> chat = queued(ask("chat"));
        Caller<ChatResponse> stream =
                Caller.start(() -> limit.stream(ask("stream")).join());
        await(() -> limit.waiting(MODEL) == 2);
        first.open();
        gated.begun().open();
        gated.begun().open();

        for (Caller<ChatResponse> caller : List.of(chat, stream)) {
            assertThat(caller.result().timeline().attempts()).singleElement().satisfies(attempt -> {
                assertThat(attempt.queued()).isPositive();
                assertThat(attempt.adapter()).isEqualTo(GatedAdapter.NAME);
                assertThat(attempt.outcome()).isEqualTo("answered");
            });
        }
    }

    @Test
    void failureTellsHowLongItWaited() {
        Gate first = holder();
        Caller<ChatResponse> chat = queued(ask("chat"));
        first.open();
        BrokenAnswerException broken = new BrokenAnswerException(Failure.of("broken")
                .adapter(GatedAdapter.NAME)
                .partialText("half")
                .build());
        gated.begun().fail(broken);

        BrokenAnswerException told = catchThrowableOfType(BrokenAnswerException.class, chat::result);

        assertThat(told.getStackTrace()).isEqualTo(broken.getStackTrace());
        assertThat(told.partialText()).isEqualTo("half");
        assertThat(told.timeline().attempts()).singleElement().satisfies(attempt -> {
            assertThat(attempt.queued()).isPositive();
            assertThat(attempt.outcome()).isEqualTo("broken");
        });
    }

    @Test
    void failureOfSomebodyElsesKindStaysThat() {
        Gate first = holder();
        Caller<ChatResponse> chat = queued(ask("chat"));
        first.open();
        BrokenAnswerException theirs =
                new BrokenAnswerException(Failure.of("theirs").build()) {
                    private static final long serialVersionUID = 1L;
                };
        gated.begun().fail(theirs);

        assertThat(catchThrowableOfType(BrokenAnswerException.class, chat::result))
                .isSameAs(theirs);
    }

    @Test
    void firstOfSeveralTriesIsTheOneThatWaited() {
        Gate first = holder();
        Caller<ChatResponse> chat = queued(ask("chat"));
        first.open();
        Attempt.Builder connect = Attempt.builder("http", "http://a", Instant.EPOCH, "refused");
        Attempt again = connect.build().toBuilder().took(Duration.ofMillis(1)).build();
        AttemptTimeline both =
                new AttemptTimeline(List.of(connect.queued(Duration.ofHours(1)).build(), again));
        gated.begun()
                .fail(new BrokenAnswerException(
                        Failure.of("broken").timeline(both).build()));

        BrokenAnswerException told = catchThrowableOfType(BrokenAnswerException.class, chat::result);

        assertThat(told.timeline().attempts()).hasSize(2).last().isEqualTo(again);
        Attempt waited = told.timeline().attempts().get(0);
        assertThat(waited.queued()).isGreaterThan(Duration.ofHours(1));
        assertThat(waited.toBuilder().queued(Duration.ZERO).build())
                .isEqualTo(connect.queued(Duration.ZERO).build());
    }

    @Test
    void whatDidNotWaitIsHandedOnAsItIs() {
        ChatResponse same = ChatResponse.builder(ask("a").model(), "fixed").build();
        LLMAdapter fixed = ConcurrencyLimit.of(new FixedAdapter(request -> same), 1);
        assertThat(fixed.chat(ask("a"))).isSameAs(same);
        assertThat(fixed.stream(ask("a")).join()).isSameAs(same);
    }

    @Test
    void stepThatIsFullIsNotDown() {
        Gate first = holder();
        try (Fallback chain = Fallback.builder()
                .step(limit)
                .step(MockAdapter.echo())
                .skipAfter(1, Duration.ofMinutes(1))
                .build()) {
            ChatResponse response = chain.chat(ask("elsewhere", Duration.ofMillis(10)));

            assertThat(response.adapter()).isEqualTo("mock");
            assertThat(response.timeline().attempts().get(0).queued()).isPositive();
            assertThat(chain.circuits().get(0).status()).isEqualTo(CircuitState.Status.CLOSED);
            first.open();
        }
    }
}
