package io.modelrunner.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.modelrunner.Timeouts.Phase;
import io.modelrunner.control.LogOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.jspecify.annotations.Nullable;

/** The lines of the runner's log, read as they are pulled. */
final class LogLines implements Iterator<String> {
    static final int LONGEST_LINE = 65_536;

    private static final int BUFFER = 8_192;

    private final HttpAdapter adapter;
    private final LogOptions options;
    private final Attempts attempts;
    private final byte[] buffer = new byte[BUFFER];
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int next;
    private int filled;
    private boolean cut;
    private boolean ended;
    private @Nullable Call call;
    private @Nullable InputStream body;
    private @Nullable String ready;

    private LogLines(HttpAdapter adapter, LogOptions options) {
        this.adapter = adapter;
        this.options = options;
        this.attempts = new Attempts(adapter, adapter.timeouts());
    }

    /** {@return the lines; closing it, from any thread, ends the reading} */
    static Stream<String> stream(HttpAdapter adapter, LogOptions options) {
        LogLines lines = new LogLines(adapter, requireNonNull(options, "options"));
        int traits = Spliterator.ORDERED | Spliterator.NONNULL;
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(lines, traits), false)
                .onClose(lines.attempts.cancellation()::cancel);
    }

    @Override
    public boolean hasNext() {
        if (ready == null && !ended) {
            ended = true; // so that what failed is not begun again
            ready = read();
            ended = ready == null;
        }
        return ready != null;
    }

    @Override
    public String next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        String taken = requireNonNull(ready);
        ready = null;
        return taken;
    }

    private @Nullable String read() {
        Call open = call == null ? open() : call;
        try {
            return readLine(open, body == null ? open.body() : body);
        } catch (IOException e) {
            throw open.failure(e, "");
        }
    }

    private Call open() {
        ControlCalls calls = new ControlCalls(adapter, Dialect.MODEL_RUNNER);
        String path = "/logs?follow=" + options.follow() + "&no-engines=" + !options.engines();
        Call opened = attempts.open(site -> new HttpGet(calls.place(site, attempts, path)), Phase.LOAD, null);
        if (options.follow()) {
            opened.deadlines().end(); // the next line comes when there is something to tell
        }
        call = opened;
        body = opened.body();
        return opened;
    }

    private @Nullable String readLine(Call open, InputStream in) throws IOException {
        while (true) {
            while (next < filled) {
                byte one = buffer[next++];
                if (one == '\n') {
                    return taken();
                }
                if (line.size() < LONGEST_LINE) {
                    line.write(one);
                } else {
                    cut = true;
                }
            }
            if (!fill(open, in)) {
                return line.size() == 0 ? null : taken();
            }
        }
    }

    private boolean fill(Call open, InputStream in) throws IOException {
        if (!options.follow()) {
            open.deadlines().enter(Phase.BETWEEN_TOKENS);
        }
        int read = in.read(buffer);
        open.deadlines().pause();
        next = 0;
        filled = Math.max(read, 0);
        if (read < 0) {
            open.deadlines().end();
        }
        return read >= 0;
    }

    private String taken() {
        byte[] bytes = line.toByteArray();
        int length = bytes.length;
        if (cut) {
            length = wholeCharacters(bytes);
        } else if (length > 0 && bytes[length - 1] == '\r') {
            length--;
        }
        String text = new String(bytes, 0, length, UTF_8) + (cut ? "…" : "");
        line.reset();
        cut = false;
        return text;
    }

    /** {@return the length without the beginning of a character at the end} */
    private static int wholeCharacters(byte[] bytes) {
        int end = bytes.length;
        while (end > bytes.length - 4 && (bytes[end - 1] & 0xC0) == 0x80) {
            end--;
        }
        boolean begins = (bytes[end - 1] & 0xC0) == 0xC0;
        return begins ? end - 1 : bytes.length;
    }
}
