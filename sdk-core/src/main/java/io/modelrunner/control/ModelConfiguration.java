package io.modelrunner.control;

import static java.util.Objects.requireNonNull;

import io.modelrunner.ModelName;
import io.modelrunner.adapter.Preloader.Purpose;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What a runner has stored for a model, an engine and a purpose; where a setting is empty, the engine's or the model's own
 * applies. Immutable.
 *
 * <p>Docker Model Runner keeps configurations in memory: they are gone when it is restarted, and when everything is
 * {@linkplain RunnerControl#unloadAll() unloaded}.
 */
public final class ModelConfiguration {
    private final String engine;
    private final String mode;
    private final @Nullable ModelName model;
    private final @Nullable String modelId;
    private final @Nullable Integer contextSize;
    private final List<String> runtimeFlags;
    private final @Nullable KeepAlive keepAlive;
    private final @Nullable Integer reasoningBudget;
    private final @Nullable Speculative speculative;
    private final @Nullable Vllm vllm;

    private ModelConfiguration(Builder builder) {
        this.engine = builder.engine;
        this.mode = builder.mode;
        this.model = builder.model;
        this.modelId = builder.modelId;
        this.contextSize = builder.contextSize;
        this.runtimeFlags = builder.runtimeFlags;
        this.keepAlive = builder.keepAlive;
        this.reasoningBudget = builder.reasoningBudget;
        this.speculative = builder.speculative;
        this.vllm = builder.vllm;
    }

    /**
     * {@return a builder}
     *
     * @param engine the engine's name; not null
     * @param mode the runner's word for the purpose, such as {@code completion}; not null
     */
    public static Builder builder(String engine, String mode) {
        return new Builder(engine, mode);
    }

    /** {@return the engine, such as {@code llama.cpp}} */
    public String engine() {
        return engine;
    }

    /** {@return the runner's word for the purpose, such as {@code completion} or {@code image-generation}} */
    public String mode() {
        return mode;
    }

    /** {@return the purpose, if it is one that the SDK has a name for} */
    public Optional<Purpose> purpose() {
        return Modes.purpose(mode);
    }

    /** {@return the model's first tag; empty if it has none} */
    public Optional<ModelName> model() {
        return Optional.ofNullable(model);
    }

    /** {@return the model's id} */
    public Optional<String> modelId() {
        return Optional.ofNullable(modelId);
    }

    /** {@return the size of the context in tokens} */
    public OptionalInt contextSize() {
        return contextSize == null ? OptionalInt.empty() : OptionalInt.of(contextSize);
    }

    /** {@return the flags that the engine is started with; immutable} One of them may be a key. */
    public List<String> runtimeFlags() {
        return runtimeFlags;
    }

    /** {@return how long the idle model stays loaded; 5 minutes if empty} */
    public Optional<KeepAlive> keepAlive() {
        return Optional.ofNullable(keepAlive);
    }

    /** {@return the limit of reasoning in tokens; -1 for none, 0 for no reasoning} */
    public OptionalInt reasoningBudget() {
        return reasoningBudget == null ? OptionalInt.empty() : OptionalInt.of(reasoningBudget);
    }

    /** {@return speculative decoding} */
    public Optional<Speculative> speculative() {
        return Optional.ofNullable(speculative);
    }

    /** {@return vLLM's own settings} */
    public Optional<Vllm> vllm() {
        return Optional.ofNullable(vllm);
    }

    /** {@return what is set; of flags only their number, as one may be a key} */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("ModelConfiguration[").append(engine);
        text.append(", ").append(mode);
        model().ifPresent(name -> text.append(", ").append(name));
        contextSize().ifPresent(tokens -> text.append(", context ").append(tokens));
        keepAlive().ifPresent(time -> text.append(", keep-alive ").append(time));
        reasoningBudget().ifPresent(tokens -> text.append(", reasoning ").append(tokens));
        speculative().ifPresent(settings -> text.append(", ").append(settings));
        vllm().ifPresent(settings -> text.append(", ").append(settings));
        if (!runtimeFlags.isEmpty()) {
            text.append(", ").append(runtimeFlags.size()).append(" flags");
        }
        return text.append(']').toString();
    }

    /** Collects what is stored; a null means not set. Not safe for use by several threads. */
    public static final class Builder {
        private final String engine;
        private final String mode;
        private @Nullable ModelName model;
        private @Nullable String modelId;
        private @Nullable Integer contextSize;
        private List<String> runtimeFlags = List.of();
        private @Nullable KeepAlive keepAlive;
        private @Nullable Integer reasoningBudget;
        private @Nullable Speculative speculative;
        private @Nullable Vllm vllm;

        private Builder(String engine, String mode) {
            this.engine = requireNonNull(engine, "engine");
            this.mode = requireNonNull(mode, "mode");
        }

        /**
         * Names the model.
         *
         * @param name its first tag; null if it has none
         * @return this
         */
        public Builder model(@Nullable ModelName name) {
            this.model = name;
            return this;
        }

        /**
         * Says which model it is.
         *
         * @param id its id; null if unknown
         * @return this
         */
        public Builder modelId(@Nullable String id) {
            this.modelId = id;
            return this;
        }

        /**
         * Sets the size of the context.
         *
         * @param tokens the size; null if not set
         * @return this
         */
        public Builder contextSize(@Nullable Integer tokens) {
            this.contextSize = tokens;
            return this;
        }

        /**
         * Sets the flags.
         *
         * @param flags none if not set; copied
         * @return this
         */
        public Builder runtimeFlags(List<String> flags) {
            this.runtimeFlags = List.copyOf(flags);
            return this;
        }

        /**
         * Sets how long the idle model stays loaded.
         *
         * @param time the time; null if not set
         * @return this
         */
        public Builder keepAlive(@Nullable KeepAlive time) {
            this.keepAlive = time;
            return this;
        }

        /**
         * Sets the limit of reasoning.
         *
         * @param tokens the limit; null if not set
         * @return this
         */
        public Builder reasoningBudget(@Nullable Integer tokens) {
            this.reasoningBudget = tokens;
            return this;
        }

        /**
         * Sets speculative decoding.
         *
         * @param settings null if not set
         * @return this
         */
        public Builder speculative(@Nullable Speculative settings) {
            this.speculative = settings;
            return this;
        }

        /**
         * Sets vLLM's own settings.
         *
         * @param settings null if not set
         * @return this
         */
        public Builder vllm(@Nullable Vllm settings) {
            this.vllm = settings;
            return this;
        }

        /** {@return the configuration} */
        public ModelConfiguration build() {
            return new ModelConfiguration(this);
        }
    }
}
