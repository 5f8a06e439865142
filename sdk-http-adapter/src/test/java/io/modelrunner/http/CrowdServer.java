package io.modelrunner.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A server of one thread for thousands of connections. It streams the same short answer to each request, but to none
 * before a number of them has come.
 */
final class CrowdServer implements AutoCloseable {
    private static final String CHUNK =
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"},\"finish_reason\":%s}]}\n\n";
    private static final String EVENTS = CHUNK.formatted("Hi ", "null")
            + CHUNK.formatted("you", "null")
            + CHUNK.formatted("", "\"stop\"")
            + "data: [DONE]\n\n";
    private static final byte[] ANSWER =
            ("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + Integer.toHexString(EVENTS.length()) + "\r\n" + EVENTS + "\r\n0\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII);

    private final int crowd;
    private final Selector selector = Selector.open();
    private final ServerSocketChannel listener = ServerSocketChannel.open();
    private final List<SocketChannel> unanswered = new ArrayList<>();
    private final Thread thread = new Thread(this::serve, "crowd-server");
    private boolean together;
    private volatile int connections;

    CrowdServer(int crowd) throws IOException {
        this.crowd = crowd;
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4096);
        listener.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return listener.socket().getLocalPort();
    }

    int connections() {
        return connections;
    }

    private void serve() {
        try {
            while (selector.isOpen()) {
                selector.select(this::ready);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void ready(SelectionKey key) {
        try {
            if (key.isAcceptable()) {
                SocketChannel client = listener.accept();
                connections++;
                client.configureBlocking(false).register(selector, SelectionKey.OP_READ, new StringBuilder());
            } else {
                read((SocketChannel) key.channel(), (StringBuilder) key.attachment());
            }
        } catch (IOException e) {
            key.cancel();
        }
    }

    /** A request ends with the brace of its JSON, which is in one piece with what stands before it or on its own. */
    private void read(SocketChannel client, StringBuilder request) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        if (client.read(buffer) < 0) {
            client.close();
            return;
        }
        request.append(StandardCharsets.ISO_8859_1.decode(buffer.flip()));
        if (request.toString().endsWith("}") && request.indexOf("\"stream\":true") > 0) {
            request.setLength(0);
            unanswered.add(client);
        }
        together |= unanswered.size() >= crowd;
        if (together) {
            for (SocketChannel waiting : unanswered) {
                waiting.write(ByteBuffer.wrap(ANSWER)); // short enough for any socket's buffer
            }
            unanswered.clear();
        }
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : List.copyOf(selector.keys())) {
            key.channel().close();
        }
        selector.close();
    }
}
