package io.modelrunner.http;

import io.modelrunner.Timeouts;
import io.modelrunner.Timeouts.Phase;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The deadlines of one call: of the phase it is in, and of the whole.
 *
 * <p>The thread of the call moves from phase to phase; the {@link Watchdog} looks now and then, and ends the call when a
 * deadline has passed. Moving on writes fields, and takes a lock only when it brings the next look forward.
 */
final class Deadlines {
    private static final long NEVER = Watchdog.NEVER;

    private final Timeouts timeouts;
    private final Watchdog watchdog;
    private final Runnable onExpiry;

    /** When the whole ends, in the watchdog's time. */
    private final long total;

    /** When the present phase ends. */
    private volatile long due = NEVER;

    private volatile Phase phase = Phase.CONNECT;
    private volatile @Nullable Phase expired;
    private volatile boolean ended;

    Deadlines(Timeouts timeouts, boolean streamed, Watchdog watchdog, Runnable onExpiry) {
        this.timeouts = timeouts;
        this.watchdog = watchdog;
        this.onExpiry = onExpiry;
        this.total = streamed ? after(nanos(Phase.TOTAL)) : NEVER;
        watchdog.watch(this);
    }

    /** Begins a phase, or begins it anew. */
    void enter(Phase next) {
        enter(next, nanos(next));
    }

    /** Begins a phase whose limit the caller keeps at hand, because it begins it anew for each event. */
    void enter(Phase next, long limitNanos) {
        long end = after(limitNanos);
        due = end; // first, as the watchdog reads it last: a limit that has passed is told with its own phase
        phase = next;
        watchdog.expect(Math.min(end, total));
    }

    private long after(long limitNanos) {
        return limitNanos == NEVER ? NEVER : watchdog.now() + limitNanos;
    }

    /** Stops the clock of the phase, while the caller is busy with what it got; that of the whole goes on. */
    void pause() {
        due = NEVER;
    }

    /** Ends all deadlines. */
    void end() {
        ended = true;
        watchdog.forget(this);
    }

    /** {@return the phase that came to its end, null if none did} */
    @Nullable
    Phase expired() {
        return expired;
    }

    long nanos(Phase of) {
        return timeouts.of(of).map(Duration::toNanos).orElse(NEVER);
    }

    /** Ends the call if a deadline has passed; {@return when to look again} */
    long check(long now) {
        Phase entered = phase;
        long sooner = Math.min(due, total);
        if (now < sooner) {
            return sooner;
        }
        if (!ended) {
            expired = total <= now ? Phase.TOTAL : entered;
            end();
            onExpiry.run();
        }
        return NEVER;
    }
}
