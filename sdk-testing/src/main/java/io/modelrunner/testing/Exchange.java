package io.modelrunner.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One request to a {@link ScriptedServer}, and the ways to answer it, byte by byte if need be.
 *
 * <p>The request is read to its end before the first byte of the answer is sent, unless {@link #unread()} is said first.
 * Every method that sends or waits throws an {@link IOException} once either side has closed the connection: that ends
 * the script. Used by the thread that runs the script alone.
 */
public final class Exchange {
    private final Connection connection;
    private final ReceivedRequest head;
    private @Nullable ReceivedRequest request;
    private byte[] requestBody = {};
    private int pieceSize = Integer.MAX_VALUE;
    private boolean unread;
    private boolean bodyless;
    private boolean chunked;
    private boolean closing;
    private boolean whole;
    private long missing;

    Exchange(Connection connection, ReceivedRequest head) {
        this.connection = connection;
        this.head = head;
        this.closing =
                head.header("connection").filter("close"::equalsIgnoreCase).isPresent();
    }

    /**
     * {@return the request, read to its end}
     *
     * @throws IOException if it can't be read
     */
    public ReceivedRequest request() throws IOException {
        ReceivedRequest known = request;
        if (known != null) {
            return known;
        }
        if (head.header("expect").isPresent()) {
            connection.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(ISO_8859_1));
        }
        requestBody = connection.received(head);
        ReceivedRequest read =
                new ReceivedRequest(head.method(), head.path(), head.headers(), new String(requestBody, UTF_8));
        request = read;
        return read;
    }

    /**
     * {@return the request's body as it came, which need not be text}
     *
     * @throws IOException if it can't be read
     */
    public byte[] requestBytes() throws IOException {
        request();
        return requestBody.clone();
    }

    /** {@return the request without its body, which is not read by this} */
    public ReceivedRequest requestHead() {
        return head;
    }

    /** {@return this, which now answers without having read the request's body; the connection ends with the answer} */
    public Exchange unread() {
        request = head;
        unread = true;
        closing = true;
        connection.receivedHead(head);
        return this;
    }

    /**
     * Gives a whole answer.
     *
     * @param status the status code
     * @param contentType the type of the body
     * @param body the body
     * @throws IOException if the connection has ended
     */
    public void answer(int status, String contentType, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        head(status, "Content-Type: " + contentType, "Content-Length: " + bytes.length)
                .send(bytes)
                .end();
    }

    /**
     * Sends the status line and the headers; with {@code Transfer-Encoding: chunked} among them, what is sent later is put
     * into chunks.
     *
     * @param status the status code
     * @param headerLines such as {@code Content-Type: text/plain}, sent as they are
     * @return this
     * @throws IOException if the connection has ended
     */
    public Exchange head(int status, String... headerLines) throws IOException {
        bodyless = status == 204 || status == 304 || head.method().equals("HEAD");
        missing = bodyless ? 0 : Long.MAX_VALUE;
        StringBuilder lines = new StringBuilder("HTTP/1.1 " + status + " Scripted\r\n");
        for (String line : headerLines) {
            lines.append(line).append("\r\n");
            framing(line.toLowerCase(Locale.ROOT).replace(" ", ""));
        }
        return raw(lines.append("\r\n").toString().getBytes(ISO_8859_1));
    }

    private void framing(String header) {
        chunked |= header.equals("transfer-encoding:chunked");
        closing |= header.equals("connection:close");
        if (header.startsWith("content-length:") && !bodyless) {
            missing = Long.parseLong(header.substring("content-length:".length()));
        }
    }

    /**
     * Begins a stream of server-sent events, in chunks.
     *
     * @param data what follows {@code data: } in each of the first events; may be none
     * @return this
     * @throws IOException if the connection has ended
     */
    public Exchange events(String... data) throws IOException {
        head(200, "Content-Type: text/event-stream", "Transfer-Encoding: chunked");
        for (String one : data) {
            event(one);
        }
        return this;
    }

    /**
     * Sends an event.
     *
     * @param data what follows {@code data: }
     * @return this
     * @throws IOException if the connection has ended
     */
    public Exchange event(String data) throws IOException {
        return send("data: " + data + "\n\n");
    }

    /**
     * Sends more of the body, as one chunk if the body is chunked.
     *
     * @param body the text
     * @return this
     * @throws IOException if the connection has ended
     */
    public Exchange send(String body) throws IOException {
        return send(body.getBytes(UTF_8));
    }

    /**
     * Sends more of the body, as one chunk if the body is chunked.
     *
     * @param body the bytes
     * @return this
     * @throws IOException if the connection has ended
     */
    public Exchange send(byte[] body) throws IOException {
        missing -= body.length;
        if (missing <= 0) {
            connection.answered();
        }
        if (!chunked) {
            return raw(body);
        }
        if (body.length == 0) {
            return this; // an empty chunk would be the last one
        }
        ByteArrayOutputStream chunk = new ByteArrayOutputStream();
        chunk.writeBytes((Integer.toHexString(body.length) + "\r\n").getBytes(ISO_8859_1));
        chunk.writeBytes(body);
        chunk.writeBytes(new byte[] {'\r', '\n'});
        return raw(chunk.toByteArray());
    }

    /**
     * Sends more of the body in parts, each a chunk if the body is chunked, each flushed.
     *
     * @param body the text
     * @param at the offsets in bytes of its UTF-8 at which it is split, rising
     * @return this
     * @throws IOException if the connection has ended
     */
    public Exchange sendSplit(String body, int... at) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        int from = 0;
        for (int to : at) {
            send(Arrays.copyOfRange(bytes, from, to));
            from = to;
        }
        return send(Arrays.copyOfRange(bytes, from, bytes.length));
    }

    /**
     * Sends more of the body one byte at a time.
     *
     * @param body the text
     * @param pause the time before each byte
     * @return this
     * @throws IOException if the connection has ended
     */
    public Exchange trickle(String body, Duration pause) throws IOException {
        for (byte one : body.getBytes(UTF_8)) {
            pause(pause).send(new byte[] {one});
        }
        return this;
    }

    /**
     * Sends the same part of a body again and again, until the client closes the connection.
     *
     * @param body the text
     * @param pause the time after each
     * @throws IOException when the connection has ended, which is how this always ends
     */
    public void repeat(String body, Duration pause) throws IOException {
        while (true) {
            send(body).pause(pause);
        }
    }

    /**
     * Sends bytes as they are, past all framing.
     *
     * @param bytes the bytes
     * @return this
     * @throws IOException if the connection has ended
     */
    public Exchange raw(byte[] bytes) throws IOException {
        request();
        for (int from = 0; from < bytes.length; from += Math.min(pieceSize, bytes.length - from)) {
            connection.write(Arrays.copyOfRange(bytes, from, from + Math.min(pieceSize, bytes.length - from)));
        }
        return this;
    }

    /**
     * Sends text as it is, past all framing.
     *
     * @param text the text, sent as UTF-8
     * @return this
     * @throws IOException if the connection has ended
     */
    public Exchange raw(String text) throws IOException {
        return raw(text.getBytes(UTF_8));
    }

    /**
     * Flushes whatever is sent from now on, headers and framing included, after every so many bytes.
     *
     * @param size the bytes of a piece, at least 1
     * @return this
     */
    public Exchange inPiecesOf(int size) {
        pieceSize = Math.max(1, size);
        return this;
    }

    /**
     * Ends the body: sends the last chunk of one that is chunked.
     *
     * @throws IOException if the connection has ended
     */
    public void end() throws IOException {
        if (chunked && !bodyless) {
            connection.answered();
            raw("0\r\n\r\n");
            missing = 0;
        }
        whole = missing <= 0;
    }

    /**
     * Sends nothing for a time.
     *
     * @param time how long
     * @return this
     * @throws IOException if the connection ends meanwhile
     */
    public Exchange pause(Duration time) throws IOException {
        request();
        connection.pause(time);
        return this;
    }

    /**
     * Sends nothing until the test calls {@link ScriptedServer#release()}, the client closes the connection or the server
     * is closed.
     *
     * @return this
     * @throws IOException unless it was released
     */
    public Exchange stall() throws IOException {
        request();
        connection.stall();
        return this;
    }

    /**
     * Closes the connection in an orderly way (FIN), wherever the answer is.
     *
     * @throws IOException if it has ended already
     */
    public void cut() throws IOException {
        request();
        connection.cut();
    }

    /**
     * Resets the connection (RST), wherever the answer is.
     *
     * @throws IOException if it has ended already
     */
    public void reset() throws IOException {
        request();
        connection.reset();
    }

    /**
     * Has something done as soon as either side has closed the connection, while the script waits for something else; at
     * once if that has happened.
     *
     * @param action what is done, in place of what was said before
     */
    public void whenEnded(Runnable action) {
        connection.whenEnded(action);
    }

    /** {@return whether either side has closed the connection} */
    public boolean isEnded() {
        return !connection.isOpen();
    }

    boolean mayHaveBody() {
        return !bodyless;
    }

    boolean keepsConnection() {
        return whole && !closing;
    }

    boolean leftUnread() {
        return unread;
    }
}
