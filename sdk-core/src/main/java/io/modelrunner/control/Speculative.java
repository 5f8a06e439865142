package io.modelrunner.control;

import static java.util.Objects.requireNonNull;

import io.modelrunner.ModelName;
import io.modelrunner.internal.Checks;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Speculative decoding: a small model drafts tokens that the large one only has to check.
 *
 * <p>The draft model must be there when the large one is loaded. Only what is set is known, or is changed. Immutable.
 */
public final class Speculative {
    private final @Nullable ModelName draftModel;
    private final int tokens;
    private final double minAcceptanceRate;

    private Speculative(Builder builder) {
        this.draftModel = builder.draftModel;
        this.tokens = builder.tokens;
        this.minAcceptanceRate = builder.minAcceptanceRate;
    }

    /**
     * {@return speculative decoding with a draft model, the rest as the engine has it}
     *
     * @param draftModel the name of the small model; not null
     */
    public static Speculative of(String draftModel) {
        return builder().draftModel(draftModel).build();
    }

    /** {@return a builder with nothing set} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return the name of the model that drafts} */
    public Optional<ModelName> draftModel() {
        return Optional.ofNullable(draftModel);
    }

    /** {@return how many tokens are drafted at most before they are checked} */
    public OptionalInt tokens() {
        return tokens > 0 ? OptionalInt.of(tokens) : OptionalInt.empty();
    }

    /** {@return how likely a drafted token must be at least} */
    public OptionalDouble minAcceptanceRate() {
        return Double.isNaN(minAcceptanceRate) ? OptionalDouble.empty() : OptionalDouble.of(minAcceptanceRate);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Speculative that
                && draftModel().equals(that.draftModel())
                && tokens == that.tokens
                && Double.compare(minAcceptanceRate, that.minAcceptanceRate) == 0;
    }

    @Override
    public int hashCode() {
        return draftModel().hashCode() * 31 + tokens;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("Speculative[");
        text.append(draftModel == null ? "no draft model" : draftModel.text());
        tokens().ifPresent(most -> text.append(", ").append(most).append(" tokens"));
        minAcceptanceRate().ifPresent(rate -> text.append(", acceptance from ").append(rate));
        return text.append(']').toString();
    }

    /** Collects the settings. Not safe for use by several threads. */
    public static final class Builder {
        private @Nullable ModelName draftModel;
        private int tokens;
        private double minAcceptanceRate = Double.NaN;

        private Builder() {}

        /**
         * Names the model that drafts.
         *
         * @param name its name; not null
         * @return this
         */
        public Builder draftModel(String name) {
            this.draftModel = ModelName.of(requireNonNull(name, "name"));
            return this;
        }

        /**
         * Limits how many tokens are drafted before they are checked.
         *
         * @param most at least 1
         * @return this
         */
        public Builder tokens(int most) {
            this.tokens = (int) Checks.between(most, 1, Integer.MAX_VALUE, "speculative tokens");
            return this;
        }

        /**
         * Says how likely a drafted token must be.
         *
         * @param rate between 0 and 1
         * @return this
         */
        public Builder minAcceptanceRate(double rate) {
            this.minAcceptanceRate = Checks.between(rate, 0, 1, "speculative minAcceptanceRate");
            return this;
        }

        /** {@return the settings} */
        public Speculative build() {
            return new Speculative(this);
        }
    }
}
