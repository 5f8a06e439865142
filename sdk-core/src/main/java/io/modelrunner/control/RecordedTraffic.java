package io.modelrunner.control;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A request that the runner passed to an engine, and what the engine answered, as the runner keeps them.
 *
 * <p>Texts are the runner's: a chat request is written anew with its fields in order, pictures are cut to 100 characters, a stream
 * is joined into one answer. All of it may be private, and none of it is in {@link #toString()}. Immutable.
 */
public final class RecordedTraffic {
    private final String id;
    private final String model;
    private final @Nullable String modelId;
    private final String method;
    private final String path;
    private final String request;
    private final @Nullable String response;
    private final @Nullable String error;
    private final @Nullable Instant time;
    private final int status;
    private final @Nullable String userAgent;
    private final @Nullable String origin;

    private RecordedTraffic(Builder builder) {
        this.id = builder.id;
        this.model = builder.model;
        this.modelId = builder.modelId;
        this.method = builder.method;
        this.path = builder.path;
        this.request = builder.request;
        this.response = builder.response;
        this.error = builder.error;
        this.time = builder.time;
        this.status = builder.status;
        this.userAgent = builder.userAgent;
        this.origin = builder.origin;
    }

    /**
     * {@return a builder}
     *
     * @param id the record's id; not null
     * @param model the model as the request spelled it; not null
     */
    public static Builder builder(String id, String model) {
        return new Builder(id, model);
    }

    /** {@return the record's id} */
    public String id() {
        return id;
    }

    /** {@return the model as the request spelled it} */
    public String model() {
        return model;
    }

    /** {@return the model's id} */
    public Optional<String> modelId() {
        return Optional.ofNullable(modelId);
    }

    /** {@return the request's method, such as {@code POST}} */
    public String method() {
        return method;
    }

    /** {@return the request's path, such as {@code /engines/v1/chat/completions}} */
    public String path() {
        return path;
    }

    /** {@return the request's body, JSON text with the prompt in it} */
    public String request() {
        return request;
    }

    /** {@return the body of an answer that was none of an error, JSON text} */
    public Optional<String> response() {
        return Optional.ofNullable(response);
    }

    /** {@return the body of an answer that was an error} */
    public Optional<String> error() {
        return Optional.ofNullable(error);
    }

    /** {@return when it was, in whole seconds} */
    public Optional<Instant> time() {
        return Optional.ofNullable(time);
    }

    /** {@return the status of the answer; 408 if nothing was answered} */
    public OptionalInt status() {
        return status > 0 ? OptionalInt.of(status) : OptionalInt.empty();
    }

    /** {@return what the client called itself} */
    public Optional<String> userAgent() {
        return Optional.ofNullable(userAgent);
    }

    /** {@return through which part of the runner the request came, if not directly} */
    public Optional<String> origin() {
        return Optional.ofNullable(origin);
    }

    /** {@return time, method, path, model and status; never what was asked or answered} */
    @Override
    public String toString() {
        return "RecordedTraffic[" + time + ", " + method + " " + path + ", " + model + ", " + status + "]";
    }

    /** Collects a record; a null means that it has no such part. Not safe for use by several threads. */
    public static final class Builder {
        private final String id;
        private final String model;
        private @Nullable String modelId;
        private String method = "";
        private String path = "";
        private String request = "";
        private @Nullable String response;
        private @Nullable String error;
        private @Nullable Instant time;
        private int status;
        private @Nullable String userAgent;
        private @Nullable String origin;

        private Builder(String id, String model) {
            this.id = requireNonNull(id, "id");
            this.model = requireNonNull(model, "model");
        }

        /**
         * Says which model it is.
         *
         * @param value the model's id; null if unknown
         * @return this
         */
        public Builder modelId(@Nullable String value) {
            this.modelId = value;
            return this;
        }

        /**
         * Sets what was asked.
         *
         * @param verb the method; not null
         * @param where the path; not null
         * @param body the body; not null
         * @return this
         */
        public Builder asked(String verb, String where, String body) {
            this.method = requireNonNull(verb, "verb");
            this.path = requireNonNull(where, "where");
            this.request = requireNonNull(body, "body");
            return this;
        }

        /**
         * Sets what was answered.
         *
         * @param code the status; 0 if unknown
         * @param body the body of an answer without an error; null if there is none
         * @param errorBody the body of an answer with one; null if there is none
         * @return this
         */
        public Builder answered(int code, @Nullable String body, @Nullable String errorBody) {
            this.status = code;
            this.response = body;
            this.error = errorBody;
            return this;
        }

        /**
         * Says when it was.
         *
         * @param value the time; null if unknown
         * @return this
         */
        public Builder time(@Nullable Instant value) {
            this.time = value;
            return this;
        }

        /**
         * Says who asked.
         *
         * @param agent what the client called itself; null if unknown
         * @param way through which part of the runner the request came; null if directly
         * @return this
         */
        public Builder from(@Nullable String agent, @Nullable String way) {
            this.userAgent = agent;
            this.origin = way;
            return this;
        }

        /** {@return the record} */
        public RecordedTraffic build() {
            return new RecordedTraffic(this);
        }
    }
}
