package io.modelrunner.testcontainers;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.modelrunner.ModelRunnerException;
import io.modelrunner.TimedOutException;
import io.modelrunner.adapter.Preloader.Purpose;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.control.ModelConfiguration;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.testcontainers.containers.ContainerLaunchException;

/** What is asked of a runner at its start is done when it has started, or the start fails. */
@Timeout(300)
@RequiresDocker(RequiresDocker.Image.RUNNER)
class ModelRunnerStartIT {
    private static final String NOWHERE = "ai/no-such-model-for-tests";

    @Test
    void fileIsPackedConfiguredAndLoaded() {
        try (ModelRunnerContainer runner = RunnerImage.container()
                .withGguf(RunnerImage.tinyFile(), "ai/mine")
                .withContextSize(1_024)
                .withPreload()) {
            runner.start();

            assertThat(runner.control().running()).hasSize(1);
            assertThat(runner.control().configuration("ai/mine", Purpose.CHAT).flatMap(ModelRunnerStartIT::context))
                    .hasValue(1_024);
            assertThat(runner.adapter().chat(ChatRequest.of("ai/mine", "Hello")))
                    .isComplete()
                    .hasTextStartingWith("Hello");
        }
    }

    private static Optional<Integer> context(ModelConfiguration stored) {
        return stored.contextSize().stream().boxed().findFirst();
    }

    @Test
    void modelThatCannotBePulledFailsTheStart() {
        try (ModelRunnerContainer runner = RunnerImage.container().withModel(NOWHERE)) {
            ContainerLaunchException failure = catchThrowableOfType(ContainerLaunchException.class, runner::start);

            assertThat(failure).hasMessageStartingWith("could not pull " + NOWHERE + ": ");
            assertThat(failure).hasMessageContaining("→").hasCauseInstanceOf(ModelRunnerException.class);
            assertIsGone(runner);
        }
    }

    private static void assertIsGone(ModelRunnerContainer runner) {
        assertThat(runner.getContainerId()).isNull();
        assertThatIllegalStateException().isThrownBy(runner::adapter).withMessageContaining("not started");
    }

    @Test
    void pullThatTakesTooLongFailsTheStart() {
        try (ModelRunnerContainer runner =
                RunnerImage.container().withModel(RunnerImage.chatModel()).withPullTimeout(Duration.ofMillis(1))) {
            ContainerLaunchException failure = catchThrowableOfType(ContainerLaunchException.class, runner::start);

            assertThat(failure).hasMessageContaining("within 0.001 s").hasMessageContaining("withPullTimeout(");
            assertThat(failure).hasCauseInstanceOf(TimedOutException.class);
            assertIsGone(runner);
        }
    }

    @Test
    void outputOfTheRunnerIsLoggedWhenTheStartFails() {
        PrintStream usual = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try (ModelRunnerContainer runner = RunnerImage.container().withModel(NOWHERE)) {
            assertThat(catchThrowableOfType(ContainerLaunchException.class, runner::start))
                    .isNotNull();
        } finally {
            System.setErr(usual);
        }
        assertThat(log.toString(StandardCharsets.UTF_8))
                .containsSubsequence("Could not start container", NOWHERE, "Log output from the failed container:");
    }

    @Test
    void twoRunnersWorkSideBySide() {
        try (ModelRunnerContainer first = RunnerImage.container().withGguf(RunnerImage.tinyFile(), "ai/first");
                ModelRunnerContainer second = RunnerImage.container().withGguf(RunnerImage.tinyFile(), "ai/second")) {
            first.start();
            second.start();

            assertThat(first.endpoint()).isNotEqualTo(second.endpoint());
            assertThat(first.adapter().chat(ChatRequest.of("ai/first", "Hello")))
                    .isComplete();
            assertThat(second.adapter().chat(ChatRequest.of("ai/second", "Hello")))
                    .isComplete();
            assertThat(first.models().list()).hasSize(1);
        }
    }
}
