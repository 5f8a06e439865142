package io.modelrunner.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** Cuts lines out of a stream of bytes, wherever the pieces of the network end; a line is never longer than a bound. */
final class Lines {
    /** The longest line that is read whole; of a longer one the rest is left out. */
    static final int LONGEST = 1024 * 1024;

    private final InputStream in;
    private final Runnable onBytes;
    private final byte[] buffer = new byte[8 * 1024];
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(512);
    private int from;
    private int filled;

    /** @param onBytes is called before each read */
    Lines(InputStream in, Runnable onBytes) {
        this.in = in;
        this.onBytes = onBytes;
    }

    /** {@return the next line without its end, null if there is none; the last one may lack its end} */
    @Nullable
    String next() throws IOException {
        line.reset();
        while (true) {
            if (from == filled && !fill()) {
                return line.size() == 0 ? null : text();
            }
            int to = from;
            while (to < filled && buffer[to] != '\n') {
                to++;
            }
            line.write(buffer, from, Math.min(to - from, LONGEST - line.size()));
            from = Math.min(to + 1, filled);
            if (to < filled) {
                return text();
            }
        }
    }

    /** Reads to the end of the stream, and gives nothing of it; says nothing of its bytes. */
    void skip() throws IOException {
        in.transferTo(OutputStream.nullOutputStream());
    }

    private boolean fill() throws IOException {
        onBytes.run();
        from = 0;
        filled = Math.max(0, in.read(buffer));
        return filled > 0;
    }

    private String text() {
        String text = line.toString(UTF_8);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }
}
