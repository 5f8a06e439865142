package io.modelrunner.fallback;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.BrokenAnswerException;
import io.modelrunner.CancelledException;
import io.modelrunner.Capability;
import io.modelrunner.ContextOverflowException;
import io.modelrunner.EngineFailedException;
import io.modelrunner.Failure;
import io.modelrunner.InvalidRequestException;
import io.modelrunner.ModelLoadingException;
import io.modelrunner.ModelName;
import io.modelrunner.ModelNotFoundException;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.OperationMissingException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.TimedOutException;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.UnsupportedOptionException;
import io.modelrunner.fallback.Circuit.Permit;
import io.modelrunner.fallback.CircuitState.Status;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** When a step is asked, skipped and tried again. */
class CircuitTest {
    private static final Duration WAIT = Duration.ofSeconds(30);
    private static final ModelRunnerException DOWN = new RunnerUnreachableException(facts());

    private final TestClock clock = new TestClock();
    private final Circuit circuit = new Circuit(clock, 2, WAIT);

    static Stream<ModelRunnerException> down() {
        return Stream.of(
                DOWN,
                new BrokenAnswerException(facts()),
                new EngineFailedException(facts()),
                new TimedOutException(facts(), Phase.CONNECT, WAIT),
                new TimedOutException(facts(), Phase.FIRST_TOKEN, WAIT),
                new TimedOutException(facts(), Phase.TOTAL, WAIT),
                new ModelLoadingException(facts()));
    }

    static Stream<ModelRunnerException> answers() {
        return Stream.of(new ModelNotFoundException(facts()), new ContextOverflowException(facts(), 2, 1));
    }

    static Stream<ModelRunnerException> undecided() {
        return Stream.of(
                new CancelledException(facts()),
                new UnsupportedOptionException(facts(), Capability.TOOLS),
                new InvalidRequestException("request", "at most 10 bytes", "11 bytes"),
                new OperationMissingException(facts()),
                new TimedOutException(facts(), Phase.QUEUE, WAIT));
    }

    private static Failure facts() {
        return Failure.of("the runner is away")
                .adapter("http")
                .endpoint("http://localhost:12434")
                .build();
    }

    @ParameterizedTest
    @MethodSource("down")
    void stepThatIsDownSeveralTimesInARowIsSkipped(ModelRunnerException failure) {
        fail(failure);
        assertThat(status()).isEqualTo(Status.CLOSED);
        fail(failure);
        assertThat(status()).isEqualTo(Status.OPEN);
        assertThat(circuit.permit()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("answers")
    void refusalIsAnAnswer(ModelRunnerException refusal) {
        fail(DOWN);
        fail(refusal);
        assertThat(state()).returns(0, CircuitState::failures);
        assertThat(state().lastFailure()).isEmpty();
        fail(DOWN);
        assertThat(status()).isEqualTo(Status.CLOSED);
    }

    @ParameterizedTest
    @MethodSource("undecided")
    void callThatShowsNothingOfARunnerChangesNothing(ModelRunnerException failure) {
        fail(DOWN);
        CircuitState before = state();
        fail(failure);
        assertThat(state()).isEqualTo(before);
        fail(DOWN);
        assertThat(status()).isEqualTo(Status.OPEN);
    }

    @ParameterizedTest
    @MethodSource("undecided")
    void probeThatShowsNothingLeavesTheProbingToTheNextCall(ModelRunnerException failure) {
        openAndDue();
        fail(failure);
        assertThat(status()).isEqualTo(Status.OPEN);
        assertThat(circuit.permit()).isPresent();
    }

    @Test
    void stateTellsWhatIsKnown() {
        assertThat(state())
                .hasToString("CircuitState[step=1, adapter=http, status=CLOSED, failures=0, "
                        + "nextTry=Optional.empty, lastFailure=Optional.empty]");
        fail(DOWN);
        clock.forward(Duration.ofSeconds(1));
        fail(DOWN);
        assertThat(state().failures()).isEqualTo(2);
        assertThat(state().nextTry()).contains(TestClock.BEGIN.plusSeconds(31));
        assertThat(state().lastFailure()).contains("RunnerUnreachableException at http://localhost:12434");
    }

    @Test
    void oneCallProbesWhenTheTimeHasCome() {
        fail(DOWN);
        fail(DOWN);
        clock.forward(WAIT.minusMillis(1));
        assertThat(circuit.permit()).isEmpty();
        clock.forward(Duration.ofMillis(1));
        assertThat(circuit.permit()).isPresent();
        assertThat(status()).isEqualTo(Status.HALF_OPEN);
        assertThat(state().nextTry()).isEmpty();
        clock.forward(WAIT);
        assertThat(circuit.permit()).isEmpty();
    }

    @Test
    void clockThatIsSetBackDoesNotLetAStepBeSkippedForLonger() {
        fail(DOWN);
        fail(DOWN);
        clock.forward(Duration.ofHours(-1));
        assertThat(circuit.whySkipped().orElseThrow()).hasMessageContaining("down 0 s ago");
        assertThat(circuit.permit()).isPresent();
    }

    @Test
    void probeThatIsAnsweredClosesTheCircuit() {
        openAndDue();
        permit().answered();
        assertThat(state()).returns(Status.CLOSED, CircuitState::status).returns(0, CircuitState::failures);
        assertThat(state().lastFailure()).isEmpty();
        assertThat(circuit.permit()).isPresent();
        assertThat(circuit.permit()).isPresent();
    }

    @Test
    void probeThatFailsOpensItForAsLongAgain() {
        openAndDue();
        fail(DOWN);
        assertThat(state().nextTry()).contains(TestClock.BEGIN.plus(WAIT).plus(WAIT));
        assertThat(state().failures()).isEqualTo(3);
        assertThat(circuit.permit()).isEmpty();
    }

    @Test
    void callThatBeganBeforeDoesNotEndTheProbing() {
        Permit older = permit();
        openAndDue();
        Permit probe = permit();
        older.undecided();
        assertThat(circuit.permit()).isEmpty();
        permitByInsisting().failed(DOWN);
        assertThat(status()).isEqualTo(Status.HALF_OPEN);
        probe.failed(DOWN);
        assertThat(status()).isEqualTo(Status.OPEN);
    }

    @Test
    void callThatInsistsMayFindTheStepBack() {
        fail(DOWN);
        fail(DOWN);
        permitByInsisting().answered();
        assertThat(status()).isEqualTo(Status.CLOSED);
    }

    @Test
    void probeThatIsLateDoesNotDisturbTheNext() {
        openAndDue();
        Permit first = permit();
        permitByInsisting().answered();
        openAndDue();
        Permit second = permit();
        first.undecided();
        assertThat(status()).isEqualTo(Status.HALF_OPEN);
        second.answered();
        assertThat(status()).isEqualTo(Status.CLOSED);
    }

    @Test
    void reasonOfSkippingIsOfTheKindOfTheFailureAndSaysHowLongAgoItWas() {
        assertThat(circuit.whySkipped()).isEmpty();
        fail(DOWN);
        clock.forward(Duration.ofSeconds(12));
        assertThat(circuit.whySkipped().orElseThrow())
                .isExactlyInstanceOf(RunnerUnreachableException.class)
                .hasMessage("skipped, as it was down 12 s ago: RunnerUnreachableException at http://localhost:12434");
    }

    @Test
    void nothingOfACallIsKeptForOthers() {
        fail(new BrokenAnswerException(Failure.of("cut off behind: somebody's answer")
                .adapter("http")
                .endpoint("http://localhost:12434")
                .model(ModelName.of("ai/secret"))
                .partialText("somebody's answer")
                .cause(new IllegalStateException("somebody's answer"))
                .remedy("docker model start-runner", "it was stopped")
                .build()));
        ModelRunnerException why = circuit.whySkipped().orElseThrow();
        assertThat(why.getMessage()).doesNotContain("somebody");
        assertThat(state().lastFailure().orElseThrow()).doesNotContain("somebody");
        assertThat(why.partialText()).isEmpty();
        assertThat(why.model()).isEmpty();
        assertThat(why).hasNoCause();
        assertThat(why.adapter()).contains("http");
        assertThat(why.endpoint()).contains("http://localhost:12434");
        assertThat(why.remedies()).hasSize(1);
    }

    private void openAndDue() {
        fail(DOWN);
        fail(DOWN);
        assertThat(status()).isEqualTo(Status.OPEN);
        clock.forward(WAIT);
    }

    private void fail(ModelRunnerException failure) {
        permit().failed(failure);
    }

    private Permit permit() {
        return circuit.permit().orElseThrow();
    }

    private Permit permitByInsisting() {
        return circuit.insist();
    }

    private Status status() {
        return state().status();
    }

    private CircuitState state() {
        return circuit.state(1, "http");
    }
}
