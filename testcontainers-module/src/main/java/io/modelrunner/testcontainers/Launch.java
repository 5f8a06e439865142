package io.modelrunner.testcontainers;

import com.github.dockerjava.api.command.WaitContainerResultCallback;
import io.modelrunner.CancelledException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.GenericContainer;

/**
 * What the starts of our containers have in common: one that fails is told in our own words, and leaves nothing running.
 *
 * <p>One thread starts the container, any may stop it meanwhile.
 */
final class Launch {
    private static final Duration END_LIMIT = Duration.ofSeconds(2);

    private final GenericContainer<?> container;
    private final LastWords words;
    private @Nullable Thread starter;
    private boolean stopped;

    /**
     * Makes the starts of a container.
     *
     * @param speaker what speaks in its log
     */
    Launch(GenericContainer<?> container, String speaker) {
        this.container = container;
        this.words = new LastWords(speaker);
    }

    /**
     * Starts the container.
     *
     * @param start Testcontainers' own
     * @throws ContainerLaunchException with the reason, if it does not start; it has been removed then
     */
    void run(Runnable start) {
        ImagePull.bring(container);
        run(start, container::stop);
    }

    /**
     * Completes the start of a container that ran before, and that others may be using.
     *
     * @throws ContainerLaunchException with the reason, if that fails; the container is still there then
     */
    void complete(Runnable start) {
        run(start, () -> {});
    }

    private void run(Runnable start, Runnable removal) {
        begin();
        try {
            start.run();
        } catch (ContainerLaunchException e) {
            throw explained(e, removal);
        } finally {
            end();
        }
    }

    private synchronized void begin() {
        starter = Thread.currentThread();
        stopped = false;
        words.starting();
    }

    private synchronized void end() {
        starter = null;
    }

    private ContainerLaunchException explained(ContainerLaunchException failure, Runnable removal) {
        boolean ended = isInterrupt(failure);
        // With the flag, the engine can't be talked to; that is also where Testcontainers leaves a container behind.
        boolean interrupted = Thread.interrupted() || ended;
        try {
            removal.run();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        if (isStopped()) {
            return new ContainerLaunchException("the container was stopped while it was starting", failure);
        }
        return ended ? new ContainerLaunchException("the start was interrupted", failure) : words.explained(failure);
    }

    /**
     * Brings what the container is to have, after which it counts as started, unless it has been stopped meanwhile.
     *
     * @throws ContainerLaunchException as the delivery does; an interrupt is in its causes and no longer in the thread's flag,
     *     so that Testcontainers can remove the container
     */
    void bring(Runnable delivery) {
        try {
            demandRunning();
            delivery.run();
            started();
        } catch (ContainerLaunchException e) {
            if (isInterrupt(e)) {
                Thread.interrupted();
            } else if (LastWords.isOfTheRunner(e.getCause()) && !isStopped()) {
                keepWords();
                tellOfTheEnd();
            }
            throw e;
        }
    }

    private synchronized void started() {
        demandRunning();
        words.started();
    }

    private void demandRunning() {
        if (isStopped()) {
            throw new ContainerLaunchException("the container was stopped");
        }
    }

    private synchronized boolean isStopped() {
        return stopped;
    }

    /** {@return whether the last start has succeeded} */
    boolean isDone() {
        return words.areUnwanted();
    }

    private void keepWords() {
        try {
            words.stopping(container::getLogs);
        } catch (RuntimeException e) {
            // They are worth less than the failure and the removal.
            restoreInterrupt(e);
        }
    }

    /** An engine sees the end of a container a little later than those who talk to it. */
    private void tellOfTheEnd() {
        try (WaitContainerResultCallback end = new WaitContainerResultCallback()) {
            container
                    .getDockerClient()
                    .waitContainerCmd(container.getContainerId())
                    .exec(end);
            words.exited(end.awaitStatusCode(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS));
        } catch (IOException | RuntimeException e) {
            // It runs, or the engine does not tell: then the failure is told without this.
            restoreInterrupt(e);
        }
    }

    private static void restoreInterrupt(Exception failure) {
        if (failure.getCause() instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
    }

    /** {@return whether the thread was interrupted} A call is also cancelled when somebody else stops the container. */
    private boolean isInterrupt(Throwable failure) {
        for (Throwable e = failure; e != null; e = e.getCause()) {
            if (e instanceof InterruptedException || (e instanceof CancelledException && !isStopped())) {
                return true;
            }
        }
        return false;
    }

    /** Keeps what the container said, if it is stopped because its start failed; ends a start of another thread. */
    void stopping() {
        synchronized (this) {
            stopped |= starter != null && !starter.equals(Thread.currentThread());
        }
        if (!isStopped()) {
            keepWords();
        }
    }
}
