package io.modelrunner.fallback;

import static io.modelrunner.fallback.FallbackTest.HELLO;
import static io.modelrunner.fallback.NamedAdapter.dead;
import static io.modelrunner.fallback.NamedAdapter.echo;
import static io.modelrunner.fallback.NamedAdapter.facts;
import static io.modelrunner.fallback.NamedAdapter.replying;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.modelrunner.Attempt;
import io.modelrunner.BrokenAnswerException;
import io.modelrunner.CancelledException;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.TimedOutException;
import io.modelrunner.Timeouts;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.adapter.CallListener;
import io.modelrunner.adapter.FallbackEvent;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.mock.MockReply;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A stream along the steps of a chain: until its first event another step may be asked, and no longer. */
@Timeout(30)
class FallbackStreamTest {
    private static final MockReply NEVER = MockReply.text("Never").every(Duration.ofHours(1));
    private static final MockReply BREAKS = MockReply.pieces("Once ", "upon")
            .thenFailure(() -> new BrokenAnswerException(facts("second", "cut off").toBuilder("cut off")
                    .partialText("Once upon")
                    .build()));

    private final TestClock clock = new TestClock();

    private Fallback chainOf(LLMAdapter... steps) {
        Fallback.Builder builder = Fallback.builder().clock(clock).skipAfter(1, Duration.ofSeconds(30));
        for (LLMAdapter step : steps) {
            builder.step(step);
        }
        return builder.build();
    }

    @Test
    void nothingIsAskedBeforeTheFirstPull() {
        NamedAdapter first = echo("first");
        Fallback chain = chainOf(first);
        try (ChatStream stream = chain.stream(HELLO)) {
            assertThat(first.asked).hasValue(0);
            assertThat(stream.join().text()).isEqualTo("Hello");
        }
        assertThat(first.asked).hasValue(1);
    }

    @Test
    void responseIsThatOfTheLastEvent() {
        try (ChatStream stream = chainOf(dead("first"), echo("second")).stream(HELLO)) {
            ChatResponse last = null;
            for (ChatEvent event : stream) {
                last = event instanceof ChatEvent.Completed completed ? completed.response() : last;
            }
            assertThat(last).isNotNull();
            assertThat(stream.response()).containsSame(last);
            assertThat(last.timeline().attempts()).extracting(Attempt::step).containsExactly("1", "2");
        }
    }

    @Test
    void answerThatIsTheEndAloneIsHandedOn() {
        assertThat(chainOf(dead("first"), replying("second", MockReply.text(""))).stream(HELLO)
                        .join()
                        .text())
                .isEmpty();
    }

    @Test
    void failureBehindTheFirstEventIsTheCallersWithTheTextSoFar() {
        NamedAdapter third = echo("third");
        Fallback chain = chainOf(dead("first"), replying("second", BREAKS), third);
        BrokenAnswerException e = catchThrowableOfType(
                BrokenAnswerException.class, () -> chain.stream(HELLO).join());
        assertThat(e.what()).isEqualTo("cut off");
        assertThat(e.partialText()).isEqualTo("Once upon");
        assertThat(e.causes()).hasExactlyElementsOfTypes(RunnerUnreachableException.class, BrokenAnswerException.class);
        assertThat(e.timeline().attempts()).extracting(Attempt::outcome).containsExactly("nobody is there", "cut off");
        assertThat(third.asked).hasValue(0);
        assertThat(chain.circuits().get(1).failures()).isZero();
    }

    @Test
    void failureIsTheSameForEveryPull() {
        try (ChatStream stream = chainOf(replying("first", BREAKS)).stream(HELLO)) {
            Iterator<ChatEvent> events = stream.iterator();
            events.next();
            events.next();
            ModelRunnerException first = catchThrowableOfType(BrokenAnswerException.class, events::next);
            assertThat(catchThrowableOfType(BrokenAnswerException.class, stream::join))
                    .isSameAs(first);
            assertThat(first.causes()).hasSize(1);
        }
    }

    @Test
    void stepWhoseStreamThrowsAtOnceIsLeft() {
        Fallback chain = chainOf(downOnce(echo("first")), echo("second"));
        ChatResponse answer = chain.stream(HELLO).join();
        assertThat(answer.timeline().attempts()).extracting(Attempt::outcome).containsExactly("not yet", "answered");
        assertThat(chain.circuits().get(0).status()).isEqualTo(CircuitState.Status.OPEN);
    }

    @Test
    void limitsOfWaitingHoldForEachStep() {
        Timeouts limits = Timeouts.builder().firstToken(Duration.ofMillis(20)).build();
        ChatRequest hasty = HELLO.toBuilder().timeouts(limits).build();
        TimedOutException e = catchThrowableOfType(
                TimedOutException.class,
                () -> chainOf(replying("first", NEVER), replying("second", NEVER)).stream(hasty)
                        .join());
        assertThat(e.phase()).isEqualTo(Phase.FIRST_TOKEN);
        assertThat(e.causes()).hasExactlyElementsOfTypes(TimedOutException.class, TimedOutException.class);
    }

    @Test
    void closingBeforeTheFirstPullCancels() {
        NamedAdapter first = echo("first");
        ChatStream stream = chainOf(first).stream(HELLO);
        stream.close();
        CancelledException e = catchThrowableOfType(CancelledException.class, stream::join);
        assertThat(e).hasMessage("the stream was closed");
        assertThat(e.adapter()).contains("fallback");
        assertThat(e.model()).contains(HELLO.model());
        assertThat(first.asked).hasValue(0);
    }

    @Test
    void closingBetweenEventsKeepsTheTextSoFar() {
        ChatStream stream =
                chainOf(dead("first"), replying("second", MockReply.text("Once upon a time"))).stream(HELLO);
        stream.iterator().next();
        stream.close();
        CancelledException e = catchThrowableOfType(CancelledException.class, stream::join);
        assertThat(e.partialText()).isEqualTo("Once");
        assertThat(e.causes()).hasExactlyElementsOfTypes(RunnerUnreachableException.class, CancelledException.class);
        assertThat(e.timeline().attempts()).hasSize(2);
    }

    @Test
    void closingWakesAReaderThatWaitsForTheFirstEvent() throws Exception {
        NamedAdapter first = replying("first", NEVER);
        NamedAdapter second = echo("second");
        ChatStream stream = chainOf(first, second).stream(HELLO);
        CompletableFuture<ChatResponse> reading = CompletableFuture.supplyAsync(stream::join);
        awaitAsked(first, 1);
        stream.close();
        isCancelled(reading);
        assertThat(second.asked).hasValue(0);
    }

    @Test
    void closingBetweenTwoStepsAsksNoFurtherOne() {
        AtomicReference<ChatStream> open = new AtomicReference<>();
        CallListener closing = new CallListener() {
            @Override
            public void onFallback(FallbackEvent event) {
                open.get().close();
            }
        };
        Fallback chain = Fallback.builder()
                .step(dead("first"))
                .step(replying("second", NEVER))
                .step(echo("third"))
                .listener(closing)
                .build();
        open.set(chain.stream(HELLO));
        CancelledException e = catchThrowableOfType(CancelledException.class, open.get()::join);
        assertThat(e.causes()).hasExactlyElementsOfTypes(RunnerUnreachableException.class, CancelledException.class);
    }

    @Test
    void closingTheChainCancelsItsStreams() throws Exception {
        NamedAdapter first = replying("first", NEVER);
        NamedAdapter second = echo("second");
        Fallback chain = chainOf(first, second);
        CompletableFuture<ChatResponse> reading =
                CompletableFuture.supplyAsync(() -> chain.stream(HELLO).join());
        awaitAsked(first, 1);
        ChatStream later = chain.stream(HELLO);
        chain.close();
        isCancelled(reading);
        assertThatThrownBy(later::join).isInstanceOf(CancelledException.class);
        assertThat(second.asked).hasValue(0);
    }

    @Test
    void interruptedReaderLeavesTheProbingToTheNextCall() {
        Fallback chain = chainOf(downOnce(echo("first")), echo("second"));
        chain.stream(HELLO).join();
        clock.forward(Duration.ofSeconds(30));
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> chain.stream(HELLO).join()).isInstanceOf(CancelledException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(chain.circuits().get(0).status()).isEqualTo(CircuitState.Status.OPEN);
        assertThat(chain.stream(HELLO).join().timeline().attempts())
                .extracting(Attempt::adapter)
                .containsExactly("first");
    }

    @Test
    void probeThatIsClosedLeavesTheProbingToTheNextCall() throws Exception {
        NamedAdapter first = replying("first", NEVER);
        Fallback chain = chainOf(downOnce(first), echo("second"));
        chain.stream(HELLO).join();
        clock.forward(Duration.ofSeconds(30));
        ChatStream forgotten = chain.stream(HELLO);
        assertThat(chain.circuits().get(0).status()).isEqualTo(CircuitState.Status.OPEN);
        ChatStream probe = chain.stream(HELLO);
        CompletableFuture<ChatResponse> reading = CompletableFuture.supplyAsync(probe::join);
        awaitAsked(first, 2);
        assertThat(chain.circuits().get(0).status()).isEqualTo(CircuitState.Status.HALF_OPEN);
        assertThat(forgotten.join().text()).isEqualTo("Hello"); // by the second step, as another call probes
        probe.close();
        isCancelled(reading);
        assertThat(chain.circuits().get(0).status()).isEqualTo(CircuitState.Status.OPEN);
        assertThat(chain.circuits().get(0).nextTry()).contains(clock.instant());
    }

    /** {@return an adapter that can't be reached for one call} */
    private static NamedAdapter downOnce(NamedAdapter adapter) {
        return adapter.opening(() -> {
            if (adapter.asked.get() == 1) {
                throw new RunnerUnreachableException(facts("first", "not yet"));
            }
        });
    }

    private static void awaitAsked(NamedAdapter adapter, int times) {
        while (adapter.asked.get() < times) { // ends by the time limit of the test
            Thread.onSpinWait();
        }
    }

    private static void isCancelled(CompletableFuture<?> reading) {
        assertThatThrownBy(() -> reading.get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(CancelledException.class);
    }
}
