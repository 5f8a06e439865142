package io.modelrunner.http;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Ends a request from any thread, whichever of its calls it is in, or in the pause between two. */
final class Cancellation {
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private volatile @Nullable Call current;

    /** Takes note of a call that is about to be sent. */
    void watch(Call call) {
        current = call;
        if (isCancelled()) {
            call.cancel();
        }
    }

    void cancel() {
        cancelled.countDown();
        Call call = current;
        if (call != null) {
            call.cancel();
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
