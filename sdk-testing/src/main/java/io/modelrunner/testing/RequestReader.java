package io.modelrunner.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads HTTP/1.1 requests, one after the other, from a connection. */
final class RequestReader {
    private static final int LONGEST_LINE = 65_536;

    private final InputStream in;

    RequestReader(InputStream in) {
        this.in = in;
    }

    /** {@return a request without its body, or null if the client sends no more} */
    @Nullable
    ReceivedRequest head() throws IOException {
        String line = line();
        if (line == null) {
            return null;
        }
        String[] parts = line.split(" ", 3);
        if (parts.length != 3 || !parts[2].startsWith("HTTP/1.")) {
            throw new IOException("this is not a request line: " + line);
        }
        Map<String, String> headers = new TreeMap<>();
        for (String header = nextLine(); !header.isEmpty(); header = nextLine()) {
            int colon = header.indexOf(':');
            String name = header.substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT);
            headers.merge(name, header.substring(colon + 1).strip(), (one, more) -> one + ", " + more);
        }
        return new ReceivedRequest(parts[0], parts[1], Collections.unmodifiableMap(headers), "");
    }

    /** {@return the body of a request, put together if it comes in chunks} */
    byte[] body(ReceivedRequest head) throws IOException {
        boolean chunked = head.header("transfer-encoding")
                .filter("chunked"::equalsIgnoreCase)
                .isPresent();
        int length = head.header("content-length").map(Integer::parseInt).orElse(0);
        return chunked ? chunks() : bytes(length);
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            String size = nextLine();
            int extension = size.indexOf(';');
            int length = Integer.parseInt((extension < 0 ? size : size.substring(0, extension)).strip(), 16);
            body.write(bytes(length));
            if (length == 0) {
                skipTrailers();
                return body.toByteArray();
            }
            nextLine();
        }
    }

    private void skipTrailers() throws IOException {
        String trailer = nextLine();
        while (!trailer.isEmpty()) {
            trailer = nextLine();
        }
    }

    private byte[] bytes(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the client sent " + bytes.length + " bytes of " + length);
        }
        return bytes;
    }

    private String nextLine() throws IOException {
        String line = line();
        if (line == null) {
            throw new EOFException("the client stopped in the middle of a request");
        }
        return line;
    }

    private @Nullable String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0 && line.size() < LONGEST_LINE; b = in.read()) {
            if (b == '\n') {
                return line.toString(ISO_8859_1).stripTrailing();
            }
            line.write(b);
        }
        if (line.size() == 0) {
            return null;
        }
        throw new EOFException("the client stopped in the middle of a line, or the line is too long");
    }
}
