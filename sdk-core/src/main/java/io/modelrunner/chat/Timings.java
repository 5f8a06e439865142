package io.modelrunner.chat;

import java.time.Duration;

/**
 * How long the engine took, by its own clock; only llama.cpp says so.
 *
 * <p>Read from the fields {@code prompt_n}, {@code prompt_ms}, {@code predicted_n} and {@code predicted_ms} of its
 * {@code timings} (recorded). Immutable.
 */
public final class Timings {
    private final int promptTokens;
    private final double promptMillis;
    private final int completionTokens;
    private final double completionMillis;

    private Timings(int promptTokens, double promptMillis, int completionTokens, double completionMillis) {
        this.promptTokens = promptTokens;
        this.promptMillis = promptMillis;
        this.completionTokens = completionTokens;
        this.completionMillis = completionMillis;
    }

    /**
     * {@return timings}
     *
     * @param promptTokens tokens of the prompt that were computed, those in the cache not among them
     * @param promptMillis milliseconds that took
     * @param completionTokens tokens that were generated
     * @param completionMillis milliseconds that took
     */
    public static Timings of(int promptTokens, double promptMillis, int completionTokens, double completionMillis) {
        return new Timings(promptTokens, promptMillis, completionTokens, completionMillis);
    }

    /** {@return the tokens of the prompt that were computed, those in the cache not among them} */
    public int promptTokens() {
        return promptTokens;
    }

    /** {@return how long reading the prompt took} */
    public Duration prompt() {
        return duration(promptMillis);
    }

    /** {@return the tokens that were generated} */
    public int completionTokens() {
        return completionTokens;
    }

    /** {@return how long generating took} */
    public Duration completion() {
        return duration(completionMillis);
    }

    /** {@return generated tokens per second; 0 if no time was measured} */
    public double tokensPerSecond() {
        return completionMillis > 0 ? completionTokens * 1_000.0 / completionMillis : 0;
    }

    private static Duration duration(double millis) {
        return Duration.ofNanos(Math.round(millis * 1_000_000));
    }

    @Override
    public String toString() {
        return "Timings[prompt " + promptTokens + " in " + prompt() + ", completion " + completionTokens + " in "
                + completion() + "]";
    }
}
