package io.modelrunner;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A model that a runner serves, with what the runner says of it; only the name is always there.
 *
 * <p>Sizes and counts of parameters are texts for people, such as {@code 361.82M}: that is how the runner gives them.
 * Immutable.
 */
public final class Model {
    private final ModelName name;
    private final @Nullable String id;
    private final List<ModelName> tags;
    private final @Nullable Instant created;
    private final @Nullable String owner;
    private final @Nullable String architecture;
    private final @Nullable String parameters;
    private final @Nullable String quantization;
    private final @Nullable String size;
    private final @Nullable String format;
    private final Map<String, String> metadata;
    private final int contextTokens;
    private final long bytes;

    private Model(Builder builder) {
        this.name = builder.name;
        this.id = builder.id;
        this.tags = builder.tags;
        this.format = builder.format;
        this.metadata = builder.metadata;
        this.created = builder.created;
        this.owner = builder.owner;
        this.architecture = builder.architecture;
        this.parameters = builder.parameters;
        this.quantization = builder.quantization;
        this.size = builder.size;
        this.contextTokens = builder.contextTokens;
        this.bytes = builder.bytes;
    }

    /**
     * {@return a builder}
     *
     * @param name the name under which the runner serves the model; not null
     */
    public static Builder builder(ModelName name) {
        return new Builder(name);
    }

    /** {@return a builder that has all that is known here} */
    public Builder toBuilder() {
        Builder builder = builder(name).owner(owner).architecture(architecture).parameters(parameters);
        builder.quantization(quantization)
                .size(size)
                .contextTokens(contextTokens)
                .bytes(bytes);
        return builder.created(created).id(id).tags(tags).format(format).metadata(metadata);
    }

    /** {@return the name under which the runner serves it} */
    public ModelName name() {
        return name;
    }

    /** {@return its id, such as {@code sha256:…}: names may move from one model to another, this does not} */
    public Optional<String> id() {
        return Optional.ofNullable(id);
    }

    /**
     * {@return all names under which the runner serves it; immutable, empty where they are not told, and for a model that has
     * lost its name to another}
     */
    public List<ModelName> tags() {
        return tags;
    }

    /** {@return the format of its files: {@code gguf}, {@code safetensors}} */
    public Optional<String> format() {
        return Optional.ofNullable(format);
    }

    /** {@return what its file says of itself, in the words of its format, such as {@code general.architecture}; immutable} */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** {@return when it was made or packaged} */
    public Optional<Instant> created() {
        return Optional.ofNullable(created);
    }

    /** {@return who owns it, in the server's words: {@code docker}, {@code llamacpp}} */
    public Optional<String> owner() {
        return Optional.ofNullable(owner);
    }

    /** {@return its architecture, such as {@code llama}} */
    public Optional<String> architecture() {
        return Optional.ofNullable(architecture);
    }

    /** {@return the number of its parameters, as text} */
    public Optional<String> parameters() {
        return Optional.ofNullable(parameters);
    }

    /** {@return its quantization, such as {@code MOSTLY_Q8_0}} */
    public Optional<String> quantization() {
        return Optional.ofNullable(quantization);
    }

    /** {@return its size as text, such as {@code 256.35MiB}} */
    public Optional<String> size() {
        return Optional.ofNullable(size);
    }

    /** {@return the size of its context in tokens} */
    public OptionalInt contextTokens() {
        return contextTokens > 0 ? OptionalInt.of(contextTokens) : OptionalInt.empty();
    }

    /** {@return its size in bytes, where the server counts it} */
    public OptionalLong bytes() {
        return bytes > 0 ? OptionalLong.of(bytes) : OptionalLong.empty();
    }

    /** {@return the name and what is known of the model} */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("Model[").append(name);
        architecture().ifPresent(value -> text.append(", ").append(value));
        parameters().ifPresent(value -> text.append(", ").append(value));
        quantization().ifPresent(value -> text.append(", ").append(value));
        contextTokens().ifPresent(value -> text.append(", context ").append(value));
        return text.append(']').toString();
    }

    /** Collects what is known; a null or a number below 1 means unknown. Not safe for use by several threads. */
    public static final class Builder {
        private final ModelName name;
        private @Nullable Instant created;
        private @Nullable String owner;
        private @Nullable String architecture;
        private @Nullable String parameters;
        private @Nullable String quantization;
        private @Nullable String size;
        private @Nullable String id;
        private List<ModelName> tags = List.of();
        private @Nullable String format;
        private Map<String, String> metadata = Map.of();
        private int contextTokens;
        private long bytes;

        private Builder(ModelName name) {
            this.name = requireNonNull(name, "name");
        }

        /**
         * Says what the runner calls it for good.
         *
         * @param value the id; null if unknown
         * @return this
         */
        public Builder id(@Nullable String value) {
            this.id = value;
            return this;
        }

        /**
         * Says under which names it is served.
         *
         * @param names all of them, copied; not null
         * @return this
         */
        public Builder tags(List<ModelName> names) {
            this.tags = List.copyOf(names);
            return this;
        }

        /**
         * Names the format of its files.
         *
         * @param value the format; null if unknown
         * @return this
         */
        public Builder format(@Nullable String value) {
            this.format = value;
            return this;
        }

        /**
         * Says what its file says of itself.
         *
         * @param members by name, copied; not null
         * @return this
         */
        public Builder metadata(Map<String, String> members) {
            this.metadata = Map.copyOf(members);
            return this;
        }

        /**
         * Says when it was made.
         *
         * @param value the time; null if unknown
         * @return this
         */
        public Builder created(@Nullable Instant value) {
            this.created = value;
            return this;
        }

        /**
         * Says who owns it.
         *
         * @param value the owner; null if unknown
         * @return this
         */
        public Builder owner(@Nullable String value) {
            this.owner = value;
            return this;
        }

        /**
         * Names the architecture.
         *
         * @param value the architecture; null if unknown
         * @return this
         */
        public Builder architecture(@Nullable String value) {
            this.architecture = value;
            return this;
        }

        /**
         * Says how many parameters it has.
         *
         * @param value the number as text; null if unknown
         * @return this
         */
        public Builder parameters(@Nullable String value) {
            this.parameters = value;
            return this;
        }

        /**
         * Names the quantization.
         *
         * @param value the quantization; null if unknown
         * @return this
         */
        public Builder quantization(@Nullable String value) {
            this.quantization = value;
            return this;
        }

        /**
         * Says how large it is.
         *
         * @param value the size as text; null if unknown
         * @return this
         */
        public Builder size(@Nullable String value) {
            this.size = value;
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

        /**
         * Says how many bytes it has.
         *
         * @param value bytes; 0 if unknown
         * @return this
         */
        public Builder bytes(long value) {
            this.bytes = value;
            return this;
        }

        /** {@return the model} */
        public Model build() {
            return new Model(this);
        }
    }
}
