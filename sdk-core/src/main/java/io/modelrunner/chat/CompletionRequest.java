package io.modelrunner.chat;

import static java.util.Objects.requireNonNull;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.ModelName;
import io.modelrunner.Timeouts;
import io.modelrunner.internal.Checks;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A text that a model goes on with, without roles and chat template.
 *
 * <p>Immutable, and checked when it is built: {@code docs/bounds.md} has the bound of every field.
 */
public final class CompletionRequest {
    private final ModelName model;
    private final String prompt;
    private final Generation generation;

    private CompletionRequest(Builder builder) {
        this.model = builder.model;
        this.prompt = builder.prompt;
        this.generation = builder.generation();
    }

    /**
     * {@return a request}
     *
     * @param model the model's name; not null
     * @param prompt the text to go on with, 1 to 10,485,760 characters; not null
     * @throws InvalidRequestException if either is out of bounds
     */
    public static CompletionRequest of(String model, String prompt) {
        return builder(model, prompt).build();
    }

    /**
     * {@return a builder}
     *
     * @param model the model's name; not null
     * @param prompt the text to go on with, 1 to 10,485,760 characters; not null
     * @throws InvalidRequestException if either is out of bounds
     */
    public static Builder builder(String model, String prompt) {
        return new Builder(ModelName.of(model), prompt, Generation.UNSET);
    }

    /** {@return a builder that has all that is set here} */
    public Builder toBuilder() {
        return new Builder(model, prompt, generation);
    }

    /** {@return the model's name as typed} */
    public ModelName model() {
        return model;
    }

    /** {@return the text to go on with} */
    public String prompt() {
        return prompt;
    }

    /** {@return how tokens are chosen} */
    public Sampling sampling() {
        return generation.sampling();
    }

    /** {@return how many tokens the answer may have} */
    public OptionalInt maxTokens() {
        return generation.maxTokens();
    }

    /** {@return strings at which the answer ends, themselves not part of it; immutable} */
    public List<String> stop() {
        return generation.stop();
    }

    /** {@return fields that go into the request as they are, by name; immutable} */
    public Map<String, @Nullable Object> extra() {
        return generation.extra();
    }

    /** {@return headers that go with this request alone, by name; immutable} */
    public Map<String, String> headers() {
        return generation.headers();
    }

    /** {@return limits of waiting that differ from the client's} */
    public Timeouts timeouts() {
        return generation.timeouts();
    }

    /** {@return the model and the length of the prompt, not its text} */
    @Override
    public String toString() {
        return "CompletionRequest[" + model + ", " + prompt.length() + " characters]";
    }

    /** Collects a request and checks it field by field. Not safe for use by several threads. */
    public static final class Builder extends GenerationBuilder<Builder> {
        private final ModelName model;
        private final String prompt;

        private Builder(ModelName model, String prompt, Generation generation) {
            super(generation);
            this.model = model;
            this.prompt = Checks.length(requireNonNull(prompt, "prompt"), 1, Checks.LONGEST_TEXT, "prompt");
        }

        @Override
        Builder self() {
            return this;
        }

        /** {@return the request} */
        public CompletionRequest build() {
            return new CompletionRequest(this);
        }
    }
}
