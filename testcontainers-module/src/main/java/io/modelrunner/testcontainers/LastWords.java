package io.modelrunner.testcontainers;

import io.modelrunner.BrokenAnswerException;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.TimedOutException;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.ContainerLaunchException;

/** What a container said before its start failed; Testcontainers only logs it. Several threads may use it. */
final class LastWords {
    private static final int LINES = 12;

    private final String speaker;
    private boolean started;
    private String words = "";
    private String end = "";

    LastWords(String speaker) {
        this.speaker = speaker;
    }

    /** Forgets those of an earlier start. */
    synchronized void starting() {
        started = false;
        words = "";
        end = "";
    }

    /** Knows from now on that a stop is no failure. */
    synchronized void started() {
        started = true;
    }

    /**
     * Keeps them, if the container is stopped because its start failed.
     *
     * @param log gives all that the container has logged
     */
    void stopping(Supplier<String> log) {
        if (!areUnwanted()) {
            keep(of(log.get()));
        }
    }

    private synchronized void keep(String last) {
        words = last;
    }

    /** {@return whether the start has succeeded} */
    synchronized boolean areUnwanted() {
        return started;
    }

    /** Knows that the container is no longer running. */
    synchronized void exited(int code) {
        end = "the container has exited (code " + code + ")";
    }

    /** {@return the failure in our own words, or else with its first cause, and the last words unless they don't matter} */
    synchronized ContainerLaunchException explained(ContainerLaunchException failure) {
        Throwable root = failure;
        for (Throwable e = failure; e != null; e = e.getCause()) {
            if (e instanceof ContainerLaunchException own && own.getCause() instanceof ModelRunnerException cause) {
                return isOfTheRunner(cause)
                        ? new ContainerLaunchException(completed(String.valueOf(own.getMessage())), own.getCause())
                        : own;
            }
            root = e;
        }
        return new ContainerLaunchException(completed(failure.getMessage() + ": " + reason(root)), failure);
    }

    /** {@return whether it was the runner that failed, and not what was asked of it} */
    static boolean isOfTheRunner(@Nullable Throwable failure) {
        return failure instanceof RunnerUnreachableException
                || failure instanceof BrokenAnswerException
                || failure instanceof TimedOutException;
    }

    private String completed(String what) {
        String ended = end.isEmpty() ? what : what + "; " + end;
        if (words.isEmpty()) {
            return ended;
        }
        // A remedy stands on a line of its own.
        return ended + (what.contains("\n") ? "\n" : "; ") + speaker + " said:\n" + words;
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
