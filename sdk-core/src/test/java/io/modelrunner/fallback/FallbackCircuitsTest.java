package io.modelrunner.fallback;

import static io.modelrunner.fallback.FallbackTest.HELLO;
import static io.modelrunner.fallback.NamedAdapter.dead;
import static io.modelrunner.fallback.NamedAdapter.echo;
import static io.modelrunner.fallback.NamedAdapter.facts;
import static io.modelrunner.fallback.NamedAdapter.failing;
import static io.modelrunner.fallback.NamedAdapter.withoutModel;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.modelrunner.CancelledException;
import io.modelrunner.InvalidRequestException;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.adapter.CallListener;
import io.modelrunner.adapter.FallbackEvent;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.fallback.CircuitState.Status;
import io.modelrunner.mock.MockAdapter;
import io.modelrunner.mock.MockReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A chain skips who was down, tries again, and tells its listeners. */
@Timeout(60)
class FallbackCircuitsTest {
    private static final Duration WAIT = Duration.ofSeconds(30);

    private final TestClock clock = new TestClock();
    private final List<FallbackEvent> events = new CopyOnWriteArrayList<>();

    private Fallback.Builder builder(LLMAdapter... steps) {
        Fallback.Builder builder = Fallback.builder().clock(clock).listener(new CallListener() {
            @Override
            public void onFallback(FallbackEvent event) {
                events.add(event);
            }
        });
        for (LLMAdapter step : steps) {
            builder.step(step);
        }
        return builder;
    }

    @Test
    void stepIsSkippedWhenItWasDownThreeTimesForThirtySecondsUnlessToldOtherwise() {
        NamedAdapter first = dead("first");
        Fallback chain = builder(first, echo("second")).build();
        for (int call = 0; call < 10; call++) {
            chain.chat(HELLO);
        }
        assertThat(first.asked).hasValue(3);
        clock.forward(Duration.ofMillis(29_999));
        chain.chat(HELLO);
        assertThat(first.asked).hasValue(3);
        clock.forward(Duration.ofMillis(1));
        chain.chat(HELLO);
        chain.chat(HELLO);
        assertThat(first.asked).hasValue(4);
    }

    @Test
    void statesAreSnapshots() {
        AtomicBoolean up = new AtomicBoolean();
        NamedAdapter first = failing("first", () -> new RunnerUnreachableException(facts("first", "gone")));
        NamedAdapter back = new NamedAdapter(
                "first",
                MockAdapter.builder()
                        .when(
                                request -> !up.get(),
                                MockReply.failure(() -> new RunnerUnreachableException(facts("first", "gone"))))
                        .build());
        Fallback chain =
                builder(back, first).step(echo("third")).skipAfter(2, WAIT).build();
        List<CircuitState> begin = chain.circuits();
        chain.chat(HELLO);
        List<CircuitState> one = chain.circuits();
        chain.chat(HELLO);
        List<CircuitState> two = chain.circuits();
        clock.forward(WAIT);
        up.set(true);
        chain.chat(HELLO);
        String gone = "RunnerUnreachableException at http://first";
        assertThat(begin).extracting(CircuitState::status).containsOnly(Status.CLOSED);
        assertThat(begin)
                .extracting(CircuitState::step, CircuitState::adapter, CircuitState::failures)
                .containsExactly(tuple(1, "first", 0), tuple(2, "first", 0), tuple(3, "third", 0));
        assertThat(one.get(0))
                .isEqualTo(new CircuitState(1, "first", Status.CLOSED, 1, Optional.empty(), Optional.of(gone)));
        assertThat(two.get(0))
                .isEqualTo(new CircuitState(
                        1, "first", Status.OPEN, 2, Optional.of(TestClock.BEGIN.plus(WAIT)), Optional.of(gone)));
        assertThat(chain.circuits().get(0)).isEqualTo(begin.get(0));
        assertThat(chain.circuits().get(1).status()).isEqualTo(Status.OPEN);
    }

    @Test
    void stepsOfOneAdapterHaveCircuitsOfTheirOwn() {
        MockAdapter mock = MockAdapter.builder()
                .when(
                        request -> request.model().equals(HELLO.model()),
                        MockReply.failure(() -> new RunnerUnreachableException(facts("mock", "too much for it"))))
                .build();
        Fallback chain = builder(mock).otherModel("small").skipAfter(1, WAIT).build();
        chain.chat(HELLO);
        assertThat(chain.circuits()).extracting(CircuitState::status).containsExactly(Status.OPEN, Status.CLOSED);
    }

    @Test
    void everyStepIsAskedBeforeACallFails() {
        NamedAdapter first = dead("first");
        NamedAdapter second = dead("second");
        Fallback chain = builder(first, second).skipAfter(1, WAIT).build();
        for (int call = 1; call <= 3; call++) {
            assertThatThrownBy(() -> chain.chat(HELLO))
                    .isInstanceOfSatisfying(
                            ModelRunnerException.class,
                            e -> assertThat(e.causes())
                                    .extracting(ModelRunnerException::what)
                                    .containsExactly("nobody is there", "nobody is there"));
            assertThat(first.asked).hasValue(call);
            assertThat(second.asked).hasValue(call);
        }
    }

    @Test
    void skippedStepIsAskedBehindTheOthers() {
        Fallback chain = builder(dead("first"), withoutModel("second"))
                .skipAfter(1, WAIT)
                .build();
        assertThatThrownBy(() -> chain.chat(HELLO)).isInstanceOf(ModelRunnerException.class);
        events.clear();
        assertThatThrownBy(() -> chain.chat(HELLO))
                .isInstanceOfSatisfying(
                        ModelRunnerException.class,
                        e -> assertThat(e.timeline().attempts())
                                .extracting("step")
                                .containsExactly("1", "2", "1"));
        assertThat(events)
                .extracting(FallbackEvent::toString)
                .containsExactly(
                        "step 1 (first) left: RunnerUnreachableException at http://first; going on with step 2 (second)",
                        "step 2 (second) left: ModelNotFoundException at http://second; going on with step 1 (first)");
    }

    @Test
    void requestThatIsRefusedBeforeItIsSentShowsNothing() {
        AtomicInteger calls = new AtomicInteger();
        NamedAdapter first = failing(
                "first",
                () -> calls.incrementAndGet() == 2
                        ? new InvalidRequestException("request", "at most 10 bytes", "11 bytes")
                        : new RunnerUnreachableException(facts("first", "gone")));
        Fallback chain = builder(first, echo("second")).skipAfter(1, WAIT).build();
        chain.chat(HELLO);
        clock.forward(WAIT);
        assertThatThrownBy(() -> chain.chat(HELLO)).isInstanceOf(InvalidRequestException.class);
        assertThat(chain.circuits().get(0))
                .returns(Status.OPEN, CircuitState::status)
                .returns(1, CircuitState::failures);
    }

    @Test
    void listenersAreToldOfEachStepThatIsAskedInsteadOfAnother() {
        Fallback chain = builder(dead("first"), withoutModel("second"), echo("third"))
                .skipAfter(1, WAIT)
                .build();
        chain.chat(HELLO);
        chain.stream(HELLO).join();
        assertThat(events)
                .extracting(
                        FallbackEvent::from,
                        FallbackEvent::to,
                        event -> event.cause().what())
                .containsExactly(
                        tuple(place(1, "first"), place(2, "second"), "nobody is there"),
                        tuple(place(2, "second"), place(3, "third"), "there is no model tiny"),
                        tuple(
                                place(1, "first"),
                                place(2, "second"),
                                "skipped, as it was down 0 s ago: RunnerUnreachableException at http://first"),
                        tuple(place(2, "second"), place(3, "third"), "there is no model tiny"));
        assertThat(events)
                .allSatisfy(event -> assertThat(event.request().orElseThrow()).isSameAs(HELLO));
    }

    @Test
    void listenersAreToldOfEachStepThatIsLeftAlsoIfTheNextCanNotBeAskedEither() {
        NamedAdapter second = dead("second");
        NamedAdapter third = FallbackTest.withoutSampling("third");
        Fallback chain = builder(dead("first"), second, third)
                .step(echo("fourth"))
                .skipAfter(1, WAIT)
                .build();
        ChatRequest warm = FallbackTest.COLD;
        chain.chat(warm);
        chain.chat(warm);
        assertThat(events)
                .extracting(event -> event.from() + " → " + event.to())
                .containsExactly(
                        "step 1 (first) → step 2 (second)",
                        "step 2 (second) → step 4 (fourth)",
                        "step 3 (third) → step 4 (fourth)",
                        "step 1 (first) → step 4 (fourth)",
                        "step 2 (second) → step 4 (fourth)",
                        "step 3 (third) → step 4 (fourth)");
    }

    @Test
    void skippedStepThatIsAskedAfterAllIsNotTold() {
        Fallback chain =
                builder(dead("first"), dead("second")).skipAfter(1, WAIT).build();
        assertThatThrownBy(() -> chain.chat(HELLO)).isInstanceOf(ModelRunnerException.class);
        events.clear();
        assertThatThrownBy(() -> chain.chat(HELLO)).isInstanceOf(ModelRunnerException.class);
        assertThat(events).singleElement().satisfies(event -> {
            assertThat(event.from()).isEqualTo(place(1, "first"));
            assertThat(event.cause().what()).isEqualTo("nobody is there");
        });
    }

    @Test
    void listOfModelsIsNoRequest() {
        builder(dead("first"), echo("second")).build().listModels();
        assertThat(events)
                .singleElement()
                .satisfies(event -> assertThat(event.request()).isEmpty());
    }

    private static FallbackEvent.Place place(int step, String adapter) {
        return new FallbackEvent.Place(step, adapter);
    }

    @Test
    void listenersAreToldNothingWhereTheFirstStepAnswersOrNobodyIsLeft() {
        builder(echo("first"), echo("second")).build().chat(HELLO);
        assertThatThrownBy(() -> builder(dead("first")).build().chat(HELLO)).isInstanceOf(ModelRunnerException.class);
        assertThat(events).isEmpty();
    }

    @Test
    void listenerThatFailsDoesNotDisturbTheCall() {
        Fallback chain = builder(dead("first"), echo("second"))
                .listener(throwing(() -> {
                    throw new IllegalStateException("a bug");
                }))
                .build();
        assertThat(chain.chat(HELLO).text()).isEqualTo("Hello");
    }

    @Test
    void errorOfAListenerLeavesTheProbingToTheNextCall() {
        NamedAdapter second = dead("second");
        AtomicBoolean broken = new AtomicBoolean();
        Fallback chain = builder(dead("first"), second, echo("third"))
                .skipAfter(1, WAIT)
                .listener(throwing(() -> {
                    if (broken.getAndSet(false)) {
                        throw new NoClassDefFoundError("a class of the listener");
                    }
                }))
                .build();
        chain.chat(HELLO);
        clock.forward(WAIT);
        broken.set(true);
        assertThatThrownBy(() -> chain.chat(HELLO)).isInstanceOf(NoClassDefFoundError.class);
        assertThat(chain.circuits()).extracting(CircuitState::status).doesNotContain(Status.HALF_OPEN);
        chain.chat(HELLO);
        assertThat(second.asked).hasValue(2);
    }

    private static CallListener throwing(Runnable action) {
        return new CallListener() {
            @Override
            public void onFallback(FallbackEvent event) {
                action.run();
            }
        };
    }

    @Test
    void cancelledProbeLeavesTheProbingToTheNextCall() {
        AtomicInteger calls = new AtomicInteger();
        NamedAdapter first = failing(
                "first",
                () -> calls.incrementAndGet() == 2
                        ? new CancelledException(facts("first", "cancelled"))
                        : new RunnerUnreachableException(facts("first", "gone")));
        Fallback chain = builder(first, echo("second")).skipAfter(1, WAIT).build();
        chain.chat(HELLO);
        clock.forward(WAIT);
        assertThatThrownBy(() -> chain.chat(HELLO)).isInstanceOf(CancelledException.class);
        chain.chat(HELLO);
        assertThat(calls).hasValue(3);
        chain.chat(HELLO);
        assertThat(calls).hasValue(3);
    }

    @Test
    void oneCallOfManyProbes() throws Exception {
        AtomicInteger probing = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch others = new CountDownLatch(49);
        AtomicBoolean patient = new AtomicBoolean();
        NamedAdapter first = failing("first", () -> {
            most.accumulateAndGet(probing.incrementAndGet(), Math::max);
            await(patient.get(), others);
            probing.decrementAndGet();
            return new RunnerUnreachableException(facts("first", "gone"));
        });
        Fallback chain = builder(first, echo("second")).skipAfter(1, WAIT).build();
        chain.chat(HELLO);
        patient.set(true);
        clock.forward(WAIT);
        ExecutorService threads = Executors.newFixedThreadPool(50);
        try {
            Callable<ChatResponse> call = () -> {
                ChatResponse answer = chain.chat(HELLO);
                others.countDown();
                return answer;
            };
            List<Callable<ChatResponse>> calls = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                calls.add(call);
            }
            for (Future<ChatResponse> answer : threads.invokeAll(calls, 30, TimeUnit.SECONDS)) {
                assertThat(answer.get().warnings()).contains("by second");
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(most).hasValue(1);
        assertThat(first.asked).hasValue(2);
        assertThat(chain.circuits().get(0)).returns(2, CircuitState::failures);
    }

    /** Holds the probe until all other calls have their answers. */
    private static void await(boolean patient, CountDownLatch others) {
        try {
            assertThat(!patient || others.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
