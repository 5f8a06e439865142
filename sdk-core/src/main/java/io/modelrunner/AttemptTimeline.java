package io.modelrunner;

import java.io.Serializable;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

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
        return plus(new AttemptTimeline(List.of(attempt)));
    }

    /**
     * {@return this timeline and another behind it}
     *
     * @param later the other; not null
     */
    public AttemptTimeline plus(AttemptTimeline later) {
        List<Attempt> both = new ArrayList<>(attempts);
        both.addAll(later.attempts);
        return new AttemptTimeline(both);
    }

    /**
     * {@return the tries as a table, a line each: number of the step of the chain, or of the try if there is no chain; start, milliseconds in the queue, to the
     * headers, to the first token and in all, adapter, model, endpoint, outcome}
     */
    @Override
    public String toString() {
        StringBuilder table = new StringBuilder();
        int steps = width(" #", Attempt::step);
        int adapters = width("adapter", Attempt::adapter);
        int models = width("model", AttemptTimeline::model);
        int endpoints = width("endpoint", Attempt::endpoint);
        String row = "%" + steps + "s  %-24s  %8s  %8s  %8s  %8s  %-" + adapters + "s  %-" + models + "s  %-"
                + endpoints + "s  %s%n";
        table.append(String.format(
                Locale.ROOT,
                row,
                "#",
                "started",
                "queued",
                "loaded",
                "first",
                "ms",
                "adapter",
                "model",
                "endpoint",
                "outcome"));
        int number = 1;
        for (Attempt attempt : attempts) {
            table.append(String.format(
                    Locale.ROOT,
                    row,
                    attempt.step().isEmpty() ? number : attempt.step(),
                    attempt.started().truncatedTo(ChronoUnit.MILLIS),
                    attempt.queued().toMillis(),
                    millis(attempt.loaded()),
                    millis(attempt.firstToken()),
                    attempt.took().toMillis(),
                    attempt.adapter(),
                    model(attempt),
                    attempt.endpoint(),
                    attempt.outcome().lines().findFirst().orElse("")));
            number++;
        }
        return table.toString();
    }

    private int width(String heading, Function<Attempt, String> cell) {
        return attempts.stream().map(cell).mapToInt(String::length).reduce(heading.length(), Math::max);
    }

    private static String model(Attempt attempt) {
        return attempt.model().map(ModelName::text).orElse("-");
    }

    private static String millis(Optional<Duration> time) {
        return time.map(Duration::toMillis).map(String::valueOf).orElse("-");
    }
}
