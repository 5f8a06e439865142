package io.modelrunner.http;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Ends a request from any thread, whichever of its calls it is in, or in the pause between two. */
final class Cancellation {
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private volatile @Nullable Runnable current;

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
        Runnable end = current;
        if (end != null) {
            end.run();
        }
    }

    boolean isCancelled() {
        return cancelled.getCount() == 0;
    }

    /** {@return whether a wait of this time ended early, by a cancel} */
    boolean pause(Duration time) throws InterruptedException {
        return cancelled.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }
}
