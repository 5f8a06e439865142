package io.modelrunner.http;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The clock behind all deadlines of an adapter: one daemon thread, started by the first call.
 *
 * <p>Socket timeouts can't serve here: they count from one read to the next, so that a byte a second never trips them, and
 * they do not cover writing at all.
 */
final class Watchdog implements AutoCloseable {
    private final ScheduledThreadPoolExecutor clock;

    Watchdog() {
        clock = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = Executors.defaultThreadFactory().newThread(task);
            thread.setName("model-runner-watchdog");
            thread.setDaemon(true);
            return thread;
        });
        clock.setRemoveOnCancelPolicy(true); // most checks are never needed; they must not pile up
    }

    /** Runs a check at a time of {@link System#nanoTime()}; not at all once closed. */
    Future<?> at(long nanoTime, Runnable check) {
        try {
            return clock.schedule(check, Math.max(0, nanoTime - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closed) {
            return CompletableFuture.completedFuture(null);
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
