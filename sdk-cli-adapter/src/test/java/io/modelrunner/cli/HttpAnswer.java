package io.modelrunner.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

/** The answer of a runner, read as it comes; one that is cut says so where its framing tells. */
final class HttpAnswer extends InputStream {
    private static final long WITHOUT_LENGTH = -1;

    private final InputStream in;
    private final Closeable connection;
    private int status;
    private boolean chunked;
    private boolean first = true;
    private boolean eventStream;
    private long left = WITHOUT_LENGTH;

    private HttpAnswer(InputStream in, Closeable connection) {
        this.in = in;
        this.connection = connection;
    }

    static HttpAnswer read(InputStream in, Closeable connection) throws IOException {
        HttpAnswer answer = new HttpAnswer(new BufferedInputStream(in), connection);
        answer.status = Integer.parseInt(answer.line().split(" ")[1]);
        for (String line = answer.line(); !line.isEmpty(); line = answer.line()) {
            answer.header(line.toLowerCase(Locale.ROOT).replace(" ", ""));
        }
        if (answer.chunked) {
            answer.left = 0;
        }
        return answer;
    }

    private void header(String line) {
        chunked |= line.equals("transfer-encoding:chunked");
        eventStream |= line.startsWith("content-type:text/event-stream");
        if (line.startsWith("content-length:")) {
            left = Long.parseLong(line.substring("content-length:".length()));
        }
    }

    int status() {
        return status;
    }

    boolean isEventStream() {
        return eventStream;
    }

    @Override
    public int read() throws IOException {
        if (chunked && left == 0) {
            nextChunk();
        }
        if (left == 0) {
            return -1;
        }
        int one = in.read();
        if (left > 0) {
            left--;
            if (one < 0) {
                throw new EOFException("unexpected EOF");
            }
        }
        return one;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        int one = length == 0 ? 0 : read(); // one by one: text is handed on as soon as it is there
        if (one < 0 || length == 0) {
            return one;
        }
        into[from] = (byte) one;
        return 1;
    }

    private void nextChunk() throws IOException {
        if (!first) {
            line();
        }
        first = false;
        left = Long.parseLong(line().trim(), 16);
        chunked = left > 0; // after the last one there is nothing more
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int one = in.read(); one != '\n'; one = in.read()) {
            if (one < 0) {
                throw new EOFException("unexpected EOF");
            }
            line.write(one);
        }
        return line.toString(ISO_8859_1).stripTrailing();
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
