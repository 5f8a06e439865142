package io.modelrunner.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.Failure;
import io.modelrunner.ModelNotFoundException;
import io.modelrunner.RunnerUnreachableException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.ContainerLaunchException;

/** What is told of a start that failed; {@link OwnRunnerIT} starts one. */
class RunnerContainerTest {
    private final IOException cause = new IOException("connection refused");

    @Test
    void messageOfTheContainerIsShownWithItsRemedy() {
        RunnerUnreachableException told =
                told(new IllegalStateException("no Docker engine answers\n  → start Docker", cause));

        assertThat(told.what()).isEqualTo("an/image:1 could not be started: no Docker engine answers");
        assertThat(told.remedies()).first().hasToString("start Docker");
    }

    @Test
    void messageOfTheContainerIsFoundBelowThoseOfOthers() {
        RunnerUnreachableException told = told(new ContainerLaunchException(
                "Container startup failed", new IllegalStateException("it is full\n  → make room", cause)));

        assertThat(told.what()).endsWith(": it is full");
        assertThat(told.remedies()).first().hasToString("make room");
    }

    @Test
    void messageAroundAFailureOfTheRunnerIsShown() {
        ModelNotFoundException missing = new ModelNotFoundException(
                Failure.of("there is no m").cause(cause).build());

        RunnerUnreachableException told =
                told(new ContainerLaunchException("could not pull m: there is no m", missing));

        assertThat(told.what()).endsWith("could not be started: could not pull m: there is no m");
    }

    @Test
    void causeOfAllIsShownWhereNothingIsOurs() {
        RunnerUnreachableException told = told(new ContainerLaunchException("Container startup failed", cause));

        assertThat(told.what()).isEqualTo("an/image:1 could not be started: connection refused");
        assertThat(told.remedies()).first().asString().startsWith("docker run --rm an/image:1");
        assertThat(told).hasRootCause(cause);
    }

    private static RunnerUnreachableException told(RuntimeException failure) {
        return RunnerContainer.explained("an/image:1", failure);
    }
}
