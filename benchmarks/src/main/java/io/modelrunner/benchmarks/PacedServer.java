package io.modelrunner.benchmarks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * A runner that computes nothing and streams thousands of answers at once, on one thread.
 *
 * <p>The text of each chunk is the {@link System#nanoTime()} at which it was sent. The pace of an answer is fixed when it
 * begins: a chunk that is late does not delay the next.
 */
final class PacedServer {
    private static final String NO_TIME = "0".repeat(19);

    private final int chunks;
    private final long pauseNanos;
    private final byte[] begin;
    private final byte[] end;
    private final ByteBuffer chunk;
    private final int timeAt;
    private final PriorityQueue<Answer> answers = new PriorityQueue<>(Comparator.comparingLong(answer -> answer.due));
    private final Selector selector = Selector.open();

    private PacedServer(int chunks, long pauseNanos) throws IOException {
        this.chunks = chunks;
        this.pauseNanos = pauseNanos;
        List<byte[]> frame = Answers.streamed(0);
        this.begin = join(frame.subList(0, 2));
        this.end = join(frame.subList(2, frame.size()));
        byte[] piece = Answers.piece(NO_TIME);
        this.timeAt = new String(piece, ISO_8859_1).indexOf(NO_TIME);
        this.chunk = ByteBuffer.allocateDirect(piece.length).put(piece);
    }

    /**
     * Runs the server.
     *
     * @param args how many chunks an answer has; the milliseconds between them
     */
    public static void main(String[] args) throws IOException {
        StubServer.endWithParent();
        new PacedServer(Integer.parseInt(args[0]), Long.parseLong(args[1]) * 1_000_000).run();
    }

    private void run() throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10_000);
        listener.configureBlocking(false);
        listener.register(selector, SelectionKey.OP_ACCEPT);
        System.out.println("port " + listener.socket().getLocalPort());
        while (true) {
            await();
            for (SelectionKey key : selector.selectedKeys()) {
                if (key.isAcceptable()) {
                    accept(listener);
                } else {
                    read((SocketChannel) key.channel(), (Requests) key.attachment());
                }
            }
            selector.selectedKeys().clear();
            sendDue();
        }
    }

    /** Waits until something comes in, or a chunk is due. */
    private void await() throws IOException {
        Answer first = answers.peek();
        long millis = first == null ? Long.MAX_VALUE : (first.due - System.nanoTime()) / 1_000_000;
        if (millis > 0) {
            selector.select(millis);
        } else {
            selector.selectNow();
        }
    }

    private void accept(ServerSocketChannel listener) throws IOException {
        for (SocketChannel channel = listener.accept(); channel != null; channel = listener.accept()) {
            channel.configureBlocking(false);
            channel.socket().setTcpNoDelay(true);
            channel.register(selector, SelectionKey.OP_READ, new Requests());
        }
    }

    private void read(SocketChannel channel, @Nullable Requests requests) throws IOException {
        try {
            if (requests == null || !requests.fill(channel)) {
                channel.close();
            } else if (requests.poll() != null) {
                send(channel, ByteBuffer.wrap(begin));
                answers.add(new Answer(channel, System.nanoTime() + pauseNanos));
            }
        } catch (IOException e) {
            channel.close(); // the client is gone, which is its right
        }
    }

    private void sendDue() throws IOException {
        long now = System.nanoTime();
        for (Answer answer = answers.peek(); answer != null && answer.due <= now; answer = answers.peek()) {
            answers.remove();
            try {
                sendNext(answer);
            } catch (IOException e) {
                answer.channel.close();
            }
        }
    }

    private void sendNext(Answer answer) throws IOException {
        if (answer.sent == chunks) {
            send(answer.channel, ByteBuffer.wrap(end));
            return;
        }
        long time = System.nanoTime();
        for (int i = timeAt + NO_TIME.length() - 1; i >= timeAt; i--) {
            chunk.put(i, (byte) ('0' + time % 10));
            time /= 10;
        }
        send(answer.channel, chunk.clear());
        answer.sent++;
        answer.due += pauseNanos;
        answers.add(answer);
    }

    private static void send(SocketChannel channel, ByteBuffer bytes) throws IOException {
        channel.write(bytes);
        if (bytes.hasRemaining()) {
            throw new IOException("the client reads so slowly that the buffers of its connection are full");
        }
    }

    private static byte[] join(List<byte[]> pieces) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        pieces.forEach(all::writeBytes);
        return all.toByteArray();
    }

    /** An answer that is being sent. */
    private static final class Answer {
        private final SocketChannel channel;
        private long due;
        private int sent;

        Answer(SocketChannel channel, long due) {
            this.channel = channel;
            this.due = due;
        }
    }
}
