package io.modelrunner.control;

import static java.util.Objects.requireNonNull;

import io.modelrunner.ModelName;
import io.modelrunner.adapter.Preloader.Purpose;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A model that is loaded, or is being loaded, with what the runner says of it; only the name is always there.
 *
 * <p>Docker Model Runner gives the name as the request spelled it that loaded the model, and no id; one model has an entry for each
 * purpose that it is loaded for. Ollama knows sizes and the end instead. Immutable.
 */
public final class RunningModel {
    private final ModelName model;
    private final @Nullable String engine;
    private final @Nullable String mode;
    private final @Nullable String id;
    private final @Nullable Instant lastUsed;
    private final @Nullable Instant expires;
    private final @Nullable KeepAlive keepAlive;
    private final boolean inUse;
    private final boolean loading;
    private final long bytes;
    private final int contextTokens;

    private RunningModel(Builder builder) {
        this.model = builder.model;
        this.engine = builder.engine;
        this.mode = builder.mode;
        this.id = builder.id;
        this.lastUsed = builder.lastUsed;
        this.expires = builder.expires;
        this.keepAlive = builder.keepAlive;
        this.inUse = builder.inUse;
        this.loading = builder.loading;
        this.bytes = builder.bytes;
        this.contextTokens = builder.contextTokens;
    }

    /**
     * {@return a builder}
     *
     * @param model the name as the runner has it; not null
     */
    public static Builder builder(ModelName model) {
        return new Builder(model);
    }

    /** {@return the name: of Docker Model Runner, as the request spelled it that loaded the model} */
    public ModelName model() {
        return model;
    }

    /** {@return the engine, such as {@code llama.cpp}} */
    public Optional<String> engine() {
        return Optional.ofNullable(engine);
    }

    /** {@return the runner's word for what it is loaded for, such as {@code completion} or {@code image-generation}} */
    public Optional<String> mode() {
        return Optional.ofNullable(mode);
    }

    /** {@return what it is loaded for, if that is told and the SDK has a name for it} */
    public Optional<Purpose> purpose() {
        return mode().flatMap(Modes::purpose);
    }

    /** {@return its id; only Ollama tells} */
    public Optional<String> id() {
        return Optional.ofNullable(id);
    }

    /** {@return when it was used last; empty while it is in use or loading} */
    public Optional<Instant> lastUsed() {
        return Optional.ofNullable(lastUsed);
    }

    /** {@return when it will be unloaded if nobody uses it; only Ollama tells, and far in the future for never} */
    public Optional<Instant> expires() {
        return Optional.ofNullable(expires);
    }

    /** {@return how long it stays loaded when idle, if that is configured} */
    public Optional<KeepAlive> keepAlive() {
        return Optional.ofNullable(keepAlive);
    }

    /** {@return whether it is answering somebody} */
    public boolean inUse() {
        return inUse;
    }

    /** {@return whether it is not loaded yet} */
    public boolean loading() {
        return loading;
    }

    /** {@return how much memory it takes; only Ollama tells} */
    public OptionalLong bytes() {
        return bytes > 0 ? OptionalLong.of(bytes) : OptionalLong.empty();
    }

    /** {@return the size of its context in tokens; only Ollama tells} */
    public OptionalInt contextTokens() {
        return contextTokens > 0 ? OptionalInt.of(contextTokens) : OptionalInt.empty();
    }

    /** {@return the name and what is known} */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("RunningModel[").append(model);
        engine().ifPresent(value -> text.append(", ").append(value));
        mode().ifPresent(value -> text.append(", ").append(value));
        text.append(loading ? ", loading" : inUse ? ", in use" : "");
        lastUsed().ifPresent(value -> text.append(", last used ").append(value));
        keepAlive().ifPresent(value -> text.append(", keep-alive ").append(value));
        expires().ifPresent(value -> text.append(", until ").append(value));
        return text.append(']').toString();
    }

    /** Collects what is known; a null or a number below 1 means unknown. Not safe for use by several threads. */
    public static final class Builder {
        private final ModelName model;
        private @Nullable String engine;
        private @Nullable String mode;
        private @Nullable String id;
        private @Nullable Instant lastUsed;
        private @Nullable Instant expires;
        private @Nullable KeepAlive keepAlive;
        private boolean inUse;
        private boolean loading;
        private long bytes;
        private int contextTokens;

        private Builder(ModelName model) {
            this.model = requireNonNull(model, "model");
        }

        /**
         * Names the engine.
         *
         * @param name its name; null if unknown
         * @return this
         */
        public Builder engine(@Nullable String name) {
            this.engine = name;
            return this;
        }

        /**
         * Says what it is loaded for.
         *
         * @param word the runner's word; null if unknown
         * @return this
         */
        public Builder mode(@Nullable String word) {
            this.mode = word;
            return this;
        }

        /**
         * Says which model it is.
         *
         * @param value its id; null if unknown
         * @return this
         */
        public Builder id(@Nullable String value) {
            this.id = value;
            return this;
        }

        /**
         * Says when it was used last.
         *
         * @param time the time; null if unknown
         * @return this
         */
        public Builder lastUsed(@Nullable Instant time) {
            this.lastUsed = time;
            return this;
        }

        /**
         * Says when it will be unloaded.
         *
         * @param time the time; null if unknown
         * @return this
         */
        public Builder expires(@Nullable Instant time) {
            this.expires = time;
            return this;
        }

        /**
         * Says how long it stays loaded when idle.
         *
         * @param time what is configured; null if nothing is
         * @return this
         */
        public Builder keepAlive(@Nullable KeepAlive time) {
            this.keepAlive = time;
            return this;
        }

        /**
         * Says whether it is answering somebody.
         *
         * @param value whether it is
         * @return this
         */
        public Builder inUse(boolean value) {
            this.inUse = value;
            return this;
        }

        /**
         * Says whether it is not loaded yet.
         *
         * @param value whether it is loading
         * @return this
         */
        public Builder loading(boolean value) {
            this.loading = value;
            return this;
        }

        /**
         * Says how much memory it takes.
         *
         * @param value bytes; 0 if unknown
         * @return this
         */
        public Builder bytes(long value) {
            this.bytes = value;
            return this;
        }

        /**
         * Says how long its context is.
         *
         * @param value tokens; 0 if unknown
         * @return this
         */
        public Builder contextTokens(int value) {
            this.contextTokens = value;
            return this;
        }

        /** {@return the model} */
        public RunningModel build() {
            return new RunningModel(this);
        }
    }
}
