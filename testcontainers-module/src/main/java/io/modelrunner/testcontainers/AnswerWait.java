package io.modelrunner.testcontainers;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.time.Duration;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;

/**
 * Waits until a server answers {@code GET} with 200, and gives up at once when its container has exited.
 *
 * <p>Testcontainers' own looks once a second, and all containers of a process take turns in that; nor does it see that a
 * container is no longer running.
 */
final class AnswerWait extends AbstractWaitStrategy {
    private static final Duration PAUSE = Duration.ofMillis(30);
    // An engine has more to do than the server: it is asked less often.
    private static final Duration INSPECT_PAUSE = Duration.ofMillis(500);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);

    private static final String REMEDY = "\n  → withStartupTimeout(Duration) allows more time";

    private final String path;
    private final int port;

    AnswerWait(String path, int port, Duration limit) {
        this.path = path;
        this.port = port;
        this.startupTimeout = limit;
    }

    @Override
    protected void waitUntilReady() {
        long begin = System.nanoTime();
        long inspected = begin - INSPECT_PAUSE.toNanos();
        String found = found();
        while (!found.equals("200")) {
            long now = System.nanoTime();
            if (now - inspected >= INSPECT_PAUSE.toNanos()) {
                demandRunning();
                inspected = now;
            }
            if (now - begin > startupTimeout.toNanos()) {
                throw new ContainerLaunchException("GET %s was not answered with 200 within %d s; the last answer: %s%s"
                        .formatted(path, startupTimeout.toSeconds(), found, REMEDY));
            }
            pause();
            found = found();
        }
    }

    /** Gives up when the engine says that the container does not run; an engine that says nothing is asked again. */
    private void demandRunning() {
        if (waitStrategyTarget.getContainerId() == null) {
            throw new ContainerLaunchException("the container has been removed");
        }
        InspectContainerResponse facts;
        try {
            facts = waitStrategyTarget.getCurrentContainerInfo();
        } catch (NotFoundException e) {
            throw new ContainerLaunchException("the container has been removed", e);
        } catch (RuntimeException e) {
            return;
        }
        if (!Boolean.TRUE.equals(facts.getState().getRunning())) {
            throw new ContainerLaunchException("the container has exited");
        }
    }

    /** {@return the status of the answer, or why there was none} */
    private String found() {
        try {
            URI uri = URI.create(
                    "http://" + waitStrategyTarget.getHost() + ":" + waitStrategyTarget.getMappedPort(port) + path);
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout((int) ANSWER_LIMIT.toMillis());
            connection.setReadTimeout((int) ANSWER_LIMIT.toMillis());
            try {
                return String.valueOf(connection.getResponseCode());
            } finally {
                connection.disconnect();
            }
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
            // Launch sets the flag again: with it, Testcontainers could not remove the container.
            throw new ContainerLaunchException("interrupted while waiting for the server", e);
        }
    }
}
