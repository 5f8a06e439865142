package io.modelrunner.http;

import io.modelrunner.store.PullEvent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A pull and all who watch it: in this JVM there is one of one model for one runner, as two at once damage the runner's store
 * (recorded).
 *
 * <p>A thread of its own reads the news, so that nobody waits for a watcher that is slow; of the news that a watcher has missed
 * it gets the latest of each layer. When the last one has left, the pull is cancelled.
 */
final class SharedPull {
    private static final Map<Key, SharedPull> UNDER_WAY = new ConcurrentHashMap<>();
    private static final long CANCEL_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int MOST_NEWS = 10_000;

    private final Key key;
    private final Transfer transfer;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** The latest news about each thing, oldest first. */
    private final LinkedHashMap<Object, News> news = new LinkedHashMap<>();

    private long sequence;
    private int watchers;
    private boolean begun;
    private boolean abandoned;
    private boolean ended;
    private @Nullable RuntimeException failure;

    private SharedPull(Key key, Function<Consumer<PullEvent>, Transfer> how) {
        this.key = key;
        this.transfer = how.apply(this::tell);
    }

    /**
     * What is pulled, and where to.
     *
     * @param runner the address
     * @param model the name as the runner compares names
     */
    record Key(String runner, String model) {}

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
     * @param how makes a new one, given who is to be told of its news
     * @throws InterruptedException if interrupted while a cancelled pull of the same model ends
     */
    static SharedPull enter(Key key, Function<Consumer<PullEvent>, Transfer> how) throws InterruptedException {
        while (true) {
            SharedPull pull = UNDER_WAY.computeIfAbsent(key, absent -> new SharedPull(key, how));
            if (pull.entered()) {
                return pull;
            }
        }
    }

    /** {@return whether this can be watched; if not, it has ended} */
    private boolean entered() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            for (long left = CANCEL_NANOS; abandoned && !ended && left > 0; ) {
                left = changed.awaitNanos(left);
            }
            if (abandoned || ended) {
                UNDER_WAY.remove(key, this);
                return false;
            }
            watchers++;
            if (!begun) {
                begun = true;
                Thread thread = new Thread(this::run, "model-runner-pull");
                thread.setDaemon(true);
                thread.start();
            }
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
            transfer.cancel();
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
                for (News told : news.values()) {
                    if (told.sequence() > known) {
                        return told;
                    }
                }
                if (failure != null) {
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
            done = transfer.run();
        } catch (RuntimeException e) {
            why = e;
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
            News told = new News(++sequence, event);
            Object about = event instanceof PullEvent.LayerProgress layer ? layer.layer() : told;
            news.remove(about);
            if (news.size() == MOST_NEWS) {
                news.remove(news.keySet().iterator().next());
            }
            news.put(about, told);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
