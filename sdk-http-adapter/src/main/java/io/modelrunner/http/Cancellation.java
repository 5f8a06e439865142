package io.modelrunner.http;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Ends a request from any thread, whichever of its calls it is in, or in the pause between two. */
final class Cancellation {
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private volatile @Nullable Runnable current;
    private volatile @Nullable CompletableFuture<?> awaited;

    /**
     * Takes note of what is about to begin.
     *
     * @param end ends it; called by any thread, perhaps more than once
     */
    void watch(Runnable end) {
        current = end;
        if (isCancelled()) {
            end.run();
        }
    }

    void cancel() {
        cancelled.countDown();
        CompletableFuture<?> value = awaited;
        if (value != null) {
            value.cancel(false);
        }
        Runnable end = current;
        if (end != null) {
            end.run();
        }
    }

    /**
     * {@return a value that another thread finds; a cancel ends the wait for it}
     *
     * @throws CancellationException if this was cancelled
     */
    <T> T await(CompletableFuture<T> value, Duration limit)
            throws InterruptedException, ExecutionException, TimeoutException {
        CompletableFuture<T> own = value.copy();
        awaited = own;
        if (isCancelled()) {
            own.cancel(false);
        }
        return own.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    boolean isCancelled() {
        return cancelled.getCount() == 0;
    }

    /** {@return whether a wait of this time ended early, by a cancel} */
    boolean pause(Duration time) throws InterruptedException {
        return cancelled.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }
}
