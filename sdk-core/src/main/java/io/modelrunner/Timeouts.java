package io.modelrunner;

import static java.util.Objects.requireNonNull;

import io.modelrunner.internal.Checks;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How long each phase of a call may take; every wait has an end and a name.
 *
 * <p>The limits are deadlines of a phase, not pauses between bytes: a server that trickles one byte a second is timed
 * out all the same. A limit that is not set has its default, so that the timeouts of a request, laid
 * {@linkplain #over(Timeouts) over} those of its client, change only what they name. They hold for each adapter that is asked: a
 * {@link io.modelrunner.fallback.Fallback} begins them anew with each step. Immutable.
 */
public final class Timeouts {
    /** A phase of a call. */
    public enum Phase {
        /**
         * Until a call may begin, where a {@link io.modelrunner.decorator.ConcurrencyLimit} has it wait for its turn; 2 minutes by
         * default. The other phases, {@link #TOTAL} and {@link #ANSWER} too, begin behind it.
         */
        QUEUE("queue", Duration.ofMinutes(2)),
        /** Until the connection stands; 2 seconds by default. */
        CONNECT("connect", Duration.ofSeconds(2)),
        /** Streamed answers: from the request to the response's headers, while the runner loads; 5 minutes. */
        LOAD("load", Duration.ofMinutes(5)),
        /** Streamed answers: from the headers to the first event, while the prompt is read; 2 minutes. */
        FIRST_TOKEN("first token", Duration.ofMinutes(2)),
        /** Streamed answers: from one event to the next; 60 seconds. */
        BETWEEN_TOKENS("between tokens", Duration.ofSeconds(60)),
        /** The whole of a streamed answer; no limit unless set. */
        TOTAL("total", null),
        /** Answers that are not streamed: from the request to the end of the answer; 10 minutes. */
        ANSWER("answer", Duration.ofMinutes(10));

        private final String label;
        private final Optional<Duration> byDefault;

        Phase(String label, @Nullable Duration byDefault) {
            this.label = label;
            this.byDefault = Optional.ofNullable(byDefault);
        }

        /** {@return its name in plain words, such as {@code first token}} */
        public String label() {
            return label;
        }

        /** {@return the name of the method of {@link Builder} that limits it, such as {@code firstToken}} */
        public String setter() {
            return switch (this) {
                case QUEUE -> "queue";
                case CONNECT -> "connect";
                case LOAD -> "load";
                case FIRST_TOKEN -> "firstToken";
                case BETWEEN_TOKENS -> "betweenTokens";
                case TOTAL -> "total";
                case ANSWER -> "answer";
            };
        }
    }

    private static final Duration LONGEST = Duration.ofHours(24);
    private static final Timeouts DEFAULTS = builder().build();

    private final Map<Phase, Duration> limits;

    private Timeouts(Map<Phase, Duration> limits) {
        this.limits = limits;
    }

    /** {@return the timeouts that apply where nothing is set} */
    public static Timeouts defaults() {
        return DEFAULTS;
    }

    /** {@return a builder with nothing set} */
    public static Builder builder() {
        return new Builder(new EnumMap<>(Phase.class));
    }

    /** {@return a builder with what is set here} */
    public Builder toBuilder() {
        return new Builder(new EnumMap<>(limits));
    }

    /**
     * {@return the limit of a phase} Empty only for {@link Phase#TOTAL} when it is not set.
     *
     * @param phase the phase; not null
     */
    public Optional<Duration> of(Phase phase) {
        Duration limit = limits.get(phase);
        return limit == null ? phase.byDefault : Optional.of(limit);
    }

    /**
     * {@return whether a limit was set for a phase, and is not its default}
     *
     * @param phase the phase; not null
     */
    public boolean isSet(Phase phase) {
        return limits.containsKey(phase);
    }

    /**
     * {@return these limits, and those of {@code below} where none is set here}
     *
     * @param below the timeouts below; not null
     */
    public Timeouts over(Timeouts below) {
        if (limits.isEmpty()) {
            return below;
        }
        Map<Phase, Duration> both = new EnumMap<>(Phase.class);
        both.putAll(below.limits);
        both.putAll(limits);
        return new Timeouts(both);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Timeouts that && limits.equals(that.limits);
    }

    @Override
    public int hashCode() {
        return limits.hashCode();
    }

    /** {@return what is set, by name} */
    @Override
    public String toString() {
        return "Timeouts" + limits;
    }

    /** Sets limits; each between 1 millisecond and 24 hours. Not safe for use by several threads. */
    public static final class Builder {
        private final Map<Phase, Duration> limits;

        private Builder(Map<Phase, Duration> limits) {
            this.limits = limits;
        }

        /**
         * Limits a phase.
         *
         * @param phase the phase; not null
         * @param limit 1 ms to 24 h; not null
         * @return this
         * @throws InvalidRequestException if the limit is out of bounds
         */
        public Builder limit(Phase phase, Duration limit) {
            requireNonNull(phase, "phase");
            requireNonNull(limit, "limit");
            Checks.that(
                    limit.compareTo(Duration.ofMillis(1)) >= 0 && limit.compareTo(LONGEST) <= 0,
                    "timeout " + phase.label,
                    "between PT0.001S and PT24H",
                    limit);
            limits.put(phase, limit);
            return this;
        }

        /**
         * Limits the wait for a turn, where calls are limited by a {@link io.modelrunner.decorator.ConcurrencyLimit}.
         *
         * @param limit 1 ms to 24 h
         * @return this
         */
        public Builder queue(Duration limit) {
            return limit(Phase.QUEUE, limit);
        }

        /**
         * Limits connecting.
         *
         * @param limit 1 ms to 24 h
         * @return this
         */
        public Builder connect(Duration limit) {
            return limit(Phase.CONNECT, limit);
        }

        /**
         * Limits the wait for the headers of a streamed answer.
         *
         * @param limit 1 ms to 24 h
         * @return this
         */
        public Builder load(Duration limit) {
            return limit(Phase.LOAD, limit);
        }

        /**
         * Limits the wait for the first event of a streamed answer.
         *
         * @param limit 1 ms to 24 h
         * @return this
         */
        public Builder firstToken(Duration limit) {
            return limit(Phase.FIRST_TOKEN, limit);
        }

        /**
         * Limits the wait for each further event of a streamed answer.
         *
         * @param limit 1 ms to 24 h
         * @return this
         */
        public Builder betweenTokens(Duration limit) {
            return limit(Phase.BETWEEN_TOKENS, limit);
        }

        /**
         * Limits a streamed answer as a whole.
         *
         * @param limit 1 ms to 24 h
         * @return this
         */
        public Builder total(Duration limit) {
            return limit(Phase.TOTAL, limit);
        }

        /**
         * Limits an answer that is not streamed.
         *
         * @param limit 1 ms to 24 h
         * @return this
         */
        public Builder answer(Duration limit) {
            return limit(Phase.ANSWER, limit);
        }

        /** {@return the timeouts} */
        public Timeouts build() {
            return new Timeouts(new EnumMap<>(limits));
        }
    }
}
