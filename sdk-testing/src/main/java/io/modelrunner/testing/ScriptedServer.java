package io.modelrunner.testing;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A stand-in for a runner: a small real HTTP/1.1 server on a loopback port that answers by a script, for tests in which
 * single bytes and moments matter. It knows nothing of models.
 *
 * <pre>{@code
 * try (ScriptedServer server = ScriptedServer.answering(exchange -> exchange.events("{…}").cut())) {
 *   … ask server.url() …
 * }
 * }</pre>
 *
 * <p>Each connection has a daemon thread of its own, and a second one while a script runs on it. Nothing waits for ever:
 * {@link #close()} ends every connection and every script.
 */
public final class ScriptedServer implements AutoCloseable {
    private static final int MANY = 1_000;

    private final ServerSocket listener;
    private final Deque<Script> scripts = new ArrayDeque<>();
    private final Map<String, Script> byPath = new HashMap<>();
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final List<ReceivedRequest> requests = new ArrayList<>();
    private final Deque<Long> departures = new ArrayDeque<>();
    private int mostRequestsKept = Integer.MAX_VALUE;
    private final Object notice = new Object(); // guards all below it and the collections above; told of every change
    private int accepted;
    private int releases;
    private boolean closed;
    private @Nullable Throwable scriptFailure;

    private ScriptedServer(InetSocketAddress address) {
        try {
            this.listener = new ServerSocket(address.getPort(), 256, address.getAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * {@return a server that answers the first request by the first script, the second by the second, and all further ones
     * by the last}
     *
     * @param first answers the first request
     * @param then answer the requests after it
     */
    public static ScriptedServer answering(Script first, Script... then) {
        return new ScriptedServer(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).started(first, then);
    }

    /**
     * {@return a server at an address of your choice that answers every request by one script} It may run for long, so
     * {@link #requests()} has the latest 1000 alone.
     *
     * @param address where it listens
     * @param script answers
     * @throws UncheckedIOException if it can't listen there
     */
    public static ScriptedServer listening(InetSocketAddress address, Script script) {
        ScriptedServer server = new ScriptedServer(requireNonNull(address, "address"));
        server.mostRequestsKept = MANY;
        return server.started(script);
    }

    private ScriptedServer started(Script first, Script... then) {
        scripts.add(requireNonNull(first, "first"));
        scripts.addAll(List.of(then));
        start("acceptor", this::accept);
        return this;
    }

    /**
     * {@return a server that answers every request as was recorded}
     *
     * @param recording what is answered
     */
    public static ScriptedServer replay(Recording recording) {
        return answering(Script.replay(recording));
    }

    /**
     * Answers requests for one path by a script of its own, which others don't use up.
     *
     * @param path the path, without query
     * @param script answers them
     * @return this
     */
    public ScriptedServer on(String path, Script script) {
        synchronized (notice) {
            byPath.put(requireNonNull(path, "path"), requireNonNull(script, "script"));
        }
        return this;
    }

    /** {@return the address, such as {@code http://127.0.0.1:43210}} */
    public String url() {
        InetAddress address = listener.getInetAddress();
        boolean everywhere = address.isAnyLocalAddress() || address.isLoopbackAddress();
        return "http://" + (everywhere ? "127.0.0.1" : address.getHostAddress()) + ":" + port();
    }

    /** {@return the port} */
    public int port() {
        return listener.getLocalPort();
    }

    /** {@return the requests so far, in the order in which they were read; a copy} */
    public List<ReceivedRequest> requests() {
        synchronized (notice) {
            return List.copyOf(requests);
        }
    }

    /**
     * {@return the latest request}
     *
     * @throws AssertionError if there was none
     */
    public ReceivedRequest lastRequest() {
        List<ReceivedRequest> all = requests();
        if (all.isEmpty()) {
            throw new AssertionError("the server has received no request");
        }
        return all.get(all.size() - 1);
    }

    /**
     * Waits until so many requests were received.
     *
     * @param count how many in all
     * @param limit how long to wait
     * @throws AssertionError if they did not come in time
     */
    public void awaitRequests(int count, Duration limit) {
        require(() -> requests.size() >= count, limit, count + " requests");
    }

    /** {@return how many connections were accepted so far} */
    public int connectionsAccepted() {
        synchronized (notice) {
            return accepted;
        }
    }

    /** {@return how many connections are open now, idle ones included: neither side has closed them} */
    public int connectionsOpen() {
        // One that the server closes is there until its socket is closed, and the client could know.
        return (int) connections.stream()
                .filter(connection -> !connection.isClosedByClient())
                .count();
    }

    /**
     * Waits until the client has closed a connection in the middle of an answer; each time it did so is told once, in order.
     *
     * @param limit how long to wait
     * @return the {@link System#nanoTime()} at which the server saw it
     * @throws AssertionError if it did not happen in time
     */
    public long awaitClientClosed(Duration limit) {
        synchronized (notice) {
            require(() -> !departures.isEmpty(), limit, "the client to close a connection in the middle of an answer");
            return departures.remove();
        }
    }

    /** Lets one stalled exchange go on: one that stalls now, or else the next to stall. */
    public void release() {
        change(() -> releases++);
    }

    /**
     * Ends all connections and scripts.
     *
     * @throws AssertionError if a script failed
     */
    @Override
    public void close() {
        change(() -> closed = true);
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        connections.forEach(Connection::close);
        synchronized (notice) {
            if (scriptFailure != null) {
                throw new AssertionError("a script of the server failed", scriptFailure);
            }
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                Connection connection = new Connection(this, socket);
                connections.add(connection);
                change(() -> accepted++);
                start("connection", connection);
                endIfClosed(connection);
            } catch (IOException e) {
                // closed, or a client that went away before it was served
            }
        }
    }

    private void endIfClosed(Connection connection) {
        synchronized (notice) {
            if (!closed) {
                return;
            }
        }
        connection.close();
    }

    Thread start(String what, Runnable work) {
        Thread thread = new Thread(work, "scripted-server-" + what + "-" + port());
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    Script scriptFor(ReceivedRequest head) {
        int query = head.path().indexOf('?');
        synchronized (notice) {
            Script own = byPath.get(query < 0 ? head.path() : head.path().substring(0, query));
            if (own != null) {
                return own;
            }
            return scripts.size() > 1 ? scripts.remove() : scripts.element();
        }
    }

    void received(ReceivedRequest request) {
        change(() -> {
            if (requests.size() == mostRequestsKept) {
                requests.remove(0);
            }
            requests.add(request);
        });
    }

    void clientClosed(boolean inAnswer, long nanoTime) {
        change(() -> {
            if (inAnswer) {
                departures.add(nanoTime);
            }
        });
    }

    void failed(Throwable failure) {
        change(() -> scriptFailure = failure);
    }

    void ended(Connection connection) {
        change(() -> connections.remove(connection));
    }

    void awaitRelease(BooleanSupplier open) throws InterruptedException {
        synchronized (notice) {
            while (releases == 0 && open.getAsBoolean()) {
                notice.wait();
            }
            if (releases > 0 && open.getAsBoolean()) {
                releases--;
            }
        }
    }

    /** {@return whether the condition came true in time} It is asked under the lock, after every change. */
    boolean awaitNotice(BooleanSupplier condition, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        synchronized (notice) {
            while (!condition.getAsBoolean()) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                notice.wait(left / 1_000_000, (int) (left % 1_000_000));
            }
            return true;
        }
    }

    private void require(BooleanSupplier condition, Duration limit, String what) {
        try {
            if (!awaitNotice(condition, limit)) {
                throw new AssertionError("the server waited " + limit + " in vain for " + what);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + what, e);
        }
    }

    private void change(Runnable change) {
        synchronized (notice) {
            change.run();
            notice.notifyAll();
        }
    }
}
