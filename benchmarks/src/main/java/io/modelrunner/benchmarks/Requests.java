package io.modelrunner.benchmarks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Cuts requests out of a connection. */
final class Requests {
    private final byte[] buffer = new byte[8 * 1024];
    private int filled;

    /** {@return the body of the next request, null if the client has closed} Waits for it. */
    @Nullable
    String next(InputStream in) throws IOException {
        while (true) {
            String body = poll();
            if (body != null) {
                return body;
            }
            int read = in.read(buffer, filled, buffer.length - filled);
            if (read <= 0) {
                return null;
            }
            filled += read;
        }
    }

    /** Takes what has come over a channel that does not wait; {@return whether the client is still there} */
    boolean fill(ReadableByteChannel channel) throws IOException {
        int read = channel.read(ByteBuffer.wrap(buffer, filled, buffer.length - filled));
        filled += Math.max(0, read);
        return read >= 0;
    }

    /** {@return the body of the next request, null if it has not come whole} */
    @Nullable
    String poll() {
        String soFar = new String(buffer, 0, filled, ISO_8859_1);
        int headEnd = soFar.indexOf("\r\n\r\n") + 4;
        if (headEnd < 4) {
            return null;
        }
        int end = headEnd + contentLength(soFar.substring(0, headEnd));
        if (end > filled) {
            return null;
        }
        System.arraycopy(buffer, end, buffer, 0, filled - end);
        filled -= end;
        return soFar.substring(headEnd, end);
    }

    private static int contentLength(String head) {
        String name = "\r\ncontent-length:";
        int found = head.toLowerCase(Locale.ROOT).indexOf(name);
        return found < 0
                ? 0
                : Integer.parseInt(head.substring(found + name.length(), head.indexOf("\r\n", found + 2))
                        .strip());
    }
}
