package io.modelrunner.http;

import io.modelrunner.Timeouts;
import io.modelrunner.Timeouts.Phase;
import java.time.Duration;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The deadlines of one call: of the phase it is in, and of the whole.
 *
 * <p>The thread of the call moves from phase to phase; the {@link Watchdog} looks now and then, and ends the call when a
 * deadline has passed. Moving on writes one field, and takes a lock only when it brings the next look forward.
 */
final class Deadlines {
    private static final long NEVER = Long.MAX_VALUE;

    private final Timeouts timeouts;
    private final Watchdog watchdog;
    private final Runnable onExpiry;
    private final long begin = System.nanoTime();
    private final long total;

    /** When the present phase ends, in nanoseconds since {@link #begin}. */
    private volatile long due = NEVER;

    private volatile Phase phase = Phase.CONNECT;
    private volatile @Nullable Phase expired;
    private volatile boolean ended;

    /** When the watchdog looks next; written before {@link #due} is read, as that is written before this is read. */
    private volatile long nextLook = NEVER;

    private @Nullable Future<?> look;

    Deadlines(Timeouts timeouts, boolean streamed, Watchdog watchdog, Runnable onExpiry) {
        this.timeouts = timeouts;
        this.watchdog = watchdog;
        this.onExpiry = onExpiry;
        this.total = streamed ? nanos(Phase.TOTAL) : NEVER;
    }

    /** Begins a phase, or begins it anew. */
    void enter(Phase next) {
        enter(next, nanos(next));
    }

    /** Begins a phase whose limit the caller keeps at hand, because it begins it anew for each event. */
    void enter(Phase next, long limitNanos) {
        long end = limitNanos == NEVER ? NEVER : System.nanoTime() - begin + limitNanos;
        phase = next;
        due = end;
        long sooner = Math.min(end, total);
        if (sooner < nextLook) {
            lookAt(sooner);
        }
    }

    /** Stops the clock of the phase, while the caller is busy with what it got; that of the whole goes on. */
    void pause() {
        due = NEVER;
    }

    /** Ends all deadlines. */
    synchronized void end() {
        ended = true;
        if (look != null) {
            look.cancel(false);
        }
    }

    /** {@return the phase that came to its end, null if none did} */
    @Nullable
    Phase expired() {
        return expired;
    }

    Duration limit(Phase of) {
        return timeouts.of(of).orElse(Duration.ZERO);
    }

    long nanos(Phase of) {
        return timeouts.of(of).map(Duration::toNanos).orElse(NEVER);
    }

    private synchronized void lookAt(long when) {
        if (ended || when >= nextLook) {
            return;
        }
        if (look != null) {
            look.cancel(false);
        }
        nextLook = when;
        look = watchdog.at(begin + when, this::look);
    }

    private void look() {
        nextLook = NEVER;
        long now = System.nanoTime() - begin;
        long sooner = Math.min(due, total);
        if (ended || expired != null) {
            return;
        }
        if (now >= sooner) {
            expired = total <= now ? Phase.TOTAL : phase;
            onExpiry.run();
        } else if (sooner != NEVER) {
            lookAt(sooner);
        }
    }
}
