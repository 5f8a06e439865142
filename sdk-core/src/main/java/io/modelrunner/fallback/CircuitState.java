package io.modelrunner.fallback;

import java.time.Instant;
import java.util.Optional;

/**
 * What a chain thinks of one of its steps.
 *
 * @param step the number of the step, from 1
 * @param adapter the name of its adapter
 * @param status whether it is asked
 * @param failures how many times in a row it was down, those included when it was asked as the last that is left
 * @param nextTry from when on the next call tries it again, past if there was none since; empty unless it is open
 * @param lastFailure kind and place of what it failed with last, nothing that a server said; empty if it has answered since
 */
public record CircuitState(
        int step,
        String adapter,
        Status status,
        int failures,
        Optional<Instant> nextTry,
        Optional<String> lastFailure) {
    /** Whether a step is asked. */
    public enum Status {
        /** It is. */
        CLOSED,
        /** It was down, and is skipped as long as another step answers. */
        OPEN,
        /** One call asks it now, to see whether it is back; the others skip it. */
        HALF_OPEN
    }
}
