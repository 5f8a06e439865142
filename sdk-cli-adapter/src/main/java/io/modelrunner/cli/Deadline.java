package io.modelrunner.cli;

import io.modelrunner.Timeouts;
import io.modelrunner.Timeouts.Phase;
import java.time.Duration;

/**
 * The end of a wait.
 *
 * @param phase what is waited for
 * @param limit how long in all
 * @param end when, by {@link System#nanoTime()}
 */
record Deadline(Phase phase, Duration limit, long end) {
    /** Longer than any limit can be. */
    private static final Duration NEVER = Duration.ofDays(365);

    /** {@return the end of a phase that begins now} */
    static Deadline of(Phase phase, Timeouts timeouts) {
        return of(phase, timeouts.of(phase).orElse(NEVER));
    }

    /** {@return the end of a phase that begins now} */
    static Deadline of(Phase phase, Duration limit) {
        return new Deadline(phase, limit, System.nanoTime() + limit.toNanos());
    }

    /** {@return this or the other, whichever comes first} */
    Deadline orSooner(Deadline other) {
        return other.end - end < 0 ? other : this;
    }

    /** {@return how many nanoseconds are left; 0 or less if none} */
    long left() {
        return end - System.nanoTime();
    }
}
