package io.modelrunner.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** Connections that fill the queue of a listener which accepts none, so that the next one waits. */
final class Knocking implements AutoCloseable {
    private static final int MORE_THAN_ANY_QUEUE = 16;

    private final List<SocketChannel> channels = new ArrayList<>();

    Knocking(int port) throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        for (int i = 0; i < MORE_THAN_ANY_QUEUE; i++) {
            SocketChannel channel = SocketChannel.open();
            channels.add(channel);
            channel.configureBlocking(false);
            channel.connect(address);
        }
    }

    int count() {
        return channels.size();
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel channel : channels) {
            channel.close();
        }
    }
}
