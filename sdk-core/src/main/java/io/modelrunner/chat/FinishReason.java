package io.modelrunner.chat;

import java.util.Locale;

/** Why the model stopped. */
public enum FinishReason {
    /** The answer is at its end, or a stop string was met. */
    STOP,
    /** The limit of tokens was reached, or the context is full: the answer is cut off. */
    LENGTH,
    /** The model asks for tools to be called. */
    TOOL_CALLS,
    /** The server withheld something. */
    CONTENT_FILTER,
    /** A reason that this version does not know; a warning of the response names it. */
    UNKNOWN;

    /**
     * {@return the reason for a word of the OpenAI protocol, {@link #UNKNOWN} for others}
     *
     * @param word such as {@code tool_calls}; not null
     */
    public static FinishReason of(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "stop" -> STOP;
            case "length" -> LENGTH;
            case "tool_calls", "function_call" -> TOOL_CALLS;
            case "content_filter" -> CONTENT_FILTER;
            default -> UNKNOWN;
        };
    }
}
