package io.modelrunner.internal;

import io.modelrunner.Failure;
import io.modelrunner.ModelUnavailableException;
import io.modelrunner.store.PullEvent;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A pull and all who watch it: in this JVM there is one of one model for one runner, as two at once damage the runner's store
 * (recorded).
 *
 * <p>A thread of its own reads the news, so that nobody waits for a watcher that is slow; of the news that a watcher has missed
 * it gets the latest of each layer. When the last one has left, the pull is cancelled.
 */
public final class SharedPull {
    private static final Map<Key, SharedPull> UNDER_WAY = new ConcurrentHashMap<>();
    private static final long CANCEL_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int MOST_NEWS = 1_000;

    private final Key key;
    private final TransferProgress progress;
    private final PullRoad.Task task;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** The news by their places in the order of all; of each layer the latest. */
    private final TreeMap<Long, PullEvent> news = new TreeMap<>();

    private final Map<String, Long> latest = new HashMap<>();
    private long sequence;
    private int watchers;
    private boolean begun;
    private boolean abandoned;
    private boolean ended;
    private @Nullable RuntimeException failure;

    private SharedPull(Key key, TransferProgress progress, PullRoad road) {
        this.key = key;
        this.progress = progress;
        this.task = road.task(this::tell, progress);
    }

    /**
     * What is pulled, and where to.
     *
     * @param runner the address
     * @param model the name as the runner compares names
     */
    public record Key(String runner, String model) {}

    /**
     * An event with its place in the order of all.
     *
     * @param sequence 1 for the first
     * @param event the event
     */
    record News(long sequence, PullEvent event) {}

    /**
     * {@return the pull that is under way, or a new one; the caller leaves it}
     *
     * @param before the pull that this one takes the place of, null if there is none
     * @param road begins a new one
     * @throws InterruptedException if interrupted while a cancelled pull of the same model ends
     */
    static SharedPull enter(Key key, @Nullable SharedPull before, PullRoad road) throws InterruptedException {
        TransferProgress progress = before == null ? new TransferProgress() : before.progress;
        while (true) {
            SharedPull pull = UNDER_WAY.computeIfAbsent(key, absent -> new SharedPull(key, progress, road));
            if (pull.entered()) {
                return pull;
            }
        }
    }

    /** Where a failure that a thread of ours met was waited for. */
    private static final class AskedHere extends Exception {
        private static final long serialVersionUID = 1L;

        AskedHere() {
            super("the pull was watched here");
        }
    }

    /** {@return whether this can be watched; if not, it has ended} */
    private boolean entered() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            for (long left = CANCEL_NANOS; abandoned && !ended && left > 0; ) {
                left = changed.awaitNanos(left);
            }
            if (ended) {
                UNDER_WAY.remove(key, this);
                return false;
            }
            if (abandoned) {
                throw new ModelUnavailableException(
                        Failure.of("a pull of the same model that was cancelled has not ended yet")
                                .remedy("try again", "it has ended; two at once would damage the model")
                                .build());
            }
            if (!begun) {
                Thread thread = new Thread(this::run, "model-runner-pull");
                thread.setDaemon(true);
                thread.start();
                begun = true;
            }
            watchers++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Watches no longer. */
    void leave() {
        boolean last;
        lock.lock();
        try {
            watchers--;
            last = watchers == 0 && !ended;
            abandoned |= last;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (last) {
            task.cancel();
        }
    }

    /**
     * {@return the oldest news that a watcher does not know; null if it has left}
     *
     * @param known the place in the order of what it knows
     * @throws RuntimeException what the pull failed with, behind all news
     */
    @Nullable
    News next(long known, PullWatcher watcher) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!watcher.hasLeft()) {
                Map.Entry<Long, PullEvent> told = news.higherEntry(known);
                if (told != null) {
                    return new News(told.getKey(), told.getValue());
                }
                if (failure != null) {
                    failure.addSuppressed(new AskedHere());
                    throw failure;
                }
                changed.await();
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        PullEvent.Done done = null;
        RuntimeException why = new IllegalStateException("the pull ended by an error of the JVM");
        try {
            done = task.run();
        } catch (RuntimeException e) {
            why = e;
        } catch (Error e) {
            why.initCause(e);
            throw e;
        } finally {
            UNDER_WAY.remove(key, this);
            end(done, why);
        }
    }

    private void end(PullEvent.@Nullable Done done, RuntimeException why) {
        lock.lock();
        try {
            ended = true;
            if (done == null) {
                failure = why;
                changed.signalAll();
            } else {
                tell(done);
            }
        } finally {
            lock.unlock();
        }
    }

    private void tell(PullEvent event) {
        lock.lock();
        try {
            sequence++;
            Long older = event instanceof PullEvent.LayerProgress layer ? latest.put(layer.layer(), sequence) : null;
            if (older != null) {
                news.remove(older);
            } else if (news.size() == MOST_NEWS
                    && news.pollFirstEntry().getValue() instanceof PullEvent.LayerProgress forgotten) {
                latest.remove(forgotten.layer());
            }
            news.put(sequence, event);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
