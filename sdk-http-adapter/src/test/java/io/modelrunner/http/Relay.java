package io.modelrunner.http;

import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/** Passes bytes on to a server that speaks plain TCP; when one side closes, so does the other. */
final class Relay implements Closeable {
    private final Listener listener;
    private final InetSocketAddress target;
    private final Set<Closeable> open = ConcurrentHashMap.newKeySet();

    /** Where connections come from. */
    interface Listener extends Closeable {
        Client accept() throws IOException;

        int port();
    }

    /** The client's end of a connection. */
    record Client(ReadableByteChannel in, WritableByteChannel out, Closeable socket) {}

    private Relay(Listener listener, int targetPort) {
        this.listener = listener;
        this.target = new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort);
        start(this::accept);
    }

    static Relay unix(Path file, int targetPort) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(file), 256);
        return new Relay(new UnixListener(server), targetPort);
    }

    static Relay tls(SSLContext context, int targetPort) throws IOException {
        SSLServerSocket server = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 256, InetAddress.getLoopbackAddress());
        return new Relay(new TcpListener(server), targetPort);
    }

    static Relay tcp(int targetPort) throws IOException {
        return new Relay(new TcpListener(new ServerSocket(0, 256, InetAddress.getLoopbackAddress())), targetPort);
    }

    int port() {
        return listener.port();
    }

    /** Refuses connections from now on; those that there are stay. */
    void stopListening() throws IOException {
        int port = port();
        listener.close();
        // The thread that waits for connections may still let one in.
        while (true) {
            try {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
            } catch (ConnectException e) {
                return;
            }
        }
    }

    private void accept() {
        while (true) {
            try {
                Client client = listener.accept();
                SocketChannel server = SocketChannel.open(target);
                open.add(client.socket());
                open.add(server);
                start(() -> pump(client.in(), server, client.socket(), server));
                start(() -> pump(server, client.out(), client.socket(), server));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void pump(ReadableByteChannel from, WritableByteChannel to, Closeable client, Closeable server) {
        ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
        try {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
                buffer.clear();
            }
        } catch (IOException e) {
            // one of them is closed, so the other is
        } finally {
            close(server);
            close(client);
        }
    }

    private void close(Closeable end) {
        open.remove(end);
        try {
            end.close();
        } catch (IOException e) {
            // it is of no more use either way
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "relay");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        open.forEach(this::close);
    }

    private record UnixListener(ServerSocketChannel server) implements Listener {
        @Override
        public Client accept() throws IOException {
            SocketChannel channel = server.accept();
            return new Client(channel, channel, channel);
        }

        @Override
        public int port() {
            return -1;
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    private record TcpListener(ServerSocket server) implements Listener {
        @Override
        public Client accept() throws IOException {
            Socket socket = server.accept();
            return new Client(
                    Channels.newChannel(socket.getInputStream()),
                    Channels.newChannel(socket.getOutputStream()),
                    socket);
        }

        @Override
        public int port() {
            return server.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }
}
