package io.modelrunner.testcontainers;

import io.modelrunner.ModelRunnerException;
import java.util.List;
import java.util.function.Supplier;
import org.testcontainers.containers.ContainerLaunchException;

/** What a container said before its start failed; Testcontainers only logs it. */
final class LastWords {
    private static final int LINES = 12;

    private final String speaker;
    private boolean started;
    private String words = "";

    LastWords(String speaker) {
        this.speaker = speaker;
    }

    /** Forgets those of an earlier start. */
    void starting() {
        started = false;
        words = "";
    }

    /** Knows from now on that a stop is no failure. */
    void started() {
        started = true;
    }

    /**
     * Keeps them, if the container is stopped because its start failed.
     *
     * @param log gives all that the container has logged
     */
    void stopping(Supplier<String> log) {
        if (!started) {
            words = of(log.get());
        }
    }

    /** {@return the failure in our own words, or else with its first cause and the last words} */
    ContainerLaunchException explained(ContainerLaunchException failure) {
        Throwable root = failure;
        for (Throwable e = failure; e != null; e = e.getCause()) {
            if (e instanceof ContainerLaunchException own && e.getCause() instanceof ModelRunnerException) {
                return own;
            }
            root = e;
        }
        String said = words.isEmpty() ? "" : "; " + speaker + " said:\n" + words;
        return new ContainerLaunchException(failure.getMessage() + ": " + reason(root) + said, failure);
    }

    private static String reason(Throwable root) {
        if (root.getClass().getPackageName().contains("awaitility")) {
            // Its message is all that the engine knows of the container, with the environment and what is secret in it.
            return "the container has exited, or its port could not be published";
        }
        return root.getMessage() == null ? root.toString() : root.getMessage().strip();
    }

    /** {@return the last lines of a log; empty if there are none} */
    static String of(String log) {
        List<String> lines = log.strip().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES), lines.size()));
    }
}
