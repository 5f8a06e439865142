package io.modelrunner.testing;

import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A call on a thread of its own, which is virtual if the test's is.
 *
 * @param <T> what the call returns
 */
final class Background<T> implements Runnable {
    /**
     * How the call ended.
     *
     * @param value what it returned; null if it failed
     * @param failure what it threw; null if it did not
     * @param interrupted whether its thread's interrupt flag was set at the end
     */
    record Outcome<T>(@Nullable T value, @Nullable Throwable failure, boolean interrupted) {}

    private final Callable<T> call;
    private final CountDownLatch begun;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable Outcome<T> outcome;
    private volatile @Nullable Thread thread;

    private Background(Callable<T> call, CountDownLatch begun) {
        this.call = call;
        this.begun = begun;
    }

    /** {@return a call that has been started} */
    static <T> Background<T> start(Callable<T> call) {
        return new Background<>(call, new CountDownLatch(0)).started();
    }

    /** {@return a reader of a stream who has read its first event} */
    static Background<ChatResponse> reading(ChatStream stream) {
        CountDownLatch first = new CountDownLatch(1);
        Callable<ChatResponse> read = () -> {
            stream.forEach(event -> first.countDown());
            return stream.join();
        };
        Background<ChatResponse> reader = new Background<>(read, first).started();
        reader.awaitBegun();
        return reader;
    }

    private Background<T> started() {
        thread = TestThreads.startLikeThis(this);
        return this;
    }

    @Override
    public void run() {
        T value = null;
        Throwable failure = null;
        try {
            value = call.call();
        } catch (Throwable e) {
            failure = e;
        }
        outcome = new Outcome<>(value, failure, Thread.interrupted());
        ended.countDown();
        begun.countDown();
    }

    void interrupt() {
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    /** {@return how the call ended, having waited for that} */
    Outcome<T> await(Duration limit) {
        await(ended, limit, "end");
        Outcome<T> known = outcome;
        if (known == null) {
            throw new AssertionError("the call has no outcome");
        }
        return known;
    }

    /** {@return what the call returned} */
    @Nullable
    T result(Duration limit) {
        Outcome<T> known = await(limit);
        if (known.failure() != null) {
            throw new AssertionError("the call in the background failed", known.failure());
        }
        return known.value();
    }

    private void awaitBegun() {
        await(begun, ContractChapter.LONG, "see a first event");
    }

    private static void await(CountDownLatch latch, Duration limit, String what) {
        try {
            if (!latch.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new AssertionError("the call in the background did not " + what + " within " + limit);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("the test ran out of time before the call in the background did " + what, e);
        }
    }
}
