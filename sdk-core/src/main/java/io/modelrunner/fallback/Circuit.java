package io.modelrunner.fallback;

import io.modelrunner.BrokenAnswerException;
import io.modelrunner.CancelledException;
import io.modelrunner.Failure;
import io.modelrunner.InvalidRequestException;
import io.modelrunner.ModelLoadingException;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.RequestRefusedException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.TimedOutException;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.fallback.CircuitState.Status;
import io.modelrunner.internal.LogWords;
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
    private @Nullable Permit probe;
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

    /** A call's leave to ask the step; it must say what came of it, once. */
    final class Permit {
        private Permit() {}

        /** The step has answered, be it with a refusal. */
        void answered() {
            closed();
        }

        /** The step has failed. */
        void failed(ModelRunnerException failure) {
            if (isUndecided(failure)) {
                undecided();
            } else if (isDown(failure)) {
                down(this, failure);
            } else {
                closed();
            }
        }

        /** Nothing is known of the step: the call ended before it could show itself. */
        void undecided() {
            freed(this);
        }
    }

    /** {@return the leave to ask the step; empty if it is to be skipped} */
    synchronized Optional<Permit> permit() {
        if (status == Status.CLOSED) {
            return Optional.of(new Permit());
        }
        if (status == Status.HALF_OPEN || isWaiting(clock.instant())) {
            return Optional.empty();
        }
        Permit only = new Permit();
        status = Status.HALF_OPEN;
        probe = only;
        return Optional.of(only);
    }

    /** A clock that was set back would let it wait for longer than it should. */
    private boolean isWaiting(Instant now) {
        return now.isBefore(nextTry) && !now.isBefore(lastAt);
    }

    /** {@return the leave to ask the step although it is skipped, as nobody else is left} */
    Permit insist() {
        return new Permit();
    }

    private synchronized void closed() {
        status = Status.CLOSED;
        probe = null;
        failures = 0;
        last = null;
    }

    /** Only the call that probes ends the probing: others may have begun before, or insist. */
    private synchronized void freed(Permit permit) {
        if (permit.equals(probe)) {
            status = Status.OPEN; // and the next call may try
            probe = null;
        }
    }

    private synchronized void down(Permit permit, ModelRunnerException failure) {
        failures++;
        last = bare(failure);
        lastAt = clock.instant();
        if (permit.equals(probe) || (status == Status.CLOSED && failures >= threshold)) {
            status = Status.OPEN;
            probe = null;
            nextTry = lastAt.plus(wait);
        }
    }

    /** {@return the failure without what belongs to the call that met it: a server's words may be of its prompt, and other calls are told of it} */
    private static ModelRunnerException bare(ModelRunnerException failure) {
        Failure.Builder facts = Failure.of(LogWords.of(failure))
                .adapter(failure.adapter().orElse(null))
                .endpoint(failure.endpoint().orElse(null));
        failure.remedies().forEach(remedy -> facts.remedy(remedy.command(), remedy.when()));
        return failure.with(facts.build());
    }

    /** What ends before the step is asked says nothing of it, and what is refused here alone may have been refused by the adapter. */
    private static boolean isUndecided(ModelRunnerException failure) {
        return failure instanceof CancelledException
                || failure instanceof InvalidRequestException
                || (failure instanceof RequestRefusedException && failure.elsewhere())
                || (failure instanceof TimedOutException late && late.phase() == Phase.QUEUE);
    }

    private static boolean isDown(ModelRunnerException failure) {
        return failure instanceof RunnerUnreachableException
                || failure instanceof TimedOutException
                || failure instanceof ModelLoadingException // which comes when the wait for it is over
                || failure instanceof BrokenAnswerException;
    }

    /** {@return why the step is skipped now: its last failure, of which it says how long ago it was} */
    synchronized Optional<ModelRunnerException> whySkipped() {
        ModelRunnerException failure = last;
        if (failure == null) {
            return Optional.empty(); // it has answered a moment ago
        }
        long ago = Math.max(0, Duration.between(lastAt, clock.instant()).toSeconds());
        String what = "skipped, as it was down " + ago + " s ago: " + failure.what();
        return Optional.of(failure.with(failure.failure().toBuilder(what).build()));
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
