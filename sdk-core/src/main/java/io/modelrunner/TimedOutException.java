package io.modelrunner;

import java.time.Duration;

/**
 * A wait came to its end.
 *
 * <p>What the caller can do next: allow more time for that phase by {@link Timeouts}, or find out why the runner is slow.
 */
public class TimedOutException extends ModelRunnerException {
    private static final long serialVersionUID = 1L;

    private final Timeouts.Phase phase;
    private final Duration limit;

    /**
     * Makes the exception.
     *
     * @param failure the facts; not null
     * @param phase what was waited for
     * @param limit how long the wait was allowed to be
     */
    public TimedOutException(Failure failure, Timeouts.Phase phase, Duration limit) {
        super(failure);
        this.phase = phase;
        this.limit = limit;
    }

    /** {@return what was waited for} */
    public Timeouts.Phase phase() {
        return phase;
    }

    /** {@return how long the wait was allowed to be} */
    public Duration limit() {
        return limit;
    }

    /** {@return true: another adapter may be quicker} */
    @Override
    public boolean elsewhere() {
        return true;
    }

    @Override
    public TimedOutException with(Failure facts) {
        return new TimedOutException(facts, phase, limit);
    }
}
