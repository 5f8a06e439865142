package io.modelrunner.internal;

import java.util.Locale;

/**
 * What a server says of an error.
 *
 * @param message its words, empty if it has none
 * @param type its word for the kind, empty if it has none
 * @param promptTokens llama.cpp's {@code n_prompt_tokens}, -1 if missing
 * @param contextTokens llama.cpp's {@code n_ctx}, -1 if missing
 */
public record ServerError(String message, String type, int promptTokens, int contextTokens) {
    private static final int LONGEST_HEADLINE = 300;

    /** {@return an error of which there are words alone} */
    public static ServerError of(String message) {
        return new ServerError(message, "", -1, -1);
    }

    /** {@return the first line of the message, cut to a length that fits an exception} */
    public String headline() {
        String line = message.lines()
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("");
        if (line.length() <= LONGEST_HEADLINE) {
            return line;
        }
        boolean pair = Character.isHighSurrogate(line.charAt(LONGEST_HEADLINE - 1));
        return line.substring(0, LONGEST_HEADLINE - (pair ? 1 : 0)) + "…";
    }

    /** {@return whether the message contains a text, given in lower case} */
    public boolean says(String part) {
        return message.toLowerCase(Locale.ROOT).contains(part);
    }
}
