package io.modelrunner.chat;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * How likely a token of the answer was.
 *
 * @param token the token's text; a part of a character that takes several tokens is shown as the server shows it
 * @param logprob the natural logarithm of its probability, 0 or less
 * @param alternatives the likeliest tokens at this place, likeliest first, without alternatives of their own; immutable,
 *     empty unless asked for
 */
public record TokenLogprob(String token, double logprob, List<TokenLogprob> alternatives) {
    /**
     * Copies the list.
     *
     * @param token the token's text
     * @param logprob the natural logarithm of its probability
     * @param alternatives the likeliest tokens at this place
     */
    public TokenLogprob {
        requireNonNull(token, "token");
        alternatives = List.copyOf(alternatives);
    }

    /** {@return the probability, 0 to 1} */
    public double probability() {
        return Math.exp(logprob);
    }

    /** {@return the numbers, not the token: answers don't belong in logs} */
    @Override
    public String toString() {
        return "TokenLogprob[" + logprob + ", " + alternatives.size() + " alternatives]";
    }
}
