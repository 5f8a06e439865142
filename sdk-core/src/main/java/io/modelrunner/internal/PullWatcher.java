package io.modelrunner.internal;

import io.modelrunner.CancelledException;
import io.modelrunner.store.PullEvent;
import io.modelrunner.store.PullStream;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Watches a pull, which it begins unless there is one of the same model already. */
public final class PullWatcher implements PullStream.Source {
    private final PullRoad road;
    private final AtomicBoolean left = new AtomicBoolean();
    private volatile @Nullable SharedPull pull;
    private volatile boolean closed;
    private @Nullable SharedPull before;
    private long known;

    /**
     * Makes the watcher, which begins with the first event that is asked for.
     *
     * @param road how to pull
     */
    public PullWatcher(PullRoad road) {
        this.road = road;
    }

    @Override
    public PullEvent next() {
        while (true) {
            try {
                if (closed) {
                    throw cancelled("the pull was left");
                }
                SharedPull.News news = watched().next(known, this);
                if (news == null) {
                    throw cancelled("the pull was left");
                }
                known = news.sequence();
                return news.event();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw cancelled("the pull was left, as the thread was interrupted");
            } catch (CancelledException e) {
                if (closed || road.isClosed() || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                // Whoever began the pull closed its adapter; this one goes on, from where that was.
                before = pull;
                pull = null;
                known = 0;
            }
        }
    }

    private SharedPull watched() throws InterruptedException {
        SharedPull watched = pull;
        if (watched == null) {
            watched = SharedPull.enter(road.key(), before, road);
            pull = watched;
            if (closed) {
                close();
            }
        }
        return watched;
    }

    boolean hasLeft() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
        road.cancel();
        SharedPull watched = pull;
        if (watched != null && left.compareAndSet(false, true)) {
            watched.leave();
        }
    }

    private CancelledException cancelled(String what) {
        return new CancelledException(road.facts(what).build());
    }
}
