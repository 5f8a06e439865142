package io.modelrunner.control;

import static java.util.Objects.requireNonNull;

import io.modelrunner.adapter.Preloader.Purpose;
import io.modelrunner.internal.Checks;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What to change of a model's configuration; what is not named stays as it is stored.
 *
 * <pre>{@code
 * ConfigurationChange.builder().contextSize(8_192).keepAlive(KeepAlive.parse("30m")).build()
 * }</pre>
 *
 * <p>Immutable, and checked when it is built.
 */
public final class ConfigurationChange {
    private static final Pattern ENGINE = Pattern.compile("[a-z][a-z0-9._-]{0,63}");

    private final Purpose purpose;
    private final @Nullable String engine;
    private final Set<Setting> resets;
    private final @Nullable Integer contextSize;
    private final @Nullable List<String> runtimeFlags;
    private final @Nullable KeepAlive keepAlive;
    private final @Nullable Integer reasoningBudget;
    private final @Nullable Speculative speculative;
    private final @Nullable Vllm vllm;

    private ConfigurationChange(Builder builder) {
        this.purpose = builder.purpose;
        this.engine = builder.engine;
        this.resets = Collections.unmodifiableSet(EnumSet.copyOf(builder.resets));
        this.contextSize = builder.contextSize;
        this.runtimeFlags = builder.runtimeFlags;
        this.keepAlive = builder.keepAlive;
        this.reasoningBudget = builder.reasoningBudget;
        this.speculative = builder.speculative;
        this.vllm = builder.vllm;
    }

    /** {@return a builder that changes nothing yet} */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * {@return a change of the time that the idle model stays loaded}
     *
     * @param time not null
     */
    public static ConfigurationChange of(KeepAlive time) {
        return builder().keepAlive(time).build();
    }

    /** {@return what the configured process is for; each purpose has a configuration of its own} */
    public Purpose purpose() {
        return purpose;
    }

    /** {@return the engine to configure; that of the adapter's address, or else the model's, if empty} */
    public Optional<String> engine() {
        return Optional.ofNullable(engine);
    }

    /** {@return what is cleared before the rest is set; immutable} */
    public Set<Setting> resets() {
        return resets;
    }

    /** {@return the new size of the context in tokens} */
    public OptionalInt contextSize() {
        return contextSize == null ? OptionalInt.empty() : OptionalInt.of(contextSize);
    }

    /** {@return the new flags, which replace all there were; immutable} */
    public Optional<List<String>> runtimeFlags() {
        return Optional.ofNullable(runtimeFlags);
    }

    /** {@return how long the idle model stays loaded from now on} */
    public Optional<KeepAlive> keepAlive() {
        return Optional.ofNullable(keepAlive);
    }

    /** {@return the new limit of reasoning in tokens; -1 for none, 0 for no reasoning} */
    public OptionalInt reasoningBudget() {
        return reasoningBudget == null ? OptionalInt.empty() : OptionalInt.of(reasoningBudget);
    }

    /** {@return what changes of speculative decoding} */
    public Optional<Speculative> speculative() {
        return Optional.ofNullable(speculative);
    }

    /** {@return what changes of vLLM's own settings} */
    public Optional<Vllm> vllm() {
        return Optional.ofNullable(vllm);
    }

    /** {@return the settings that are changed, cleared ones included; immutable} */
    public Set<Setting> settings() {
        EnumSet<Setting> changed = EnumSet.noneOf(Setting.class);
        changed.addAll(resets);
        add(changed, Setting.CONTEXT_SIZE, contextSize);
        add(changed, Setting.RUNTIME_FLAGS, runtimeFlags);
        add(changed, Setting.KEEP_ALIVE, keepAlive);
        add(changed, Setting.REASONING_BUDGET, reasoningBudget);
        add(changed, Setting.SPECULATIVE, speculative);
        add(changed, Setting.VLLM, vllm);
        return Collections.unmodifiableSet(changed);
    }

    private static void add(Set<Setting> changed, Setting setting, @Nullable Object value) {
        if (value != null) {
            changed.add(setting);
        }
    }

    /** {@return the purpose and the names of what is changed; values are not shown, as a flag may hold a key} */
    @Override
    public String toString() {
        return "ConfigurationChange[" + purpose + ", " + settings() + "]";
    }

    /** Collects a change. Not safe for use by several threads. */
    public static final class Builder {
        private Purpose purpose = Purpose.CHAT;
        private @Nullable String engine;
        private final Set<Setting> resets = EnumSet.noneOf(Setting.class);
        private @Nullable Integer contextSize;
        private @Nullable List<String> runtimeFlags;
        private @Nullable KeepAlive keepAlive;
        private @Nullable Integer reasoningBudget;
        private @Nullable Speculative speculative;
        private @Nullable Vllm vllm;

        private Builder() {}

        /**
         * Says what the configured process is for. A model that is used for chats and embeddings has two processes, each with
         * a configuration of its own.
         *
         * @param use {@link Purpose#CHAT} unless set; not null
         * @return this
         */
        public Builder purpose(Purpose use) {
            this.purpose = requireNonNull(use, "use");
            return this;
        }

        /**
         * Names the engine to configure. Docker Model Runner checks flags by the list of the engine that is named, even
         * where the model's format then decides for another: name {@code vllm} for flags of vLLM.
         *
         * @param name such as {@code llama.cpp} or {@code vllm}; not null
         * @return this
         */
        public Builder engine(String name) {
            requireNonNull(name, "name");
            Checks.that(
                    ENGINE.matcher(name).matches(),
                    "engine",
                    "1 to 64 lower-case letters, digits, '.', '_' or '-', the first a letter",
                    Checks.quoted(name));
            this.engine = name;
            return this;
        }

        /**
         * Sets the size of the context.
         *
         * @param tokens at least 1: llama.cpp does not start with -1
         * @return this
         */
        public Builder contextSize(int tokens) {
            this.contextSize = (int) Checks.between(tokens, 1, Integer.MAX_VALUE, "contextSize");
            return this;
        }

        /**
         * Sets the flags that the engine is started with, in place of all there were. llama.cpp wants a flag and its value apart
         * ({@code "--temp", "0.2"}), vLLM takes them in one as well ({@code "--seed=-1"}).
         *
         * @param flags 1,000 at most, none of them with {@code /} or {@code \}, nor a negative number by itself, as the runner
         *     refuses those for every engine; none at all clears them
         * @return this
         */
        public Builder runtimeFlags(String... flags) {
            return runtimeFlags(List.of(flags));
        }

        /**
         * Sets the flags that the engine is started with, in place of all there were.
         *
         * @param flags as in {@link #runtimeFlags(String...)}; copied
         * @return this
         */
        public Builder runtimeFlags(List<String> flags) {
            this.runtimeFlags = RuntimeFlags.checked(flags);
            return this;
        }

        /**
         * Sets how long the idle model stays loaded.
         *
         * @param time not null
         * @return this
         */
        public Builder keepAlive(KeepAlive time) {
            this.keepAlive = requireNonNull(time, "time");
            return this;
        }

        /**
         * Limits reasoning; llama.cpp only.
         *
         * @param tokens at least 0, which switches reasoning off, or -1 for no limit
         * @return this
         */
        public Builder reasoningBudget(int tokens) {
            this.reasoningBudget = (int) Checks.between(tokens, -1, Integer.MAX_VALUE, "reasoningBudget");
            return this;
        }

        /**
         * Changes what is set there of speculative decoding.
         *
         * @param settings not null
         * @return this
         */
        public Builder speculative(Speculative settings) {
            this.speculative = requireNonNull(settings, "settings");
            return this;
        }

        /**
         * Changes what is set there of vLLM's own settings.
         *
         * @param settings not null
         * @return this
         */
        public Builder vllm(Vllm settings) {
            this.vllm = requireNonNull(settings, "settings");
            return this;
        }

        /**
         * Clears settings, so that the engine's or the model's own apply again. What this change sets besides is set after
         * that, so that a block which is cleared and set is replaced whole.
         *
         * @param settings not null
         * @return this
         */
        public Builder reset(Setting... settings) {
            resets.addAll(List.of(settings));
            return this;
        }

        /** {@return the change} */
        public ConfigurationChange build() {
            ConfigurationChange change = new ConfigurationChange(this);
            Checks.that(!change.settings().isEmpty(), "change", "of one setting at least", "of none");
            return change;
        }
    }
}
