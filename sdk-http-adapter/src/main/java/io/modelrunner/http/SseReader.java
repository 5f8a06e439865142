package io.modelrunner.http;

import java.io.IOException;
import java.io.InputStream;

/**
 * Cuts server-sent events out of a stream of bytes, in place, wherever the pieces of the network end.
 *
 * <p>Of each event only the data counts: lines of {@code data:} with or without a space behind the colon, several joined by
 * line ends; comments and other fields are skipped. A line {@code error: …}, which older llama.cpp servers send in
 * mid-stream, counts as data too, and is {@linkplain #isError() remembered}. Lines end with LF or CRLF. A byte order mark at the
 * beginning is skipped.
 */
final class SseReader {
    /** The longest event that is read; a longer one is an error, not a reason to run out of memory. */
    static final int LONGEST_EVENT = 16 * 1024 * 1024;

    private static final int BUFFER = 32 * 1024;

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
    private boolean error;
    private boolean begun;

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

    /** {@return whether the data came from a line of {@code error:}} */
    boolean isError() {
        return error;
    }

    /**
     * {@return whether there is another event} A line that the end of the stream cuts off is none; whole lines of data before
     * that end are an event, though the empty line behind them is missing.
     *
     * @throws EventTooLongException if an event is longer than {@link #LONGEST_EVENT}
     */
    boolean next() throws IOException {
        forget();
        while (true) {
            int end = lineEnd();
            if (end < 0) {
                return dataEnd >= 0;
            }
            skipByteOrderMark(end);
            boolean carriageReturn = end > lineStart && buffer[end - 1] == '\r';
            if (take(lineStart, carriageReturn ? end - 1 : end)) {
                lineStart = end + 1;
                return true;
            }
            lineStart = end + 1;
        }
    }

    private void skipByteOrderMark(int end) {
        boolean mark = !begun
                && end - lineStart >= 3
                && buffer[lineStart] == (byte) 0xEF
                && buffer[lineStart + 1] == (byte) 0xBB
                && buffer[lineStart + 2] == (byte) 0xBF;
        lineStart += mark ? 3 : 0;
        begun = true;
    }

    private void forget() {
        data = buffer;
        dataEnd = -1;
        joined = false;
        error = false;
    }

    /** Takes a line; {@return whether it was the empty one that ends an event}. */
    private boolean take(int from, int to) throws EventTooLongException {
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
        if (startsWith(from, to, 'd', 'a', 't', 'a', ':')) {
            colon = from + 4;
        } else if (startsWith(from, to, 'e', 'r', 'r', 'o', 'r', ':')) {
            colon = from + 5;
            error = true;
        } else {
            return -1;
        }
        return colon + 1 < to && buffer[colon + 1] == ' ' ? colon + 2 : colon + 1;
    }

    private boolean startsWith(int from, int to, char... word) {
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

    private void addLine(int from, int to) throws EventTooLongException {
        if (dataEnd < 0) {
            dataStart = from;
            dataEnd = to;
        } else {
            join(from, to);
        }
        if (length() > LONGEST_EVENT) {
            throw new EventTooLongException();
        }
    }

    private void join(int from, int to) {
        int soFar = length();
        int whole = soFar + 1 + to - from;
        if (!joined || whole > data.length) {
            byte[] larger = new byte[Math.max(whole, 2 * soFar)]; // so that many short lines are not copied for each
            System.arraycopy(data, dataStart, larger, 0, soFar);
            data = larger;
            dataStart = 0;
            joined = true;
        }
        data[soFar] = '\n';
        System.arraycopy(buffer, from, data, soFar + 1, to - from);
        dataEnd = whole;
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
        byte[] target = length > buffer.length / 2 ? new byte[larger()] : buffer;
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

    /** Twice the buffer, but little more than the longest event takes. */
    private int larger() {
        return Math.min(buffer.length * 2, LONGEST_EVENT + BUFFER);
    }

    /** An event has no end in sight. */
    static final class EventTooLongException extends IOException {
        private static final long serialVersionUID = 1L;

        EventTooLongException() {
            super("an event has more than " + LONGEST_EVENT + " bytes");
        }
    }
}
