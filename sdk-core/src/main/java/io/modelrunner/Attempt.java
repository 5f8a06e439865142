package io.modelrunner;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;

/**
 * One try to get an answer.
 *
 * @param adapter the name of the adapter that tried
 * @param endpoint the address that was asked
 * @param started when it began
 * @param took how long it took until it ended or, for an answer that is streamed, began
 * @param outcome why it ended: {@code answered}, or what went wrong
 */
public record Attempt(String adapter, String endpoint, Instant started, Duration took, String outcome)
        implements Serializable {
    /**
     * Checks that no part is null.
     *
     * @param adapter the name of the adapter that tried
     * @param endpoint the address that was asked
     * @param started when it began
     * @param took how long it took
     * @param outcome why it ended
     */
    public Attempt {
        requireNonNull(adapter, "adapter");
        requireNonNull(endpoint, "endpoint");
        requireNonNull(started, "started");
        requireNonNull(took, "took");
        requireNonNull(outcome, "outcome");
    }
}
