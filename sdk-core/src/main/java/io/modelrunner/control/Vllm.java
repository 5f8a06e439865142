package io.modelrunner.control;

import static java.util.Objects.requireNonNull;

import io.modelrunner.internal.Checks;
import io.modelrunner.internal.JsonSyntax;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What only vLLM knows of. Only what is set is known, or is changed. Immutable. */
public final class Vllm {
    private final Map<String, String> hfOverrides;
    private final double gpuMemoryUtilization;

    private Vllm(Builder builder) {
        this.hfOverrides = Collections.unmodifiableMap(new LinkedHashMap<>(builder.hfOverrides));
        this.gpuMemoryUtilization = builder.gpuMemoryUtilization;
    }

    /** {@return a builder with nothing set} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return overrides of the model's Hugging Face configuration, as JSON texts by name; immutable} */
    public Map<String, String> hfOverrides() {
        return hfOverrides;
    }

    /** {@return the part of the GPU's memory to use} */
    public OptionalDouble gpuMemoryUtilization() {
        return Double.isNaN(gpuMemoryUtilization) ? OptionalDouble.empty() : OptionalDouble.of(gpuMemoryUtilization);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Vllm that
                && hfOverrides.equals(that.hfOverrides)
                && Double.compare(gpuMemoryUtilization, that.gpuMemoryUtilization) == 0;
    }

    @Override
    public int hashCode() {
        return hfOverrides.hashCode() * 31 + Double.hashCode(gpuMemoryUtilization);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("Vllm[hf-overrides ").append(hfOverrides.keySet());
        gpuMemoryUtilization().ifPresent(part -> text.append(", GPU memory ").append(part));
        return text.append(']').toString();
    }

    /** Collects the settings. Not safe for use by several threads. */
    public static final class Builder {
        private static final Pattern KEY = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,199}");
        private static final int LONGEST = 1_000_000;

        private final Map<String, String> hfOverrides = new LinkedHashMap<>();
        private double gpuMemoryUtilization = Double.NaN;

        private Builder() {}

        /**
         * Overrides a member of the model's Hugging Face configuration.
         *
         * @param key letters, digits and {@code _}, the first no digit, 200 at most; those of objects within the value too
         * @param json the value as JSON text, such as {@code 4096}, {@code "yarn"} with its quotes, or an object
         * @return this
         */
        public Builder hfOverride(String key, String json) {
            requireNonNull(key, "key");
            Checks.that(
                    KEY.matcher(key).matches(),
                    "hf-overrides key",
                    "1 to 200 letters, digits or '_', the first no digit",
                    Checks.quoted(key));
            hfOverrides.put(key, JsonSyntax.value(json, LONGEST, "hf-overrides value"));
            return this;
        }

        /**
         * Sets which part of the GPU's memory to use; vLLM's own default is 0.9.
         *
         * @param part between 0 and 1
         * @return this
         */
        public Builder gpuMemoryUtilization(double part) {
            this.gpuMemoryUtilization = Checks.between(part, 0, 1, "gpuMemoryUtilization");
            return this;
        }

        /** {@return the settings} */
        public Vllm build() {
            return new Vllm(this);
        }
    }
}
