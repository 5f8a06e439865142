package io.modelrunner.http;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The clock behind all deadlines of an adapter: one daemon thread, started by the first call.
 *
 * <p>It sleeps until the soonest deadline of any call, then looks at all of them. A call that ends in time does not move
 * that: to wake the thread for each call would cost more than the call itself.
 *
 * <p>Socket timeouts can't serve here: they count from one read to the next, so that a byte a second never trips them, and
 * they do not cover writing at all.
 */
final class Watchdog implements AutoCloseable {
    /** The time of what never comes. */
    static final long NEVER = Long.MAX_VALUE;

    /** The least time between two looks, however many calls are due one after the other. */
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(1);

    private final long begin = System.nanoTime();
    private final Set<Deadlines> calls = ConcurrentHashMap.newKeySet();
    private final ScheduledThreadPoolExecutor clock;

    /** When it looks next; written before deadlines are read, as a deadline is written before this is read. */
    private volatile long nextLook = NEVER;

    private @Nullable Future<?> look;

    Watchdog() {
        clock = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = Executors.defaultThreadFactory().newThread(task);
            thread.setName("model-runner-watchdog");
            thread.setDaemon(true);
            return thread;
        });
        clock.setRemoveOnCancelPolicy(true); // a look that was brought forward must not linger
    }

    /** {@return the time, in nanoseconds since this was made} */
    long now() {
        return System.nanoTime() - begin;
    }

    /** Looks at a call from now on. */
    void watch(Deadlines call) {
        calls.add(call);
    }

    /** Looks at a call no longer. */
    void forget(Deadlines call) {
        calls.remove(call);
    }

    /** Sees to it that there is a look at a time, or before. */
    void expect(long when) {
        if (when < nextLook) {
            lookAt(when);
        }
    }

    private synchronized void lookAt(long when) {
        if (when >= nextLook) {
            return;
        }
        if (look != null) {
            look.cancel(false);
        }
        nextLook = when;
        try {
            look = clock.schedule(this::look, Math.max(0, when - now()), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closed) {
            // closing the adapter has ended its calls
        }
    }

    private void look() {
        nextLook = NEVER;
        long now = now();
        long soonest = NEVER;
        for (Deadlines call : calls) {
            soonest = Math.min(soonest, check(call, now));
        }
        if (soonest != NEVER) {
            expect(Math.max(soonest, now + PAUSE));
        }
    }

    /** A call that can't be ended must not keep the others from being looked at. */
    private static long check(Deadlines call, long now) {
        try {
            return call.check(now);
        } catch (RuntimeException e) {
            return NEVER;
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
