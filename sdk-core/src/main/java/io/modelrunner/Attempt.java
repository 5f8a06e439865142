package io.modelrunner;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One try to get an answer, and where its time went. Immutable. */
public final class Attempt implements Serializable {
    private static final long serialVersionUID = 1L;

    /** What came of a try. */
    public enum Result {
        /** It has given the answer. */
        ANSWERED,
        /** It was asked, and gave none. */
        FAILED,
        /** It was not asked: a step of a {@linkplain io.modelrunner.fallback.Fallback chain} that was down a moment before. */
        SKIPPED,
        /** It was not asked: a step of a chain that can't carry the request, or would pull what was not found. */
        REFUSED
    }

    private static final String ANSWERED = "answered";

    private final String step;
    private final String adapter;
    private final @Nullable ModelName model;
    private final String endpoint;
    private final Instant started;
    private final Duration queued;
    private final @Nullable Duration loaded;
    private final @Nullable Duration firstToken;
    private final Duration took;
    private final Result result;
    private final String outcome;

    private Attempt(Builder builder) {
        this.step = builder.step;
        this.adapter = builder.adapter;
        this.model = builder.model;
        this.endpoint = builder.endpoint;
        this.started = builder.started;
        this.queued = builder.queued;
        this.loaded = builder.loaded;
        this.firstToken = builder.firstToken;
        this.took = builder.took;
        this.result = builder.result;
        this.outcome = builder.outcome;
    }

    /**
     * {@return a builder of a try that took no time, and has failed unless its outcome is {@code answered}}
     *
     * @param adapter the name of the adapter that tried; not null
     * @param endpoint the address or command that was asked; not null
     * @param started when it began; not null
     * @param outcome why it ended: {@code answered}, or what went wrong; not null
     */
    public static Builder builder(String adapter, String endpoint, Instant started, String outcome) {
        return new Builder(adapter, endpoint, started, outcome);
    }

    /** {@return a builder that has all that is set here} */
    public Builder toBuilder() {
        return new Builder(adapter, endpoint, started, outcome)
                .step(step)
                .model(model)
                .queued(queued)
                .loaded(loaded)
                .firstToken(firstToken)
                .took(took)
                .result(result);
    }

    /**
     * {@return the number of the step in its {@linkplain io.modelrunner.fallback.Fallback chain}, from 1; within a chain that is
     * itself a step, both numbers, such as {@code 2.1}; empty if there is no chain}
     */
    public String step() {
        return step;
    }

    /** {@return the name of the adapter that tried} */
    public String adapter() {
        return adapter;
    }

    /** {@return the model that was asked for; empty if it was not for one} */
    public Optional<ModelName> model() {
        return Optional.ofNullable(model);
    }

    /** {@return the address or command that was asked; empty if none was} */
    public String endpoint() {
        return endpoint;
    }

    /** {@return when it began, after it had waited for its turn} */
    public Instant started() {
        return started;
    }

    /** {@return how long it waited for its turn in this program, before it began; zero if it did not} */
    public Duration queued() {
        return queued;
    }

    /**
     * {@return how long the runner took from the beginning to the headers of a streamed answer: connecting, and loading the model
     * where it must be loaded} Empty if no headers came, if the answer was not streamed, and for the {@code docker model} command,
     * which does not tell.
     */
    public Optional<Duration> loaded() {
        return Optional.ofNullable(loaded);
    }

    /** {@return how long it took from the beginning to the first event of a streamed answer; empty if none came} */
    public Optional<Duration> firstToken() {
        return Optional.ofNullable(firstToken);
    }

    /** {@return how long it took from its beginning to its end} */
    public Duration took() {
        return took;
    }

    /** {@return what came of it} */
    public Result result() {
        return result;
    }

    /** {@return why it ended: {@code answered}, or what went wrong; for people} */
    public String outcome() {
        return outcome;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Attempt that && facts().equals(that.facts());
    }

    @Override
    public int hashCode() {
        return facts().hashCode();
    }

    private List<@Nullable Object> facts() {
        return Arrays.asList(
                step, adapter, model, endpoint, started, queued, loaded, firstToken, took, result, outcome);
    }

    /** {@return adapter, endpoint, time and outcome} */
    @Override
    public String toString() {
        return "Attempt[" + (step.isEmpty() ? "" : step + " ") + adapter + " " + endpoint + " " + took + ": " + outcome
                + "]";
    }

    /** Sets the facts of a try. Not safe for use by several threads. */
    public static final class Builder {
        private final String adapter;
        private final String endpoint;
        private final Instant started;
        private final String outcome;
        private String step = "";
        private @Nullable ModelName model;
        private Duration queued = Duration.ZERO;
        private @Nullable Duration loaded;
        private @Nullable Duration firstToken;
        private Duration took = Duration.ZERO;
        private Result result;

        private Builder(String adapter, String endpoint, Instant started, String outcome) {
            this.adapter = requireNonNull(adapter, "adapter");
            this.endpoint = requireNonNull(endpoint, "endpoint");
            this.started = requireNonNull(started, "started");
            this.outcome = requireNonNull(outcome, "outcome");
            this.result = outcome.equals(ANSWERED) ? Result.ANSWERED : Result.FAILED;
        }

        /**
         * Says which step of a chain it was.
         *
         * @param number the number, from 1, or numbers with dots between; not null
         * @return this
         */
        public Builder step(String number) {
            this.step = requireNonNull(number, "number");
            return this;
        }

        /**
         * Says which model was asked for.
         *
         * @param asked null if it was not for one
         * @return this
         */
        public Builder model(@Nullable ModelName asked) {
            this.model = asked;
            return this;
        }

        /**
         * Says how long it waited for its turn before it began.
         *
         * @param time not null
         * @return this
         */
        public Builder queued(Duration time) {
            this.queued = requireNonNull(time, "time");
            return this;
        }

        /**
         * Says when the headers of a streamed answer came.
         *
         * @param time from the beginning; null if none came
         * @return this
         */
        public Builder loaded(@Nullable Duration time) {
            this.loaded = time;
            return this;
        }

        /**
         * Says when the first event of a streamed answer came.
         *
         * @param time from the beginning; null if none came
         * @return this
         */
        public Builder firstToken(@Nullable Duration time) {
            this.firstToken = time;
            return this;
        }

        /**
         * Says when it ended.
         *
         * @param time from the beginning; not null
         * @return this
         */
        public Builder took(Duration time) {
            this.took = requireNonNull(time, "time");
            return this;
        }

        /**
         * Says what came of it, where the outcome does not.
         *
         * @param what not null
         * @return this
         */
        public Builder result(Result what) {
            this.result = requireNonNull(what, "what");
            return this;
        }

        /** {@return the try} */
        public Attempt build() {
            return new Attempt(this);
        }
    }
}
