package io.modelrunner.chat;

import io.modelrunner.internal.Checks;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** How many tokens a request took, as the server counted them. Immutable. */
public final class Usage {
    private final int promptTokens;
    private final int completionTokens;
    private final int cachedTokens;

    private Usage(int promptTokens, int completionTokens, int cachedTokens) {
        this.promptTokens = promptTokens;
        this.completionTokens = completionTokens;
        this.cachedTokens = cachedTokens;
    }

    /**
     * {@return counts}
     *
     * @param promptTokens tokens of the prompt, not negative
     * @param completionTokens tokens of the answer, not negative
     */
    public static Usage of(int promptTokens, int completionTokens) {
        Checks.between(promptTokens, 0, Integer.MAX_VALUE, "prompt tokens");
        Checks.between(completionTokens, 0, Integer.MAX_VALUE, "completion tokens");
        return new Usage(promptTokens, completionTokens, -1);
    }

    /**
     * {@return the same counts with the cached tokens}
     *
     * @param tokens tokens of the prompt that the server had in its cache; negative if unknown
     */
    public Usage withCachedTokens(int tokens) {
        return new Usage(promptTokens, completionTokens, Math.max(tokens, -1));
    }

    /** {@return the tokens of the prompt, cached ones included} */
    public int promptTokens() {
        return promptTokens;
    }

    /** {@return the tokens of the answer, reasoning included} */
    public int completionTokens() {
        return completionTokens;
    }

    /** {@return the tokens of prompt and answer, at most 2,147,483,647} */
    public int totalTokens() {
        return (int) Math.min(Integer.MAX_VALUE, (long) promptTokens + completionTokens);
    }

    /** {@return the tokens of the prompt that came from the server's cache, if it says so} */
    public OptionalInt cachedTokens() {
        return cachedTokens < 0 ? OptionalInt.empty() : OptionalInt.of(cachedTokens);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Usage that
                && promptTokens == that.promptTokens
                && completionTokens == that.completionTokens
                && cachedTokens == that.cachedTokens;
    }

    @Override
    public int hashCode() {
        return (promptTokens * 31 + completionTokens) * 31 + cachedTokens;
    }

    @Override
    public String toString() {
        String cached = cachedTokens < 0 ? "" : " (" + cachedTokens + " cached)";
        return "Usage[" + promptTokens + " prompt" + cached + " + " + completionTokens + " completion]";
    }
}
