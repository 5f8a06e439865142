package io.modelrunner.chat;

import static java.util.Objects.requireNonNull;

import io.modelrunner.internal.Checks;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How the model chooses among the next tokens; what is not set is left to the server. Immutable. */
public final class Sampling {
    /** llama.cpp's LLAMA_DEFAULT_SEED, 0xFFFFFFFF, is one above: it asks for another seed each time. */
    private static final long HIGHEST_SEED = 0xFFFF_FFFEL;

    private static final Sampling UNSET = new Sampling(new Values());

    private final Values values;

    private Sampling(Values values) {
        this.values = values;
    }

    static Sampling unset() {
        return UNSET;
    }

    /** {@return whether nothing is set} */
    public boolean isUnset() {
        Values v = values;
        return v.temperature == null
                && v.topP == null
                && v.topK == null
                && v.minP == null
                && v.seed == null
                && v.presencePenalty == null
                && v.frequencyPenalty == null
                && v.logitBias.isEmpty();
    }

    /** {@return the temperature, 0 to 2; 0 takes the likeliest token each time} */
    public OptionalDouble temperature() {
        return optional(values.temperature);
    }

    /** {@return the part of the probability that is chosen from, 0 to 1} */
    public OptionalDouble topP() {
        return optional(values.topP);
    }

    /** {@return how many of the likeliest tokens are chosen from; 0 for all} */
    public OptionalInt topK() {
        return values.topK == null ? OptionalInt.empty() : OptionalInt.of(values.topK);
    }

    /** {@return the least probability of a token, relative to the likeliest one, 0 to 1} */
    public OptionalDouble minP() {
        return optional(values.minP);
    }

    /** {@return the seed of the random choice, 0 to 4,294,967,294} */
    public OptionalLong seed() {
        return values.seed == null ? OptionalLong.empty() : OptionalLong.of(values.seed);
    }

    /** {@return the penalty for tokens that were used at all, -2 to 2} */
    public OptionalDouble presencePenalty() {
        return optional(values.presencePenalty);
    }

    /** {@return the penalty for tokens by how often they were used, -2 to 2} */
    public OptionalDouble frequencyPenalty() {
        return optional(values.frequencyPenalty);
    }

    /** {@return what is added to the logits of tokens, by token id; immutable, in order of the ids} */
    public Map<Integer, Double> logitBias() {
        return values.logitBias;
    }

    private static OptionalDouble optional(@Nullable Double value) {
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    Sampling temperature(double value) {
        Values copy = new Values(values);
        copy.temperature = Checks.between(value, 0, 2, "temperature");
        return new Sampling(copy);
    }

    Sampling topP(double value) {
        Values copy = new Values(values);
        copy.topP = Checks.between(value, 0, 1, "topP");
        return new Sampling(copy);
    }

    Sampling topK(int value) {
        Values copy = new Values(values);
        copy.topK = (int) Checks.between(value, 0, 1_000_000, "topK");
        return new Sampling(copy);
    }

    Sampling minP(double value) {
        Values copy = new Values(values);
        copy.minP = Checks.between(value, 0, 1, "minP");
        return new Sampling(copy);
    }

    Sampling seed(long value) {
        Values copy = new Values(values);
        copy.seed = Checks.between(value, 0, HIGHEST_SEED, "seed");
        return new Sampling(copy);
    }

    Sampling presencePenalty(double value) {
        Values copy = new Values(values);
        copy.presencePenalty = Checks.between(value, -2, 2, "presencePenalty");
        return new Sampling(copy);
    }

    Sampling frequencyPenalty(double value) {
        Values copy = new Values(values);
        copy.frequencyPenalty = Checks.between(value, -2, 2, "frequencyPenalty");
        return new Sampling(copy);
    }

    Sampling logitBias(Map<Integer, Double> biases) {
        Map<Integer, Double> sorted = new TreeMap<>(requireNonNull(biases, "logitBias"));
        Checks.size(sorted.size(), 0, 10_000, "logitBias");
        sorted.forEach((token, bias) -> {
            Checks.between(token, 0, Integer.MAX_VALUE, "logitBias token");
            Checks.between(bias, -100, 100, "logitBias");
        });
        Values copy = new Values(values);
        copy.logitBias = Collections.unmodifiableMap(sorted);
        return new Sampling(copy);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Sampling that && values.all().equals(that.values.all());
    }

    @Override
    public int hashCode() {
        return values.all().hashCode();
    }

    /** The bare values; changed only before the {@link Sampling} around them is handed out. */
    private static final class Values {
        private @Nullable Double temperature;
        private @Nullable Double topP;
        private @Nullable Integer topK;
        private @Nullable Double minP;
        private @Nullable Long seed;
        private @Nullable Double presencePenalty;
        private @Nullable Double frequencyPenalty;
        private Map<Integer, Double> logitBias = Map.of();

        private Values() {}

        private Values(Values from) {
            this.temperature = from.temperature;
            this.topP = from.topP;
            this.topK = from.topK;
            this.minP = from.minP;
            this.seed = from.seed;
            this.presencePenalty = from.presencePenalty;
            this.frequencyPenalty = from.frequencyPenalty;
            this.logitBias = from.logitBias;
        }

        private List<@Nullable Object> all() {
            return Arrays.asList(temperature, topP, topK, minP, seed, presencePenalty, frequencyPenalty, logitBias);
        }
    }
}
