package io.modelrunner.http;

import io.modelrunner.AttemptTimeline;
import io.modelrunner.CancelledException;
import io.modelrunner.Failure;
import io.modelrunner.store.PullEvent;
import io.modelrunner.store.PullStream;
import io.modelrunner.store.RegistryRequest;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Watches a pull, which it begins unless there is one of the same model already. */
final class PullWatcher implements PullStream.Source {
    private final HttpAdapter adapter;
    private final RegistryRequest wanted;
    private final Function<Attempts, Plan> plan;
    private final Cancellation asking = new Cancellation();
    private final AtomicBoolean left = new AtomicBoolean();
    private volatile @Nullable SharedPull pull;
    private volatile boolean closed;
    private @Nullable SharedPull before;
    private long known;

    /**
     * How to pull.
     *
     * @param key what is pulled, and where to
     * @param protocol what the server speaks
     */
    record Plan(SharedPull.Key key, TransferProtocol protocol) {}

    /** @param plan made when the first event is asked for, as it may ask the server what it is */
    PullWatcher(HttpAdapter adapter, RegistryRequest wanted, Function<Attempts, Plan> plan) {
        this.adapter = adapter;
        this.wanted = wanted;
        this.plan = plan;
    }

    @Override
    public PullEvent next() {
        while (true) {
            try {
                if (closed) {
                    throw cancelled("was left");
                }
                SharedPull.News news = watched().next(known, this);
                if (news == null) {
                    throw cancelled("was left");
                }
                known = news.sequence();
                return news.event();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw cancelled("was left, as the thread was interrupted");
            } catch (CancelledException e) {
                if (closed || adapter.isClosed() || Thread.currentThread().isInterrupted()) {
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
            Plan made = plan.apply(new Attempts(adapter, adapter.timeouts(), AttemptTimeline.empty(), asking));
            watched = SharedPull.enter(
                    made.key(),
                    before,
                    (listener, progress) -> new Transfer(adapter, made.protocol(), wanted, listener, progress));
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
        asking.cancel();
        SharedPull watched = pull;
        if (watched != null && left.compareAndSet(false, true)) {
            watched.leave();
        }
    }

    private CancelledException cancelled(String how) {
        return new CancelledException(Failure.of("the pull of " + wanted.model() + " " + how)
                .adapter(adapter.name())
                .endpoint(adapter.where())
                .model(wanted.model())
                .build());
    }
}
