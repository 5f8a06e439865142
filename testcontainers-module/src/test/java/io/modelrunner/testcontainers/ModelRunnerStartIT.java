package io.modelrunner.testcontainers;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.modelrunner.ModelRunnerException;
import io.modelrunner.TimedOutException;
import io.modelrunner.adapter.Preloader.Purpose;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.control.ModelConfiguration;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;
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
                .withGpu(Gpu.AUTO)
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
                .containsSubsequence(
                        "Could not start container",
                        NOWHERE,
                        "Log output from the failed container:",
                        RunnerImage.isStandIn() ? "This is not docker/model-runner" : "Listening on TCP port");
    }

    @Test
    void runnerThatGivesUpFailsTheStartWithItsOwnWords() {
        assumeTrue(RunnerImage.isStandIn(), "the real runner listens on a socket then");
        try (ModelRunnerContainer runner =
                RunnerImage.container().withEnv("MODEL_RUNNER_PORT", "").withEnv("HF_TOKEN", "a-secret")) {
            assertThat(catchThrowableOfType(ContainerLaunchException.class, runner::start))
                    .hasMessageContainingAll("the runner said", "set MODEL_RUNNER_PORT")
                    .hasMessageNotContaining("a-secret");
            assertIsGone(runner);
        }
    }

    @Test
    void folderThatTheRunnerMayNotWriteFailsTheStart(@TempDir Path directory) throws IOException {
        assumeTrue(RunnerImage.isStandIn(), "the real runner fails at the first pull");
        Path folder = Files.createDirectory(
                directory.resolve("closed"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try (ModelRunnerContainer runner = RunnerImage.container().withModelCache(folder)) {
            ContainerLaunchException failure = catchThrowableOfType(ContainerLaunchException.class, runner::start);

            assumeThat(failure).message().doesNotContain("bind source path does not exist");
            assertThat(failure).hasMessageContainingAll("the runner said", "AccessDeniedException: /models");
        }
    }

    @Test
    void cardsThatAreNotThereFailTheStartWithTheWordsOfTheEngine() {
        assumeTrue(
                Gpu.AUTO
                        .requests(
                                () -> DockerClientFactory.lazyClient().infoCmd().exec())
                        .isEmpty(),
                "there are cards");
        try (ModelRunnerContainer runner = RunnerImage.container().withGpu(Gpu.ALL)) {
            assertThat(catchThrowableOfType(ContainerLaunchException.class, runner::start))
                    .hasMessageContaining("device");
            assertIsGone(runner);
        }
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
