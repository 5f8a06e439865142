package io.modelrunner.http;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Waiting, over a socket in the file system. */
class WaitsOverUnixSocketTest extends WaitsTest {
    @Override
    Way way() {
        return Way.unix();
    }

    @Test
    void connectWhenTheQueueIsFull() throws IOException {
        try (FullSocket full = new FullSocket()) {
            timesOutConnecting(HttpAdapter.builder("unix://" + full.file + "?prefix=/v1"));
        }
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void connectOnAVirtualThreadWhenTheQueueIsFull() throws Exception {
        try (FullSocket full = new FullSocket()) {
            FutureTask<Void> waiting = new FutureTask<>(
                    () -> timesOutConnecting(HttpAdapter.builder("unix://" + full.file + "?prefix=/v1")), null);
            VirtualThreads.unstarted(waiting).start();
            waiting.get(30, TimeUnit.SECONDS);
        }
    }

    /** A listener whose queue of connections is full. */
    private static final class FullSocket implements AutoCloseable {
        final Path file = Way.socket();
        private final ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        private final List<SocketChannel> queue = new ArrayList<>();

        FullSocket() throws IOException {
            UnixDomainSocketAddress address = UnixDomainSocketAddress.of(file);
            listener.bind(address, 1);
            queue.add(SocketChannel.open(address));
            queue.add(SocketChannel.open(address));
        }

        @Override
        public void close() throws IOException {
            for (SocketChannel channel : queue) {
                channel.close();
            }
            listener.close();
        }
    }
}
