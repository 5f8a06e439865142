package io.modelrunner.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.Failure;
import io.modelrunner.InvalidRequestException;
import io.modelrunner.RunnerUnreachableException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.shaded.org.awaitility.core.ConditionTimeoutException;

class LastWordsTest {
    private final LastWords words = new LastWords("the server");

    @BeforeEach
    void start() {
        words.starting();
    }

    @Test
    void theyAreTheLastLines() {
        String lines = "line\n".repeat(20) + "error: no model\n\n";

        assertThat(LastWords.of(lines).lines()).hasSize(12).endsWith("error: no model");
        assertThat(LastWords.of("\n")).isEmpty();
    }

    @Test
    void failureHasItsFirstCauseAndTheLastWords() {
        words.stopping(() -> "one\ntwo\n");

        assertThat(words.explained(failure(new IllegalStateException("no card"))))
                .hasMessage("it failed: no card; the server said:\none\ntwo");
    }

    @Test
    void failureOfASilentContainerHasItsFirstCause() {
        words.stopping(() -> "");

        assertThat(words.explained(failure(new IllegalStateException("no card\n"))))
                .hasMessage("it failed: no card");
        assertThat(words.explained(failure(new IllegalStateException())))
                .hasMessage("it failed: java.lang.IllegalStateException");
    }

    @Test
    void environmentOfTheContainerIsNotTold() {
        assertThat(words.explained(
                        failure(new ConditionTimeoutException("false for input of <Config(env=[HF_TOKEN=secret"))))
                .hasMessage("it failed: the container has exited, or its port could not be published");
    }

    @Test
    void stopAfterAStartIsNoFailure() {
        words.started();
        words.stopping(() -> {
            throw new AssertionError("the log was read");
        });
    }

    @Test
    void wordsOfAnEarlierStartAreForgotten() {
        words.stopping(() -> "old");
        words.starting();

        assertThat(words.explained(failure(new IllegalStateException("no card"))))
                .hasMessage("it failed: no card");
    }

    @Test
    void ourOwnWordsAreEnough() {
        ContainerLaunchException own =
                new ContainerLaunchException("could not pull it", new InvalidRequestException("model", "a name", "?"));
        words.stopping(() -> "one");

        assertThat(words.explained(failure(own))).isSameAs(own);
    }

    @Test
    void failureOfTheRunnerItselfHasTheWordsAndTheEnd() {
        RunnerUnreachableException cause =
                new RunnerUnreachableException(Failure.of("nobody answers").build());
        words.exited(137);
        words.stopping(() -> "one");

        assertThat(words.explained(failure(new ContainerLaunchException("could not pull it: nobody answers", cause))))
                .hasMessage(
                        "could not pull it: nobody answers; the container has exited (code 137); the server said:\none")
                .hasCause(cause);
    }

    @Test
    void wordsStandBelowARemedy() {
        words.stopping(() -> "one");

        assertThat(words.explained(failure(new IllegalStateException("too slow\n  → wait"))))
                .hasMessage("it failed: too slow\n  → wait\nthe server said:\none");
    }

    private static ContainerLaunchException failure(Exception cause) {
        return new ContainerLaunchException("it failed", new IllegalStateException("could not create it", cause));
    }
}
