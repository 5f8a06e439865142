package io.modelrunner.http;

import org.jspecify.annotations.Nullable;

/**
 * A line of news of a pull or push.
 *
 * @param kind what it is about
 * @param message what it says; empty if nothing
 * @param layer the layer that grew, null if the line is not about one
 * @param size bytes of that layer
 * @param current bytes of it that are there
 * @param total bytes of all layers, 0 if the server does not say
 */
record TransferLine(Kind kind, String message, @Nullable String layer, long size, long current, long total) {
    /** What a line is about. */
    enum Kind {
        /** A layer grew, or a step was made. */
        PROGRESS,
        /** Something that somebody should know. */
        WARNING,
        /** It failed. */
        ERROR,
        /** It succeeded. */
        SUCCESS
    }

    private static final int LONGEST_ID = 200;
    private static final int LONGEST_MESSAGE = 1_000;

    /** Cuts what a server may make long and is kept; the words of an error are not, as those that count may be the last. */
    TransferLine {
        layer = layer == null ? null : cut(layer, LONGEST_ID);
        message = kind == Kind.ERROR ? message : cut(message, LONGEST_MESSAGE);
    }

    private static String cut(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest);
    }

    /** More than any model has, and little enough for sums of them. */
    private static final double MOST_BYTES = 1L << 46;

    static TransferLine of(Kind kind, String message) {
        return new TransferLine(kind, message, null, 0, 0, 0);
    }

    /** {@return a number of bytes as a server may send it: none, absurd, not a number} */
    static long bytes(double number) {
        return number > 0 ? (long) Math.min(number, MOST_BYTES) : 0;
    }
}
