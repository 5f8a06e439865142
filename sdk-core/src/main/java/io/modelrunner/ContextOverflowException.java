package io.modelrunner;

import java.util.OptionalInt;

/**
 * The prompt is longer than the context of the model.
 *
 * <p>llama.cpp names both counts in the fields {@code n_prompt_tokens} and {@code n_ctx} of its error (recorded from the
 * runner).
 */
public class ContextOverflowException extends RequestRefusedException {
    private static final long serialVersionUID = 1L;

    private final int promptTokens;
    private final int contextTokens;

    /**
     * Makes the exception.
     *
     * @param failure the facts; not null
     * @param promptTokens length of the prompt in tokens; negative if unknown
     * @param contextTokens size of the context in tokens; negative if unknown
     */
    public ContextOverflowException(Failure failure, int promptTokens, int contextTokens) {
        super(failure);
        this.promptTokens = promptTokens;
        this.contextTokens = contextTokens;
    }

    /** {@return the length of the prompt in tokens, if the server named it} */
    public OptionalInt promptTokens() {
        return promptTokens < 0 ? OptionalInt.empty() : OptionalInt.of(promptTokens);
    }

    /** {@return the size of the context in tokens, if the server named it} */
    public OptionalInt contextTokens() {
        return contextTokens < 0 ? OptionalInt.empty() : OptionalInt.of(contextTokens);
    }

    @Override
    public ContextOverflowException with(Failure facts) {
        return new ContextOverflowException(facts, promptTokens, contextTokens);
    }
}
