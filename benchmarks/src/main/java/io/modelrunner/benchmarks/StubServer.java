package io.modelrunner.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A runner that computes nothing, in a process of its own, so that what it costs is not counted with the client.
 *
 * <p>It answers each chat and each embedding with ready-made bytes and keeps connections. With a pause it sends one event at a time, and
 * prints when it sees that the client has closed: {@code closed <nanoTime>}. It ends when its standard input does.
 */
final class StubServer {
    private final List<byte[]> streamed;
    private final byte[] streamedAtOnce;
    private final byte[] whole = Answers.whole();
    private final byte[] vectorsInBase64 = Vectors.answer(true);
    private final byte[] vectorsAsNumbers = Vectors.answer(false);
    private final long pauseNanos;

    private StubServer(int chunks, long pauseNanos) {
        this.streamed = Answers.streamed(chunks);
        this.streamedAtOnce = join(streamed);
        this.pauseNanos = pauseNanos;
    }

    /**
     * Runs the server.
     *
     * @param args how many chunks a streamed answer has; the milliseconds between them, 0 for all at once
     */
    public static void main(String[] args) throws IOException {
        StubServer server = new StubServer(Integer.parseInt(args[0]), Long.parseLong(args[1]) * 1_000_000);
        endWithParent();
        try (ServerSocket listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress())) {
            System.out.println("port " + listener.getLocalPort());
            while (true) {
                Socket socket = listener.accept();
                daemon(() -> server.serve(socket));
            }
        }
    }

    /** Ends this process when its standard input ends. */
    static void endWithParent() {
        daemon(() -> {
            while (System.in.read() >= 0) {
                // nothing is said there; its end is the end
            }
            Runtime.getRuntime().halt(0);
        });
    }

    private void serve(Socket socket) throws IOException {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            Requests requests = new Requests();
            for (String body = requests.next(in); body != null; body = requests.next(in)) {
                if (body.contains("\"input\":")) {
                    out.write(body.contains("\"encoding_format\":\"base64\"") ? vectorsInBase64 : vectorsAsNumbers);
                } else if (!body.contains("\"stream\":true")) {
                    out.write(whole);
                } else if (pauseNanos == 0) {
                    out.write(streamedAtOnce);
                } else {
                    // This thread goes on reading, which is how it sees the client close between two events.
                    daemon(() -> trickle(out));
                }
            }
        } finally {
            if (pauseNanos > 0) {
                System.out.println("closed " + System.nanoTime());
            }
        }
    }

    private void trickle(OutputStream out) throws IOException {
        for (byte[] piece : streamed) {
            out.write(piece);
            LockSupport.parkNanos(pauseNanos);
        }
    }

    private static byte[] join(List<byte[]> pieces) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        pieces.forEach(all::writeBytes);
        return all.toByteArray();
    }

    private static void daemon(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                // the client is gone, which is its right
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    /** What a thread of the server does. */
    private interface Work {
        void run() throws IOException;
    }
}
