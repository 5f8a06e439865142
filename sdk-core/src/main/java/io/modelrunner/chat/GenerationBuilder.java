package io.modelrunner.chat;

import static java.util.Objects.requireNonNull;

import io.modelrunner.Timeouts;
import io.modelrunner.internal.Checks;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings that chats and text completions share: how to generate, and how to send.
 *
 * @param <B> the builder that inherits them
 */
abstract class GenerationBuilder<B extends GenerationBuilder<B>> {
    private Sampling sampling;
    private @Nullable Integer maxTokens;
    private List<String> stop;
    private final Map<String, @Nullable Object> extra;
    private final Map<String, String> headers;
    private Timeouts timeouts;

    GenerationBuilder(Generation from) {
        this.sampling = from.sampling();
        this.maxTokens = from.limit();
        this.stop = from.stop();
        this.extra = new LinkedHashMap<>(from.extra());
        this.headers = new LinkedHashMap<>(from.headers());
        this.timeouts = from.timeouts();
    }

    abstract B self();

    Generation generation() {
        return new Generation(sampling, maxTokens, stop, extra, headers, timeouts);
    }

    /**
     * Sets how freely tokens are chosen.
     *
     * @param value 0 (the likeliest each time) to 2
     * @return this
     */
    public B temperature(double value) {
        this.sampling = sampling.temperature(value);
        return self();
    }

    /**
     * Chooses among the likeliest tokens that together have this probability.
     *
     * @param value 0 to 1
     * @return this
     */
    public B topP(double value) {
        this.sampling = sampling.topP(value);
        return self();
    }

    /**
     * Chooses among this many of the likeliest tokens.
     *
     * @param value 0 (all) to 1,000,000
     * @return this
     */
    public B topK(int value) {
        this.sampling = sampling.topK(value);
        return self();
    }

    /**
     * Drops tokens less likely than this part of the likeliest one's probability.
     *
     * @param value 0 to 1
     * @return this
     */
    public B minP(double value) {
        this.sampling = sampling.minP(value);
        return self();
    }

    /**
     * Makes the random choice repeatable. The number above the bound, and -1, are refused: to llama.cpp they mean another choice each
     * time, as no seed does.
     *
     * @param value 0 to 4,294,967,294
     * @return this
     */
    public B seed(long value) {
        this.sampling = sampling.seed(value);
        return self();
    }

    /**
     * Makes tokens that were used at all less likely.
     *
     * @param value -2 to 2
     * @return this
     */
    public B presencePenalty(double value) {
        this.sampling = sampling.presencePenalty(value);
        return self();
    }

    /**
     * Makes tokens less likely the more often they were used.
     *
     * @param value -2 to 2
     * @return this
     */
    public B frequencyPenalty(double value) {
        this.sampling = sampling.frequencyPenalty(value);
        return self();
    }

    /**
     * Adds to the logits of tokens.
     *
     * @param biases -100 to 100 by token id, at most 10,000; copied
     * @return this
     */
    public B logitBias(Map<Integer, Double> biases) {
        this.sampling = sampling.logitBias(biases);
        return self();
    }

    /**
     * Limits the answer; one that reaches the limit ends with {@link FinishReason#LENGTH}.
     *
     * @param value at least 1 token
     * @return this
     */
    public B maxTokens(int value) {
        this.maxTokens = (int) Checks.between(value, 1, Integer.MAX_VALUE, "maxTokens");
        return self();
    }

    /**
     * Ends the answer at any of these strings; they are not part of it.
     *
     * @param strings at most 32, each 1 to 1,000 characters; replaces earlier ones
     * @return this
     */
    public B stop(String... strings) {
        List<String> checked = List.of(strings);
        Checks.size(checked.size(), 0, 32, "stop");
        checked.forEach(string -> Checks.length(string, 1, 1_000, "stop"));
        this.stop = checked;
        return self();
    }

    /**
     * Adds a field that the SDK has no name for, such as {@code grammar}; it goes into the request as it is.
     *
     * @param name 1 to 64 letters, digits, {@code _}, {@code .} or {@code -}; none that has a method here, nor {@code n}
     * @param value strings, numbers, booleans, nulls, lists and maps of these; copied
     * @return this
     */
    public B extra(String name, @Nullable Object value) {
        extra.put(ExtraFields.name(name), ExtraFields.value(name, value));
        return self();
    }

    /**
     * Sets limits of waiting for this request; what is not set in them is the client's.
     *
     * @param limits not null
     * @return this
     */
    public B timeouts(Timeouts limits) {
        this.timeouts = requireNonNull(limits, "timeouts");
        return self();
    }

    /**
     * Sends a header with this request, besides those of the client; of the same name it goes before the client's.
     *
     * @param name 1 to 100 characters of a token
     * @param value at most 8,192 characters, none of them a control character
     * @return this
     */
    public B header(String name, String value) {
        Checks.header(name, value);
        headers.put(name, value);
        return self();
    }
}
