package io.modelrunner.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import io.modelrunner.CancelledException;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.store.PullStream;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.shaded.org.awaitility.Awaitility;

/** A start is ended from outside while it waits for the server, or for a model. */
@Timeout(300)
@RequiresDocker(RequiresDocker.Image.RUNNER)
class EndedStartIT {
    private static final int LIMIT_SECONDS = 60;

    private final DockerClient docker = DockerClientFactory.lazyClient();

    @Test
    void interruptDuringTheWaitForTheServerRemovesTheContainer() throws Exception {
        try (LlamaCppContainer silent = silent()) {
            assertInterruptRemoves(silent, AnswerWait.class, InterruptedException.class);
        }
    }

    @Test
    void interruptDuringAPullRemovesTheContainer() throws Exception {
        try (ModelRunnerContainer pulling = pulling()) {
            assertInterruptRemoves(pulling, PullStream.class, CancelledException.class);
        }
    }

    @Test
    void runnerThatIsKilledDuringAPullIsToldWithItsOwnWords() throws Exception {
        try (ModelRunnerContainer pulling = pulling()) {
            Start start = new Start(pulling);
            start.awaitIn(PullStream.class);
            docker.killContainerCmd(pulling.getContainerId()).exec();

            assertThat(start.failure())
                    .isInstanceOf(ContainerLaunchException.class)
                    .hasMessageStartingWith("could not pull " + RunnerImage.chatModel() + ": ")
                    .hasMessageContainingAll(
                            "the container has exited (code 137)",
                            "the runner said:",
                            "This is not docker/model-runner")
                    .hasMessageNotContaining("docker model status")
                    .hasCauseInstanceOf(ModelRunnerException.class);
            assertThat(pulling.getContainerId()).isNull();
        }
    }

    @Test
    void stopDuringTheWaitForTheServerEndsTheStart() throws Exception {
        try (LlamaCppContainer silent = silent()) {
            assertStopEnds(silent, AnswerWait.class);
        }
    }

    @Test
    void stopDuringAPullEndsTheStart() throws Exception {
        try (ModelRunnerContainer pulling = pulling()) {
            assertStopEnds(pulling, PullStream.class);
            assertThatIllegalStateException().isThrownBy(pulling::adapter).withMessageContaining("not started");
        }
    }

    private static void assertStopEnds(GenericContainer<?> container, Class<?> where) throws Exception {
        Start start = new Start(container);
        start.awaitIn(where);
        container.stop();

        assertThat(start.failure())
                .isInstanceOf(ContainerLaunchException.class)
                .hasMessage("the container was stopped while it was starting");
        assertThat(start.interrupted).isFalse();
        assertThat(container.isRunning()).isFalse();
    }

    private void assertInterruptRemoves(GenericContainer<?> container, Class<?> where, Class<?> cause)
            throws Exception {
        Start start = new Start(container);
        start.awaitIn(where);
        String id = container.getContainerId();
        start.thread.interrupt();

        assertThat(start.failure())
                .isInstanceOf(ContainerLaunchException.class)
                .hasMessage("the start was interrupted")
                .satisfies(failure -> assertThat(causes(failure)).hasAtLeastOneElementOfType(cause));
        assertThat(start.interrupted).isTrue();
        assertThat(container.getContainerId()).isNull();
        assertThatExceptionOfType(NotFoundException.class)
                .isThrownBy(() -> docker.inspectContainerCmd(id).exec());
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause);
    }

    /** {@return a server that never answers} */
    private static LlamaCppContainer silent() {
        return new LlamaCppContainer()
                .withTinyModel()
                .withCreateContainerCmdModifier(command -> command.withEntrypoint("sh", "-c", "sleep 300"));
    }

    /** {@return a runner whose pull takes long} */
    private static ModelRunnerContainer pulling() {
        assumeTrue(RunnerImage.isStandIn(), "the real runner pulls as fast as it can");
        return RunnerImage.container().withEnv("STAND_IN_PACE", "5000").withModel(RunnerImage.chatModel());
    }

    /** A start on a thread of its own. */
    private static final class Start {
        private final FutureTask<Throwable> outcome;
        private final Thread thread;
        private volatile boolean interrupted;

        Start(GenericContainer<?> container) {
            outcome = new FutureTask<>(() -> {
                Throwable failure = catchThrowable(container::start);
                interrupted = Thread.currentThread().isInterrupted();
                return failure;
            });
            thread = new Thread(outcome, "start");
            thread.setDaemon(true);
            thread.start();
        }

        /** Waits until the start has come there. */
        void awaitIn(Class<?> where) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(LIMIT_SECONDS))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> outcome.isDone()
                            || Stream.of(thread.getStackTrace())
                                    .anyMatch(frame -> frame.getClassName().equals(where.getName())));
            assertThat(outcome).isNotDone();
        }

        Throwable failure() throws InterruptedException, ExecutionException, TimeoutException {
            return outcome.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        }
    }
}
