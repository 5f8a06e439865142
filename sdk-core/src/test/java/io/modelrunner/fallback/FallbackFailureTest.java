package io.modelrunner.fallback;

import static io.modelrunner.fallback.FallbackTest.HELLO;
import static io.modelrunner.fallback.NamedAdapter.dead;
import static io.modelrunner.fallback.NamedAdapter.echo;
import static io.modelrunner.fallback.NamedAdapter.facts;
import static io.modelrunner.fallback.NamedAdapter.failing;
import static io.modelrunner.fallback.NamedAdapter.withoutModel;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.modelrunner.Attempt;
import io.modelrunner.BrokenAnswerException;
import io.modelrunner.Capability;
import io.modelrunner.EngineFailedException;
import io.modelrunner.ModelLoadException;
import io.modelrunner.ModelName;
import io.modelrunner.ModelNotFoundException;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.OperationMissingException;
import io.modelrunner.Remedy;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.TimedOutException;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.UnsupportedOptionException;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatResponse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a chain fails with, and what it tells of the way there. */
@Timeout(30)
class FallbackFailureTest {
    private static final ModelRunnerException UNSUPPORTED =
            new UnsupportedOptionException(facts("a", "no tools"), Capability.TOOLS);
    private static final ModelRunnerException UNREACHABLE = new RunnerUnreachableException(facts("b", "nobody"));
    private static final ModelRunnerException QUEUED =
            new TimedOutException(facts("q", "no turn"), Phase.QUEUE, Duration.ofSeconds(2));
    private static final ModelRunnerException UNCONNECTED =
            new TimedOutException(facts("c", "no connection"), Phase.CONNECT, Duration.ofSeconds(2));
    private static final ModelRunnerException OLD = new OperationMissingException(facts("d", "too old"));
    private static final ModelRunnerException MISSING = new ModelNotFoundException(facts("e", "no model"));
    private static final ModelRunnerException DAMAGED = new ModelLoadException(facts("f", "damaged"));
    private static final ModelRunnerException BROKEN = new EngineFailedException(facts("g", "it died"));
    private static final ModelRunnerException LATE =
            new TimedOutException(facts("h", "too slow"), Phase.LOAD, Duration.ofMinutes(5));

    /** What the steps fail with, and whose failure it is in the end. */
    static Stream<Arguments> decided() {
        return Stream.of(
                Arguments.of(UNSUPPORTED, UNREACHABLE, UNREACHABLE),
                Arguments.of(UNREACHABLE, UNCONNECTED, UNREACHABLE),
                Arguments.of(UNCONNECTED, UNREACHABLE, UNCONNECTED),
                Arguments.of(UNREACHABLE, QUEUED, UNREACHABLE),
                Arguments.of(QUEUED, MISSING, MISSING),
                Arguments.of(UNREACHABLE, OLD, OLD),
                Arguments.of(OLD, MISSING, MISSING),
                Arguments.of(MISSING, UNREACHABLE, MISSING),
                Arguments.of(DAMAGED, MISSING, DAMAGED),
                Arguments.of(MISSING, BROKEN, BROKEN),
                Arguments.of(LATE, BROKEN, LATE),
                Arguments.of(LATE, MISSING, LATE));
    }

    @ParameterizedTest
    @MethodSource("decided")
    void isOfTheKindOfTheStepThatCameFarthest(
            ModelRunnerException first, ModelRunnerException second, ModelRunnerException farthest) {
        ModelRunnerException e = failureOf(failing("first", () -> first), failing("second", () -> second));
        assertThat(e).hasSameClassAs(farthest).hasCause(farthest);
        assertThat(e.causes()).containsExactly(first, second);
        assertThat(e.endpoint()).isEqualTo(farthest.endpoint());
        assertThat(e.remedies().subList(0, 2)).isEqualTo(farthest.remedies());
    }

    @Test
    void hasTheFactsOfAllSteps() {
        ModelRunnerException e = failureOf(dead("first"), withoutModel("second"));
        assertThat(e)
                .hasMessage("there is no model tiny; nor did another step answer: first: nobody is there\n"
                        + "  → start second");
        assertThat(e.adapter()).contains("fallback");
        assertThat(e.model()).contains(ModelName.of("tiny"));
        assertThat(e.remedies())
                .containsExactly(
                        new Remedy("start second", ""), new Remedy("ask for help", ""), new Remedy("start first", ""));
        assertThat(e.getSuppressed()).containsExactly(e.causes().get(0));
    }

    @Test
    void timelineHasTheTriesOfAllSteps() {
        ModelRunnerException e = failureOf(dead("first"), withoutModel("second"));
        assertThat(e.timeline().attempts())
                .extracting(FallbackFailureTest::row)
                .containsExactly(
                        "1 first http://first: nobody is there", "2 second http://second: there is no model tiny");
    }

    @Test
    void timelineOfAnAnswerHasItsOwnTryToo() {
        TestClock clock = new TestClock();
        NamedAdapter slow = failing("first", () -> {
            clock.forward(Duration.ofSeconds(2));
            return UNREACHABLE;
        });
        Fallback chain =
                Fallback.builder().step(slow).step(echo("second")).clock(clock).build();
        for (ChatResponse answer :
                List.of(chain.chat(HELLO), chain.stream(HELLO).join())) {
            List<Attempt> attempts = answer.timeline().attempts();
            assertThat(attempts)
                    .extracting(FallbackFailureTest::row)
                    .containsExactly("1 first http://b: nobody", "2 second : answered");
            assertThat(attempts).extracting(Attempt::took).containsExactly(Duration.ofSeconds(2), Duration.ZERO);
        }
        assertThat(chain.stream(HELLO).join().timeline().attempts().get(1).firstToken())
                .contains(Duration.ZERO);
    }

    @Test
    void timelineOfAChainWithinAChainHasBothNumbers() {
        Fallback inner = Fallback.of(dead("one"), echo("two"));
        try (Fallback chain = Fallback.of(dead("first"), inner)) {
            assertThat(chain.chat(HELLO).timeline().attempts())
                    .extracting(FallbackFailureTest::row)
                    .containsExactly(
                            "1 first http://first: nobody is there",
                            "2.1 one http://one: nobody is there",
                            "2.2 two : answered");
        }
    }

    @Test
    void chainWithinAChainIsOneCause() {
        Fallback inner = Fallback.of(dead("one"), withoutModel("two"));
        ModelRunnerException e = failureOf(dead("first"), inner);
        assertThat(e).isExactlyInstanceOf(ModelNotFoundException.class);
        assertThat(e.causes()).hasSize(2);
        assertThat(e.causes().get(1).causes()).hasSize(2);
        assertThat(e.timeline().attempts()).extracting(Attempt::step).containsExactly("1", "2.1", "2.2");
    }

    @Test
    void exceptionThatAnAdapterThrowsAgainAndAgainStaysAsItWas() {
        Fallback chain = Fallback.of(failing("first", () -> MISSING), failing("second", () -> MISSING));
        for (int call = 0; call < 3; call++) {
            ModelRunnerException e = catchThrowableOfType(ModelRunnerException.class, () -> chain.chat(HELLO));
            assertThat(e.causes()).containsExactly(MISSING, MISSING);
        }
        assertThat(MISSING.getSuppressed()).isEmpty();
        assertThat(MISSING.timeline().attempts()).isEmpty();
    }

    @Test
    void messageStaysShortHoweverManyStepsThereAre() {
        LLMAdapter[] steps = Collections.nCopies(50, dead("first")).toArray(LLMAdapter[]::new);
        ModelRunnerException e = failureOf(steps);
        assertThat(e.what())
                .startsWith("nobody is there; nor did 49 other steps answer: first: nobody is there; ")
                .endsWith("; and 45 more");
        assertThat(e.causes()).hasSize(50);
    }

    @Test
    void oneStepSpeaksForItself() {
        ModelRunnerException e = failureOf(dead("first"));
        assertThat(e.what()).isEqualTo("nobody is there");
        assertThat(e.causes()).hasSize(1);
    }

    @Test
    void skippedStepIsInTheTimelineWithTheReason() {
        TestClock clock = new TestClock();
        Fallback chain = Fallback.builder()
                .step(dead("first"))
                .step(echo("second"))
                .skipAfter(1, Duration.ofMinutes(1))
                .clock(clock)
                .build();
        chain.chat(HELLO);
        clock.forward(Duration.ofSeconds(9));
        List<Attempt> attempts = chain.chat(HELLO).timeline().attempts();
        assertThat(attempts)
                .extracting(Attempt::result)
                .containsExactly(Attempt.Result.SKIPPED, Attempt.Result.ANSWERED);
        assertThat(attempts)
                .extracting(FallbackFailureTest::row)
                .containsExactly(
                        "1 first http://first: skipped, as it was down 9 s ago: RunnerUnreachableException at http://first",
                        "2 second : answered");
    }

    @Test
    void serialisedFailureKeepsItsCauses() throws IOException, ClassNotFoundException {
        ModelRunnerException e = failureOf(dead("first"), Fallback.of(withoutModel("second")));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(e);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            ModelRunnerException copy = (ModelRunnerException) in.readObject();
            assertThat(copy).hasSameClassAs(e).hasMessage(e.getMessage());
            assertThat(copy.causes())
                    .hasExactlyElementsOfTypes(RunnerUnreachableException.class, ModelNotFoundException.class);
            assertThat(copy.timeline()).isEqualTo(e.timeline());
        }
    }

    @Test
    void logTellsWhichStepWasLeftAndNothingOfThePrompt() {
        StringBuilder log = new StringBuilder();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                log.append(line.getMessage()).append('\n');
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger("io.modelrunner");
        Level before = logger.getLevel();
        logger.setLevel(Level.ALL);
        logger.addHandler(handler);
        try {
            Fallback chain = Fallback.of(
                    dead("first"),
                    failing(
                            "second",
                            () -> new BrokenAnswerException(facts("second", "cut off").toBuilder("cut off")
                                    .partialText("Hello")
                                    .build())));
            catchThrowableOfType(BrokenAnswerException.class, () -> chain.chat(HELLO));
        } finally {
            logger.removeHandler(handler);
            logger.setLevel(before);
        }
        // What the chain fails with is thrown, and not logged.
        assertThat(log.toString().lines().filter(line -> !line.startsWith("a mock answers")))
                .containsExactly(
                        "step 1 (first) left: RunnerUnreachableException at http://first; going on with step 2 (second)");
        assertThat(log).doesNotContain("Hello");
    }

    private static ModelRunnerException failureOf(LLMAdapter... steps) {
        Fallback chain = Fallback.of(steps);
        ModelRunnerException streamed = catchThrowableOfType(
                ModelRunnerException.class, () -> chain.stream(HELLO).join());
        ModelRunnerException whole = catchThrowableOfType(ModelRunnerException.class, () -> chain.chat(HELLO));
        assertThat(streamed).hasSameClassAs(whole).hasMessage(whole.getMessage());
        return whole;
    }

    private static String row(Attempt attempt) {
        return attempt.step() + " " + attempt.adapter() + " " + attempt.endpoint() + ": " + attempt.outcome();
    }
}
