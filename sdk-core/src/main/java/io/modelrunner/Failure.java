package io.modelrunner;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The facts of a failure, from which a {@link ModelRunnerException} is made.
 *
 * <p>Adapters describe what happened with the builder and hand it to the exception whose category fits. Facts must not
 * contain prompts, keys or environment variables: they end up in logs.
 */
public final class Failure implements Serializable {
    private static final long serialVersionUID = 1L;

    private final String what;

    @SuppressWarnings("serial") // List.copyOf is serializable
    private final List<Remedy> remedies;

    private final @Nullable String adapter;
    private final @Nullable String endpoint;
    private final @Nullable ModelName model;
    private final transient @Nullable Throwable cause;
    private final int status;
    private final String partialText;
    private final AttemptTimeline timeline;

    @SuppressWarnings("serial") // List.copyOf is serializable
    private final List<ModelRunnerException> causes;

    private Failure(Builder facts) {
        this.what = facts.what;
        this.remedies = List.copyOf(facts.remedies);
        this.adapter = facts.adapter;
        this.endpoint = facts.endpoint;
        this.model = facts.model;
        this.cause = facts.cause;
        this.status = facts.status;
        this.partialText = facts.partialText;
        this.timeline = facts.timeline;
        this.causes = List.copyOf(facts.causes);
    }

    /**
     * Begins a description.
     *
     * @param what what happened, one sentence without a full stop; not null
     * @return a builder
     */
    public static Builder of(String what) {
        return new Builder(what);
    }

    /**
     * {@return a builder that has all these facts, but for what happened}
     *
     * @param newWhat what happened, one sentence without a full stop; not null
     */
    public Builder toBuilder(String newWhat) {
        Builder builder = new Builder(newWhat)
                .adapter(adapter)
                .endpoint(endpoint)
                .model(model)
                .cause(cause)
                .status(status)
                .partialText(partialText)
                .timeline(timeline)
                .causes(causes);
        builder.remedies.addAll(remedies);
        return builder;
    }

    /** {@return what happened, without remedies} */
    public String what() {
        return what;
    }

    /** {@return the name of the adapter that failed} */
    public Optional<String> adapter() {
        return Optional.ofNullable(adapter);
    }

    /** {@return the address that was asked} */
    public Optional<String> endpoint() {
        return Optional.ofNullable(endpoint);
    }

    /** {@return the model that was asked for, as typed} */
    public Optional<ModelName> model() {
        return Optional.ofNullable(model);
    }

    /** {@return the HTTP status, if there was one} */
    public OptionalInt status() {
        return status == 0 ? OptionalInt.empty() : OptionalInt.of(status);
    }

    /** {@return what the user can do, most likely first; immutable} */
    public List<Remedy> remedies() {
        return remedies;
    }

    /** {@return what arrived of the answer before the failure; empty if nothing did} */
    public String partialText() {
        return partialText;
    }

    /** {@return the tries that led to the failure; empty if the adapter keeps none} */
    public AttemptTimeline timeline() {
        return timeline;
    }

    /** {@return what each step of a chain failed with, in order; immutable, empty if there was no chain} */
    public List<ModelRunnerException> causes() {
        return causes;
    }

    @Nullable
    Throwable cause() {
        return cause;
    }

    String message() {
        return remedies.isEmpty() ? what : what + "\n  → " + remedies.get(0);
    }

    /** Collects the facts; not safe for use by several threads. */
    public static final class Builder {
        private final String what;
        private final List<Remedy> remedies = new ArrayList<>();
        private @Nullable String adapter;
        private @Nullable String endpoint;
        private @Nullable ModelName model;
        private @Nullable Throwable cause;
        private int status;
        private String partialText = "";
        private AttemptTimeline timeline = AttemptTimeline.empty();
        private List<ModelRunnerException> causes = List.of();

        private Builder(String what) {
            this.what = requireNonNull(what, "what");
        }

        /**
         * Names the adapter.
         *
         * @param name its {@code name()}; null if unknown
         * @return this
         */
        public Builder adapter(@Nullable String name) {
            this.adapter = name;
            return this;
        }

        /**
         * Names the address.
         *
         * @param address a URL without credentials; null if there is none
         * @return this
         */
        public Builder endpoint(@Nullable String address) {
            this.endpoint = address;
            return this;
        }

        /**
         * Names the model.
         *
         * @param name the model as it was asked for; null if the failure has nothing to do with one
         * @return this
         */
        public Builder model(@Nullable ModelName name) {
            this.model = name;
            return this;
        }

        /**
         * Keeps the HTTP status.
         *
         * @param code the status; 0 for none
         * @return this
         */
        public Builder status(int code) {
            this.status = code;
            return this;
        }

        /**
         * Keeps what caused the failure.
         *
         * @param throwable the cause; null for none
         * @return this
         */
        public Builder cause(@Nullable Throwable throwable) {
            this.cause = throwable;
            return this;
        }

        /**
         * Adds something the user can do.
         *
         * @param command what to type or change
         * @param when when it helps; may be empty
         * @return this
         */
        public Builder remedy(String command, String when) {
            remedies.add(new Remedy(command, when));
            return this;
        }

        /**
         * Keeps what arrived of the answer.
         *
         * @param text the text so far; empty if none
         * @return this
         */
        public Builder partialText(String text) {
            this.partialText = requireNonNull(text, "partialText");
            return this;
        }

        /**
         * Keeps the tries that led to the failure.
         *
         * @param tries the last of them is the one that failed
         * @return this
         */
        public Builder timeline(AttemptTimeline tries) {
            this.timeline = requireNonNull(tries, "tries");
            return this;
        }

        /**
         * Keeps what the steps of a chain failed with.
         *
         * @param ofSteps one for each step that was reached, in order; not null
         * @return this
         */
        public Builder causes(List<ModelRunnerException> ofSteps) {
            this.causes = requireNonNull(ofSteps, "ofSteps");
            return this;
        }

        /** {@return the facts} */
        public Failure build() {
            return new Failure(this);
        }
    }
}
