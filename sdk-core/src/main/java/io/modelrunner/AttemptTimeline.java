package io.modelrunner;

import java.io.Serializable;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The tries behind an answer or a failure, in order; {@link #toString()} prints them as a table. Immutable.
 *
 * @param attempts the tries, oldest first; immutable
 */
public record AttemptTimeline(@SuppressWarnings("serial") List<Attempt> attempts) implements Serializable {
    private static final AttemptTimeline EMPTY = new AttemptTimeline(List.of());

    /**
     * Copies the list.
     *
     * @param attempts the tries, oldest first
     */
    public AttemptTimeline {
        attempts = List.copyOf(attempts);
    }

    /** {@return a timeline without tries} */
    public static AttemptTimeline empty() {
        return EMPTY;
    }

    /**
     * {@return this timeline and one try more}
     *
     * @param attempt the try; not null
     */
    public AttemptTimeline plus(Attempt attempt) {
        List<Attempt> more = new ArrayList<>(attempts);
        more.add(attempt);
        return new AttemptTimeline(more);
    }

    /** {@return the tries as a table: number, start, milliseconds, adapter, endpoint, outcome; a line each} */
    @Override
    public String toString() {
        StringBuilder table = new StringBuilder();
        int adapters = width("adapter", attempts.stream().map(Attempt::adapter).toList());
        int endpoints =
                width("endpoint", attempts.stream().map(Attempt::endpoint).toList());
        String row = "%2s  %-24s  %8s  %-" + adapters + "s  %-" + endpoints + "s  %s%n";
        table.append(String.format(Locale.ROOT, row, "#", "started", "ms", "adapter", "endpoint", "outcome"));
        int number = 1;
        for (Attempt attempt : attempts) {
            String outcome = attempt.outcome().lines().findFirst().orElse("");
            table.append(String.format(
                    Locale.ROOT,
                    row,
                    number++,
                    attempt.started().truncatedTo(ChronoUnit.MILLIS),
                    attempt.took().toMillis(),
                    attempt.adapter(),
                    attempt.endpoint(),
                    outcome));
        }
        return table.toString();
    }

    private static int width(String heading, List<String> cells) {
        return cells.stream().mapToInt(String::length).reduce(heading.length(), Math::max);
    }
}
