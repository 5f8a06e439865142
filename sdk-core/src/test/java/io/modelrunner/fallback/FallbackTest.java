package io.modelrunner.fallback;

import static io.modelrunner.fallback.NamedAdapter.dead;
import static io.modelrunner.fallback.NamedAdapter.echo;
import static io.modelrunner.fallback.NamedAdapter.facts;
import static io.modelrunner.fallback.NamedAdapter.failing;
import static io.modelrunner.fallback.NamedAdapter.withoutModel;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.modelrunner.Attempt;
import io.modelrunner.BrokenAnswerException;
import io.modelrunner.CancelledException;
import io.modelrunner.Capability;
import io.modelrunner.ContextOverflowException;
import io.modelrunner.Failure;
import io.modelrunner.InvalidRequestException;
import io.modelrunner.ModelLoadException;
import io.modelrunner.ModelName;
import io.modelrunner.ModelNotFoundException;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.OperationMissingException;
import io.modelrunner.RequestRefusedException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.TimedOutException;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.UnsupportedOptionException;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.mock.MockAdapter;
import io.modelrunner.store.PullPolicy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Which step is asked, and with what. */
@Timeout(30)
class FallbackTest {
    static final ChatRequest HELLO = ChatRequest.of("tiny", "Hello");
    static final ChatRequest COLD = HELLO.toBuilder().temperature(0).build();

    static Stream<ModelRunnerException> elsewhere() {
        Failure facts = facts("first", "it failed");
        return Stream.of(
                new RunnerUnreachableException(facts),
                new ModelNotFoundException(facts),
                new ModelLoadException(facts),
                new OperationMissingException(facts),
                new UnsupportedOptionException(facts, Capability.TOOLS),
                new BrokenAnswerException(facts),
                new TimedOutException(facts, Phase.LOAD, Duration.ofMinutes(5)));
    }

    static Stream<ModelRunnerException> atFault() {
        Failure facts = facts("first", "it is refused");
        return Stream.of(
                new RequestRefusedException(facts),
                new ContextOverflowException(facts, 5_000, 4_096),
                new CancelledException(facts),
                new CancelledAnyway(facts));
    }

    /** A cancellation whose author got it wrong. */
    private static final class CancelledAnyway extends CancelledException {
        private static final long serialVersionUID = 1L;

        CancelledAnyway(Failure facts) {
            super(facts);
        }

        @Override
        public boolean elsewhere() {
            return true;
        }
    }

    static NamedAdapter withoutSampling(String name) {
        return new NamedAdapter(
                name, MockAdapter.builder().without(Capability.SAMPLING).build());
    }

    @Test
    void firstStepThatCanAnswerDoes() {
        NamedAdapter second = echo("second");
        try (Fallback chain = Fallback.of(echo("first"), second)) {
            assertThat(chain.chat(HELLO).warnings()).contains("by first");
            assertThat(chain.stream(HELLO).join().text()).isEqualTo("Hello");
        }
        assertThat(second.asked).hasValue(0);
    }

    @ParameterizedTest
    @MethodSource("elsewhere")
    void goesOnWithWhatMayBeBetterElsewhere(ModelRunnerException failure) {
        Fallback chain = Fallback.of(failing("first", () -> failure), echo("second"));
        ChatResponse answer = chain.chat(HELLO);
        assertThat(answer.warnings()).contains("by second");
        assertThat(answer.adapter()).isEqualTo("mock");
        assertThat(chain.stream(HELLO).join().text()).isEqualTo("Hello");
    }

    @ParameterizedTest
    @MethodSource("atFault")
    void endsWithWhatIsNotBetterElsewhere(ModelRunnerException failure) {
        NamedAdapter third = echo("third");
        Fallback chain = Fallback.of(dead("first"), failing("second", () -> failure), third);
        for (Throwable thrown : List.of(
                catchThrowable(() -> chain.chat(HELLO)),
                catchThrowable(() -> chain.stream(HELLO).join()))) {
            assertThat(thrown)
                    .isInstanceOfSatisfying(failure.with(failure.failure()).getClass(), e -> {
                        assertThat(e.what()).isEqualTo("it is refused");
                        assertThat(e.causes()).last().isSameAs(failure);
                        assertThat(e.causes()).first().isExactlyInstanceOf(RunnerUnreachableException.class);
                        assertThat(e.timeline().attempts()).hasSize(2);
                    });
        }
        assertThat(third.asked).hasValue(0);
    }

    @Test
    void stepThatCanNotCarryTheRequestIsNotAsked() {
        NamedAdapter first = withoutSampling("first");
        Fallback chain = Fallback.of(first, echo("second"));
        ChatResponse answer = chain.chat(COLD);
        assertThat(answer.warnings()).contains("by second");
        assertThat(answer.timeline().attempts().get(0).outcome()).isEqualTo("the adapter first can't carry sampling");
        assertThat(answer.timeline().attempts())
                .extracting(Attempt::result)
                .containsExactly(Attempt.Result.REFUSED, Attempt.Result.ANSWERED);
        assertThat(chain.stream(COLD).join().text()).isEqualTo("Hello");
        assertThat(first.asked).hasValue(0);
        assertThat(chain.chat(HELLO).warnings()).contains("by first");
    }

    @Test
    void requestThatNoStepCanCarryIsRefusedAtOnce() {
        NamedAdapter first = withoutSampling("first");
        NamedAdapter second = withoutSampling("second");
        Fallback chain = Fallback.of(first, second);
        UnsupportedOptionException whole =
                catchThrowableOfType(UnsupportedOptionException.class, () -> chain.chat(COLD));
        UnsupportedOptionException streamed =
                catchThrowableOfType(UnsupportedOptionException.class, () -> chain.stream(COLD));
        assertThat(whole).hasMessage(streamed.getMessage());
        assertThat(streamed.capability()).isEqualTo(Capability.SAMPLING);
        assertThat(streamed.causes()).hasSize(2);
        assertThat(first.asked.get() + second.asked.get()).isZero();
    }

    @Test
    void requestWhosePartsAreCarriedByDifferentStepsIsRefusedAtOnce() {
        NamedAdapter stopless = new NamedAdapter(
                "second",
                MockAdapter.builder().without(Capability.OUTPUT_LIMITS).build());
        Fallback chain = Fallback.of(withoutSampling("first"), stopless);
        assertThat(chain.capabilities()).contains(Capability.SAMPLING, Capability.OUTPUT_LIMITS);
        ChatRequest both = COLD.toBuilder().maxTokens(5).build();
        assertThatThrownBy(() -> chain.stream(both)).isInstanceOf(UnsupportedOptionException.class);
    }

    @Test
    void changeMayLeaveOutWhatAStepCanNotCarry() {
        Fallback chain = Fallback.builder()
                .step(withoutSampling("first"), request -> HELLO)
                .build();
        assertThat(chain.chat(COLD).text()).isEqualTo("Hello");
        assertThat(chain.stream(COLD).join().text()).isEqualTo("Hello");
    }

    @Test
    void requestIsChangedOnceForAStep() {
        AtomicInteger changes = new AtomicInteger();
        Fallback chain = Fallback.builder()
                .step(
                        echo("first"),
                        request -> request.toBuilder()
                                .model("tiny-" + changes.incrementAndGet())
                                .build())
                .build();
        assertThat(chain.chat(HELLO).model()).isEqualTo(ModelName.of("tiny-1"));
        assertThat(chain.stream(HELLO).join().model()).isEqualTo(ModelName.of("tiny-2"));
    }

    @Test
    void whatAChangeThrowsEndsTheCall() {
        NamedAdapter third = echo("third");
        Fallback chain = Fallback.builder()
                .step(dead("first"))
                .step(
                        echo("second"),
                        request -> request.toBuilder().temperature(7).build())
                .step(third)
                .build();
        assertThatThrownBy(() -> chain.chat(HELLO)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> chain.stream(HELLO).join()).isInstanceOf(InvalidRequestException.class);
        assertThat(third.asked).hasValue(0);
    }

    @Test
    void changeMayRefuseForItsStep() {
        Fallback chain = Fallback.builder()
                .step(echo("first"), request -> {
                    throw new UnsupportedOptionException(facts("first", "not for this one"), Capability.TOOLS);
                })
                .step(echo("second"))
                .build();
        assertThat(chain.chat(HELLO).warnings()).contains("by second");
        assertThat(chain.stream(HELLO).join().text()).isEqualTo("Hello");
    }

    @Test
    void otherModelIsAskedWithoutTheChangeOfTheStepBefore() {
        Fallback chain = Fallback.builder()
                .step(echo("first"), request -> {
                    throw new UnsupportedOptionException(facts("first", "not for this one"), Capability.TOOLS);
                })
                .otherModel("small")
                .build();
        assertThat(chain.chat(HELLO).model()).isEqualTo(ModelName.of("small"));
    }

    @Test
    @SuppressWarnings("NullAway") // that is what is tried
    void changeThatGivesNothingIsAFault() {
        Fallback chain = Fallback.builder().step(echo("first"), request -> null).build();
        assertThatThrownBy(() -> chain.chat(HELLO))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("changed request");
    }

    @Test
    void otherModelIsAskedOfTheSameAdapter() {
        MockAdapter small = MockAdapter.builder().models("small").build();
        try (Fallback chain = Fallback.builder().step(small).otherModel("small").build()) {
            ChatResponse answer = chain.chat(HELLO);
            assertThat(answer.model()).isEqualTo(ModelName.of("small"));
            assertThat(answer.timeline().attempts()).extracting("step").containsExactly("1", "2");
            assertThat(answer.timeline().attempts())
                    .extracting(attempt -> attempt.model().orElseThrow().text())
                    .containsExactly(HELLO.model().text(), "small");
            assertThat(chain.stream(HELLO).join().model()).isEqualTo(ModelName.of("small"));
        }
    }

    @ParameterizedTest
    @EnumSource(names = "NEVER", mode = EnumSource.Mode.EXCLUDE)
    void missingModelIsNotAskedForOfAStepThatPulls(PullPolicy policy) {
        NamedAdapter pulling = echo("second").pulling(policy);
        Fallback chain = Fallback.of(withoutModel("first"), pulling);
        ModelNotFoundException e = catchThrowableOfType(ModelNotFoundException.class, () -> chain.chat(HELLO));
        assertThat(e.causes())
                .extracting(ModelRunnerException::what)
                .containsExactly(
                        "there is no model tiny",
                        "not asked, as it would pull what was not found: there is no model tiny");
        assertThat(e.causes().get(1).adapter()).contains("second");
        assertThat(e.causes().get(1).endpoint()).isEmpty();
        assertThatThrownBy(() -> chain.stream(HELLO).join()).isInstanceOf(ModelNotFoundException.class);
        assertThat(pulling.asked).hasValue(0);
    }

    @Test
    void stepBehindTheOneThatWouldPullIsAsked() {
        Fallback chain = Fallback.of(
                withoutModel("first"),
                echo("second").pulling(PullPolicy.IF_MISSING),
                echo("third").pulling(PullPolicy.NEVER));
        assertThat(chain.chat(HELLO).warnings()).contains("by third");
    }

    @Test
    void stepThatPullsIsAskedWhereNobodyMissedTheModel() {
        Fallback chain = Fallback.of(dead("first"), echo("second").pulling(PullPolicy.IF_MISSING));
        assertThat(chain.chat(HELLO).warnings()).contains("by second");
    }

    @Test
    void skippedStepThatPullsIsNotAskedInTheEndForAMissingModel() {
        NamedAdapter pulling = dead("first").pulling(PullPolicy.IF_MISSING);
        NamedAdapter second = withoutModel("second");
        Fallback chain = Fallback.builder()
                .step(pulling)
                .step(second)
                .skipAfter(1, Duration.ofMinutes(1))
                .clock(new TestClock())
                .build();
        assertThatThrownBy(() -> chain.chat(HELLO)).isInstanceOf(ModelNotFoundException.class);
        assertThatThrownBy(() -> chain.chat(HELLO)).isInstanceOf(ModelNotFoundException.class);
        assertThat(pulling.asked).hasValue(1);
    }

    @Test
    void modelThatAnInnerChainMissedIsNotAskedForOfAStepThatPulls() {
        Fallback inner = Fallback.of(
                withoutModel("one"), failing("two", () -> new BrokenAnswerException(facts("two", "cut off"))));
        NamedAdapter pulling = echo("second").pulling(PullPolicy.ALWAYS);
        try (Fallback chain = Fallback.of(inner, pulling)) {
            assertThatThrownBy(() -> chain.chat(HELLO)).isInstanceOf(BrokenAnswerException.class);
        }
        assertThat(pulling.asked).hasValue(0);
    }

    @Test
    void innerChainThatWouldPullIsNotAskedForAMissingModel() {
        NamedAdapter pulling = echo("two").pulling(PullPolicy.IF_MISSING);
        Fallback chain = Fallback.of(withoutModel("first"), Fallback.of(dead("one"), pulling));
        assertThatThrownBy(() -> chain.chat(HELLO)).isInstanceOf(ModelNotFoundException.class);
        assertThat(pulling.asked).hasValue(0);
    }

    @Test
    void faultOfAnAdapterGoesToTheCallerAsItIs() {
        NamedAdapter second = echo("second");
        Fallback chain = Fallback.of(failing("first", () -> new IllegalStateException("a bug")), second);
        assertThatThrownBy(() -> chain.chat(HELLO)).isExactlyInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> chain.stream(HELLO).join()).isExactlyInstanceOf(IllegalStateException.class);
        assertThat(second.asked).hasValue(0);
        assertThat(chain.circuits().get(0).failures()).isZero();
    }

    @Test
    void interruptedCallDoesNotGoOn() {
        NamedAdapter second = echo("second");
        Fallback chain = Fallback.of(echo("first"), second);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> chain.chat(HELLO)).isInstanceOf(CancelledException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(second.asked).hasValue(0);
    }

    @Test
    @SuppressWarnings("NullAway") // that is what is tried
    void nothingMayBeNull() {
        Fallback chain = Fallback.of(echo("first"));
        Fallback.Builder builder = Fallback.builder();
        assertThatThrownBy(() -> chain.chat(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> chain.stream(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> chain.power(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder.step(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder.step(echo("a"), null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder.otherModel(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder.skipAfter(1, null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder.clock(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder.listener(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> Fallback.of(echo("a"), null)).isInstanceOf(NullPointerException.class);
    }
}
