package io.modelrunner.store;

import static java.util.Objects.requireNonNull;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.ModelName;
import io.modelrunner.Timeouts;
import io.modelrunner.internal.Checks;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What to bring from a registry, or to take there, and with which token.
 *
 * <p>Immutable. Its text never shows the token.
 */
public final class RegistryRequest {
    private static final int LONGEST_TOKEN = 8_192;

    private final ModelName model;
    private final @Nullable String token;
    private final Timeouts timeouts;

    private RegistryRequest(Builder builder) {
        this.model = builder.model;
        this.token = builder.token;
        this.timeouts = builder.timeouts;
    }

    /**
     * {@return a request without a token}
     *
     * @param model the model's name; not null
     * @throws InvalidRequestException if it can't be a name
     */
    public static RegistryRequest of(String model) {
        return builder(model).build();
    }

    /**
     * {@return a builder}
     *
     * @param model the model's name; not null
     * @throws InvalidRequestException if it can't be a name
     */
    public static Builder builder(String model) {
        ModelName name = ModelName.of(model);
        name.qualified();
        return new Builder(name);
    }

    /** {@return the model, as typed} */
    public ModelName model() {
        return model;
    }

    /** {@return what the registry lets in} */
    public Optional<String> token() {
        return Optional.ofNullable(token);
    }

    /** {@return limits of waiting that go before the adapter's} */
    public Timeouts timeouts() {
        return timeouts;
    }

    @Override
    public String toString() {
        return "RegistryRequest[" + model + (token == null ? "" : ", with a token") + "]";
    }

    /** Collects what to ask for. Not safe for use by several threads. */
    public static final class Builder {
        private final ModelName model;
        private @Nullable String token;
        private Timeouts timeouts = Timeouts.defaults();

        private Builder(ModelName model) {
            this.model = model;
        }

        /**
         * Shows a token to the registry. The runner hands it to the registry's token service as a refresh token, and to
         * Hugging Face as an access token (read in its source, the first seen); a password is of no use here.
         *
         * @param secret 1 to 8192 characters without control characters; never shown; not null
         * @return this
         * @throws InvalidRequestException if it is out of bounds
         */
        public Builder token(String secret) {
            requireNonNull(secret, "token");
            boolean fits = !secret.isEmpty() && secret.length() <= LONGEST_TOKEN;
            boolean clean = secret.chars().noneMatch(Character::isISOControl);
            Checks.that(fits && clean, "token", "1 to 8192 characters, no control characters", "another one");
            this.token = secret;
            return this;
        }

        /**
         * Sets limits of waiting: {@link Timeouts.Phase#LOAD} until the runner begins, which takes as long as two other
         * models are being pulled; {@link Timeouts.Phase#BETWEEN_TOKENS} without a byte of news; {@link Timeouts.Phase#TOTAL}
         * for the whole, without which there is none.
         *
         * @param limits what differs from the adapter's; not null
         * @return this
         */
        public Builder timeouts(Timeouts limits) {
            this.timeouts = requireNonNull(limits, "limits");
            return this;
        }

        /** {@return the request} */
        public RegistryRequest build() {
            return new RegistryRequest(this);
        }
    }
}
