package io.modelrunner.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Cuts server-sent events out of a stream of bytes, in place, wherever the pieces of the network end.
 *
 * <p>Of each event only the data counts: lines of {@code data:} with or without a space behind the colon, several joined by
 * line ends; comments and other fields are skipped. A line {@code error: …}, which older llama.cpp servers send in
 * mid-stream, counts as data too, as its content is the same JSON. Lines end with LF or CRLF.
 */
final class SseReader {
    /** The longest event that is read; a longer one is an error, not a reason to run out of memory. */
    static final int LONGEST_EVENT = 16 * 1024 * 1024;

    private static final int BUFFER = 32 * 1024;
    private static final byte[] DATA = "data:".getBytes(US_ASCII);
    private static final byte[] ERROR = "error:".getBytes(US_ASCII);

    private final InputStream in;
    private byte[] buffer = new byte[BUFFER];
    private int lineStart;
    private int scanned;
    private int filled;

    /** The data of the event: a part of the buffer, or joined lines. */
    private byte[] data = buffer;

    private int dataStart;
    private int dataEnd = -1;
    private boolean joined;

    SseReader(InputStream in) {
        this.in = in;
    }

    /** {@return the array that holds the data of the event} Valid until the next call of {@link #next()}. */
    byte[] data() {
        return data;
    }

    int start() {
        return dataStart;
    }

    int length() {
        return dataEnd - dataStart;
    }

    /**
     * {@return whether there is another event} An event that the end of the stream cuts off is none.
     *
     * @throws EventTooLongException if an event is longer than {@link #LONGEST_EVENT}
     */
    boolean next() throws IOException {
        forget();
        while (true) {
            int end = lineEnd();
            if (end < 0) {
                boolean unfinished = dataEnd < 0;
                return !unfinished;
            }
            boolean carriageReturn = end > lineStart && buffer[end - 1] == '\r';
            if (take(lineStart, carriageReturn ? end - 1 : end)) {
                lineStart = end + 1;
                return true;
            }
            lineStart = end + 1;
        }
    }

    private void forget() {
        data = buffer;
        dataEnd = -1;
        joined = false;
    }

    /** Takes a line; {@return whether it was the empty one that ends an event}. */
    private boolean take(int from, int to) {
        if (from == to) {
            return dataEnd >= 0;
        }
        int value = value(from, to);
        if (value >= 0) {
            addLine(value, to);
        }
        return false;
    }

    /** {@return where the value of a data or error line begins, -1 for other lines} */
    private int value(int from, int to) {
        int colon;
        if (startsWith(from, to, DATA)) {
            colon = from + DATA.length - 1;
        } else if (startsWith(from, to, ERROR)) {
            colon = from + ERROR.length - 1;
        } else {
            return -1;
        }
        return colon + 1 < to && buffer[colon + 1] == ' ' ? colon + 2 : colon + 1;
    }

    private boolean startsWith(int from, int to, byte[] word) {
        if (to - from < word.length) {
            return false;
        }
        for (int i = 0; i < word.length; i++) {
            if (buffer[from + i] != word[i]) {
                return false;
            }
        }
        return true;
    }

    private void addLine(int from, int to) {
        if (dataEnd < 0) {
            dataStart = from;
            dataEnd = to;
            return;
        }
        int soFar = dataEnd - dataStart;
        byte[] both = new byte[soFar + 1 + to - from];
        System.arraycopy(data, dataStart, both, 0, soFar);
        both[soFar] = '\n';
        System.arraycopy(buffer, from, both, soFar + 1, to - from);
        data = both;
        dataStart = 0;
        dataEnd = both.length;
        joined = true;
    }

    /** {@return the index of the next line end, reading as needed; -1 if the stream ends before one} */
    private int lineEnd() throws IOException {
        scanned = Math.max(scanned, lineStart);
        while (true) {
            byte[] bytes = buffer;
            int most = filled;
            for (int i = scanned; i < most; i++) {
                if (bytes[i] == '\n') {
                    scanned = i + 1;
                    return i;
                }
            }
            scanned = most;
            if (!fill()) {
                return -1;
            }
        }
    }

    private boolean fill() throws IOException {
        if (filled == buffer.length) {
            makeRoom();
        }
        int read = in.read(buffer, filled, buffer.length - filled);
        if (read < 0) {
            return false;
        }
        filled += read;
        return true;
    }

    /** Moves what is still needed, the line and data before it, to the front, into a larger buffer if it is full of that. */
    private void makeRoom() throws EventTooLongException {
        boolean inPlace = dataEnd >= 0 && !joined;
        int keep = inPlace ? Math.min(dataStart, lineStart) : lineStart;
        int length = filled - keep;
        if (length + (joined ? dataEnd : 0) > LONGEST_EVENT) {
            throw new EventTooLongException();
        }
        byte[] target = length > buffer.length / 2 ? Arrays.copyOf(buffer, buffer.length * 2) : buffer;
        System.arraycopy(buffer, keep, target, 0, length);
        if (inPlace) {
            dataStart -= keep;
            dataEnd -= keep;
        }
        if (!joined) {
            data = target;
        }
        buffer = target;
        lineStart -= keep;
        scanned -= keep;
        filled = length;
    }

    /** An event has no end in sight. */
    static final class EventTooLongException extends IOException {
        private static final long serialVersionUID = 1L;

        EventTooLongException() {
            super("an event has more than " + LONGEST_EVENT + " bytes");
        }
    }
}
