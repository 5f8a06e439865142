package io.modelrunner.testing.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.modelrunner.RunnerEndpoint;
import io.modelrunner.testing.ReceivedRequest;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * One request to a real runner, on a connection of its own, and its answer as it comes.
 *
 * <p>Connections are not used twice: a runner may give one up behind an answer, and a request that is lost on it can't be
 * repeated. Whoever waits here is woken by {@link #close()} from another thread.
 */
public final class Upstream implements Closeable {
    private static final int CONNECT_MILLIS = 2_000;
    private static final int LONGEST_LINE = 65_536;
    private static final long UNTIL_CLOSED = Long.MAX_VALUE;

    /** What this side of the connection says itself; compressed answers could not be read in a recording. */
    private static final Set<String> OURS = Set.of(
            "accept-encoding",
            "connection",
            "content-length",
            "expect",
            "host",
            "keep-alive",
            "te",
            "transfer-encoding",
            "upgrade");

    private final Socket socket = new Socket();
    private final String host;
    private InputStream in = InputStream.nullInputStream();
    private int status;
    private final List<String> headerLines = new ArrayList<>();
    private boolean chunked;
    private boolean afterChunk;
    private long missing; // of the body, or of the present chunk

    private Upstream(String host) {
        this.host = host;
    }

    /**
     * {@return a connection that stands}
     *
     * @param runner where to
     * @throws IOException if there is none
     */
    public static Upstream connect(RunnerEndpoint runner) throws IOException {
        URI address = URI.create(runner.management());
        Upstream upstream = new Upstream(address.getRawAuthority());
        String host = address.getHost().replaceAll("^\\[|]$", "");
        try {
            int port = address.getPort() < 0 ? 80 : address.getPort();
            upstream.socket.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
            upstream.socket.setTcpNoDelay(true);
            upstream.in = new BufferedInputStream(upstream.socket.getInputStream());
            return upstream;
        } catch (IOException e) {
            upstream.close();
            throw e;
        }
    }

    /**
     * Sends a request and waits for the head of the answer.
     *
     * @param request what is asked
     * @throws IOException if there is no answer
     */
    public void send(ReceivedRequest request) throws IOException {
        send(request, request.body().getBytes(UTF_8));
    }

    /**
     * Sends a request and waits for the head of the answer.
     *
     * @param request what is asked, but for its body
     * @param body its body
     * @throws IOException if there is no answer
     */
    public void send(ReceivedRequest request, byte[] body) throws IOException {
        StringBuilder head = new StringBuilder(request.method() + " " + request.path() + " HTTP/1.1\r\n");
        head.append("Host: ").append(host).append("\r\nConnection: close\r\n");
        request.headers().forEach((name, value) -> {
            if (!OURS.contains(name)) {
                head.append(name).append(": ").append(value).append("\r\n");
            }
        });
        if (body.length > 0 || request.method().equals("POST")) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(head.append("\r\n").toString().getBytes(ISO_8859_1));
        all.writeBytes(body);
        socket.getOutputStream().write(all.toByteArray());
        readHead(request.method().equals("HEAD"));
    }

    private void readHead(boolean bodyless) throws IOException {
        do {
            String[] words = line().split(" ", 3);
            if (words.length < 2 || !words[0].startsWith("HTTP/1.")) {
                throw new IOException("this is no answer of HTTP/1.1");
            }
            status = (int) number(words[1], 10);
            headerLines.clear();
            for (String header = line(); !header.isEmpty(); header = line()) {
                headerLines.add(header);
            }
        } while (status < 200);
        chunked =
                header("transfer-encoding").filter("chunked"::equalsIgnoreCase).isPresent();
        missing = chunked ? 0 : length();
        if (bodyless || status == 204 || status == 304) {
            chunked = false;
            missing = 0;
        }
    }

    private long length() throws IOException {
        Optional<String> length = header("content-length");
        return length.isEmpty() ? UNTIL_CLOSED : number(length.get(), 10);
    }

    private static long number(String text, int radix) throws IOException {
        try {
            return Long.parseLong(text.strip(), radix);
        } catch (NumberFormatException e) {
            throw new IOException("the runner sent no number where HTTP wants one", e);
        }
    }

    /** {@return the status code} */
    public int status() {
        return status;
    }

    /** {@return the lines of the headers, as they came} */
    public List<String> headerLines() {
        return headerLines;
    }

    /** {@return whether nothing but the end of the connection tells where the body ends} */
    public boolean endsByClosing() {
        return missing == UNTIL_CLOSED;
    }

    private Optional<String> header(String name) {
        return headerLines.stream()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst();
    }

    /**
     * {@return how many bytes of the body were read, as soon as there are some; -1 at its end}
     *
     * @param buffer where they go
     * @throws IOException if the runner has closed the connection before the end, or this was closed
     */
    public int read(byte[] buffer) throws IOException {
        if (chunked && missing == 0) {
            nextChunk();
        }
        if (missing == 0) {
            return -1;
        }
        int count = in.read(buffer, 0, (int) Math.min(buffer.length, missing));
        if (count < 0 && !endsByClosing()) {
            throw new EOFException("the runner closed the connection in the middle of its answer");
        }
        if (count > 0 && !endsByClosing()) {
            missing -= count;
        }
        return count;
    }

    private void nextChunk() throws IOException {
        if (afterChunk) {
            line();
        }
        afterChunk = true;
        String size = line();
        int extension = size.indexOf(';');
        missing = number(extension < 0 ? size : size.substring(0, extension), 16);
        if (missing == 0) {
            chunked = false;
        }
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0 || line.size() == LONGEST_LINE) {
                throw new EOFException("the runner stopped in the middle of a line, or the line is too long");
            }
            line.write(b);
        }
        return line.toString(ISO_8859_1).stripTrailing();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // it is of no more use either way
        }
    }
}
