package io.modelrunner.fallback;

import io.modelrunner.BrokenAnswerException;
import io.modelrunner.CancelledException;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.TimedOutException;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.UnsupportedOptionException;
import io.modelrunner.fallback.CircuitState.Status;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A circuit breaker: remembers that a step was down, and has it skipped for a while. */
final class Circuit {
    private final InstantSource clock;
    private final int threshold;
    private final Duration wait;

    // Guarded by this.
    private Status status = Status.CLOSED;
    private int failures;
    private Instant nextTry = Instant.MIN;
    private @Nullable ModelRunnerException last;
    private Instant lastAt = Instant.MIN;

    /**
     * @param threshold how many times in a row the step may be down before it is skipped
     * @param wait for how long
     */
    Circuit(InstantSource clock, int threshold, Duration wait) {
        this.clock = clock;
        this.threshold = threshold;
        this.wait = wait;
    }

    /** {@return whether to ask the step} Who is allowed to must tell what came of it. */
    synchronized boolean permits() {
        if (status == Status.CLOSED) {
            return true;
        }
        if (status == Status.HALF_OPEN || clock.instant().isBefore(nextTry)) {
            return false;
        }
        status = Status.HALF_OPEN;
        return true;
    }

    /** The step has answered, be it with a refusal. */
    synchronized void answered() {
        status = Status.CLOSED;
        failures = 0;
        last = null;
    }

    /** The step has failed. */
    synchronized void failed(ModelRunnerException failure) {
        if (isUndecided(failure)) {
            undecided();
        } else if (isDown(failure)) {
            down(failure);
        } else {
            answered();
        }
    }

    /** Nothing is known of the step: the call ended before it could show itself. */
    synchronized void undecided() {
        if (status == Status.HALF_OPEN) {
            status = Status.OPEN; // and the next call may try
        }
    }

    private void down(ModelRunnerException failure) {
        failures++;
        last = failure;
        lastAt = clock.instant();
        boolean probed = status == Status.HALF_OPEN;
        if (probed || (status == Status.CLOSED && failures >= threshold)) {
            status = Status.OPEN;
            nextTry = lastAt.plus(wait);
        }
    }

    /** Its own limits, and what it was asked, say nothing of a runner. */
    private static boolean isUndecided(ModelRunnerException failure) {
        return failure instanceof CancelledException
                || failure instanceof UnsupportedOptionException
                || (failure instanceof TimedOutException late
                        && (late.phase() == Phase.TOTAL || late.phase() == Phase.QUEUE));
    }

    private static boolean isDown(ModelRunnerException failure) {
        return failure instanceof RunnerUnreachableException
                || failure instanceof TimedOutException
                || failure instanceof BrokenAnswerException;
    }

    /** {@return why the step is skipped now: its last failure, of which it says how long ago it was} */
    synchronized Optional<ModelRunnerException> whySkipped() {
        ModelRunnerException failure = last;
        if (failure == null) {
            return Optional.empty(); // it has answered a moment ago
        }
        Duration ago = Duration.between(lastAt, clock.instant());
        String what = "skipped, as it was down " + ago.toSeconds() + " s ago: " + failure.what();
        return Optional.of(
                failure.with(failure.failure().toBuilder(what).cause(failure).build()));
    }

    synchronized CircuitState state(int step, String adapter) {
        return new CircuitState(
                step,
                adapter,
                status,
                failures,
                status == Status.OPEN ? Optional.of(nextTry) : Optional.empty(),
                Optional.ofNullable(last).map(ModelRunnerException::what));
    }
}
