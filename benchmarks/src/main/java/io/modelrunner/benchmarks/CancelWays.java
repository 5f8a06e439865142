package io.modelrunner.benchmarks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.modelrunner.CancelledException;
import io.modelrunner.adapter.AsyncAdapter;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.http.HttpAdapter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.hc.client5.http.classic.methods.HttpPost;

/** The ways to end an answer in its middle: those of the adapter, and two by hand beside them. */
final class CancelWays implements AutoCloseable {
    /** A way to end an answer. */
    enum Way {
        RAW("raw socket, closed"),
        HC5("by hand (HC5), request cancelled"),
        CLOSE("close() from another thread"),
        INTERRUPT("interrupt, platform thread"),
        INTERRUPT_VIRTUAL("interrupt, virtual thread"),
        FUTURE("future cancelled");

        private final String label;

        Way(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    private static final int PIECES_BEFORE = 3;
    private static final long PAUSE_NANOS = 5_000_000;

    private final StubProcess server;
    private final HttpAdapter adapter;
    private final HttpClient5Client byHand;
    private final ChatRequest request = ChatRequest.of("ai/tiny", "What is a container?");
    private final ExecutorService executor = Executors.newCachedThreadPool();

    CancelWays(StubProcess server) {
        this.server = server;
        this.adapter = HttpAdapter.at(server.url());
        this.byHand = new HttpClient5Client(server.url());
    }

    /** {@return the ways that this Java knows} */
    static Set<Way> possible() {
        Set<Way> ways = EnumSet.allOf(Way.class);
        if (!VirtualThreads.exist()) {
            ways.remove(Way.INTERRUPT_VIRTUAL);
        }
        return ways;
    }

    /** Reads the beginning of an answer and ends it; {@return the time at which that was asked for} */
    long cancel(Way way) throws Exception {
        return switch (way) {
            case RAW -> raw();
            case HC5 -> byHand();
            case CLOSE -> closeStream();
            case INTERRUPT -> interrupt(Thread::new);
            case INTERRUPT_VIRTUAL -> interrupt(VirtualThreads::unstarted);
            case FUTURE -> future();
        };
    }

    private long raw() throws Exception {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        String body = Questions.json(true);
        String head = "POST /engines/v1/chat/completions HTTP/1.1\r\nHost: stub\r\nContent-Length: " + body.length();
        socket.getOutputStream().write((head + "\r\n\r\n" + body).getBytes(ISO_8859_1));
        Reader reader = new Reader(begun -> read(socket, begun));
        Thread thread = reader.start(Thread::new);
        return reader.cancelBy(socket::close, thread);
    }

    private static void read(Socket socket, CountDownLatch begun) {
        try (InputStream in = socket.getInputStream()) {
            byte[] buffer = new byte[8 * 1024];
            while (in.read(buffer) >= 0) {
                begun.countDown();
            }
        } catch (IOException closed) {
            // as asked
        }
    }

    private long byHand() throws Exception {
        HttpPost post = byHand.request(true);
        Reader reader = new Reader(begun -> {
            try {
                byHand.stream(post, piece -> begun.countDown());
            } catch (UncheckedIOException cancelled) {
                // as asked
            }
        });
        Thread thread = reader.start(Thread::new);
        return reader.cancelBy(post::cancel, thread);
    }

    private long closeStream() throws Exception {
        ChatStream stream = adapter.stream(request);
        Reader reader = new Reader(begun -> read(stream, begun));
        Thread thread = reader.start(Thread::new);
        return reader.cancelBy(stream::close, thread);
    }

    private long interrupt(ThreadFactory threads) throws Exception {
        Reader reader = new Reader(begun -> {
            try (ChatStream stream = adapter.stream(request)) {
                read(stream, begun);
            }
        });
        Thread thread = reader.start(threads);
        return reader.cancelBy(thread::interrupt, thread);
    }

    private static void read(ChatStream stream, CountDownLatch begun) {
        try {
            stream.forEach(event -> begun.countDown());
            throw new IllegalStateException("the answer came to its end");
        } catch (CancelledException expected) {
            // as asked
        }
    }

    private long future() throws Exception {
        CountDownLatch begun = new CountDownLatch(PIECES_BEFORE);
        CompletableFuture<ChatResponse> future =
                AsyncAdapter.of(adapter, executor).stream(request, event -> begun.countDown());
        Reader.await(begun);
        long before = System.nanoTime();
        future.cancel(true);
        return before;
    }

    @Override
    public void close() {
        executor.shutdownNow();
        byHand.close();
        adapter.close();
    }

    /** Makes a thread that is not started yet. */
    private interface ThreadFactory {
        Thread of(Runnable task);
    }

    /** Reads until it is stopped, and says when it has begun. */
    private interface Reading {
        void read(CountDownLatch begun);
    }

    /** Something that ends an answer. */
    private interface Cancel {
        void run() throws IOException;
    }

    /** A thread that reads an answer. */
    private static final class Reader {
        private final CountDownLatch begun = new CountDownLatch(PIECES_BEFORE);
        private final Reading reading;

        Reader(Reading reading) {
            this.reading = reading;
        }

        Thread start(ThreadFactory threads) {
            Thread thread = threads.of(() -> reading.read(begun));
            thread.start();
            return thread;
        }

        long cancelBy(Cancel cancel, Thread thread) throws Exception {
            await(begun);
            long before = System.nanoTime();
            cancel.run();
            thread.join(10_000);
            if (thread.isAlive()) {
                throw new IllegalStateException("the reader was not woken");
            }
            return before;
        }

        /** Waits until some pieces were read, and then for any part of the pause between two of them. */
        static void await(CountDownLatch begun) throws InterruptedException {
            if (!begun.await(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("no answer");
            }
            LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(PAUSE_NANOS));
        }
    }
}
