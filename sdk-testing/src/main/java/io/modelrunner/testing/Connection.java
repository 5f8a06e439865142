package io.modelrunner.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.net.Socket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a {@link ScriptedServer}.
 *
 * <p>One thread reads requests and runs the scripts; while a script runs, a second one reads, so that a client that closes
 * is noticed though the server has nothing to say.
 */
final class Connection implements Runnable {
    private final ScriptedServer server;
    private final Socket socket;
    private final PushbackInputStream in;
    private final RequestReader reader;
    private final OutputStream out;
    private volatile boolean answering;
    private volatile boolean clientClosed;
    private volatile boolean serverClosed;
    private @Nullable Thread watcher;
    private Runnable whenEnded = () -> {};

    Connection(ScriptedServer server, Socket socket) throws IOException {
        this.server = server;
        this.socket = socket;
        socket.setTcpNoDelay(true);
        this.in = new PushbackInputStream(new BufferedInputStream(socket.getInputStream()), 1);
        this.reader = new RequestReader(in);
        this.out = socket.getOutputStream();
    }

    boolean isOpen() {
        return !clientClosed && !serverClosed;
    }

    boolean isClosedByClient() {
        return clientClosed;
    }

    @Override
    public void run() {
        try {
            boolean more = true;
            while (more) {
                more = answerNext();
            }
        } catch (IOException e) {
            // Either side has ended the connection. A test sees that by what it asks the client or the server.
        } finally {
            close();
        }
    }

    private boolean answerNext() throws IOException {
        ReceivedRequest head = reader.head();
        if (head == null) {
            return false;
        }
        Exchange exchange = new Exchange(this, head);
        answering = true;
        try {
            server.scriptFor(head).answer(exchange);
        } catch (RuntimeException | Error e) {
            server.failed(e);
            return false;
        } finally {
            answering = false;
        }
        if (exchange.leftUnread()) {
            linger();
        }
        return exchange.keepsConnection() && clientSendsMore();
    }

    /** Reads the body and has the client watched from then on. */
    byte[] received(ReceivedRequest head) throws IOException {
        byte[] body = reader.body(head);
        server.received(new ReceivedRequest(head.method(), head.path(), head.headers(), new String(body, UTF_8)));
        watcher = server.start("watcher", this::watch);
        return body;
    }

    void receivedHead(ReceivedRequest head) {
        server.received(head);
    }

    /** Waits for what the client sends next: a byte of its next request, or the end. */
    private void watch() {
        try {
            int next = in.read();
            if (next >= 0) {
                in.unread(next);
                return;
            }
        } catch (IOException e) {
            // a reset, or our own closing
        }
        clientHasClosed();
    }

    private synchronized void clientHasClosed() {
        long now = System.nanoTime();
        if (isOpen()) {
            clientClosed = true;
            server.clientClosed(answering, now);
            whenEnded.run();
        }
    }

    /** Has something done as soon as either side has closed the connection; at once if that has happened. */
    synchronized void whenEnded(Runnable action) {
        whenEnded = action;
        if (!isOpen()) {
            action.run();
        }
    }

    /** The last byte of the answer is about to be sent: a client that closes from now on has had it all. */
    void answered() {
        answering = false;
    }

    private boolean clientSendsMore() throws IOException {
        Thread reading = watcher;
        try {
            if (reading != null) {
                reading.join();
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        return isOpen();
    }

    /** Takes in what the client still sends: closing now would reset the connection, and the answer could be lost. */
    private void linger() throws IOException {
        socket.shutdownOutput();
        InputStream rest = in;
        rest.transferTo(OutputStream.nullOutputStream());
    }

    void write(byte[] bytes) throws IOException {
        checkOpen();
        try {
            out.write(bytes);
            out.flush();
        } catch (IOException e) {
            clientHasClosed(); // the watcher may be about to say so, but the script ends now
            throw e;
        }
    }

    void stall() throws IOException {
        try {
            server.awaitRelease(this::isOpen);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        checkOpen();
    }

    void pause(Duration time) throws IOException {
        try {
            server.awaitNotice(() -> !isOpen(), time);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        checkOpen();
    }

    void cut() throws IOException {
        checkOpen();
        close();
    }

    void reset() throws IOException {
        checkOpen();
        socket.setSoLinger(true, 0);
        close();
    }

    private void checkOpen() throws EOFException {
        if (!isOpen()) {
            throw new EOFException((clientClosed ? "the client" : "the server") + " has closed the connection");
        }
    }

    private static InterruptedIOException interrupted(InterruptedException e) {
        InterruptedIOException told = new InterruptedIOException("the server's thread was interrupted");
        told.initCause(e);
        return told;
    }

    void close() {
        synchronized (this) {
            serverClosed = true;
            whenEnded.run();
        }
        try (socket) {
            if (socket.getSoLinger() != 0) {
                // While another thread reads, closing takes effect only when that wakes: a client would see it later.
                socket.shutdownOutput();
            }
        } catch (IOException e) {
            // it is of no more use either way
        }
        server.ended(this);
    }
}
