package io.modelrunner.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketImpl;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * A socket in the file system, as a {@link Socket}, because HttpClient knows no channels.
 *
 * <p>Closing it wakes who reads, writes or connects, and so does an interrupt: both are the channel's doing. One thread
 * reads at a time.
 */
@SuppressWarnings("UnsynchronizedOverridesSynchronized") // a lock would keep close() waiting, and pin virtual threads
final class UnixSocket extends Socket {
    private static final int MOST_AT_ONCE = 64 * 1024; // the JDK keeps a native buffer of the size of a write

    private final SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    private final InputStream in = new Input();
    private final OutputStream out = new Output();
    private volatile int soTimeout;

    UnixSocket() throws IOException {
        super((SocketImpl) null);
    }

    @Override
    public void connect(SocketAddress address) throws IOException {
        channel.connect(address);
    }

    /** Has no limit of its own: whoever waits closes this socket when its time is over. */
    @Override
    public void connect(SocketAddress address, int timeout) throws IOException {
        connect(address);
    }

    @Override
    public SocketChannel getChannel() {
        return channel;
    }

    @Override
    public boolean isConnected() {
        return channel.isConnected();
    }

    @Override
    public boolean isBound() {
        return channel.isConnected();
    }

    @Override
    public boolean isClosed() {
        return !channel.isOpen();
    }

    @Override
    public @Nullable SocketAddress getRemoteSocketAddress() {
        try {
            return channel.getRemoteAddress();
        } catch (IOException closed) {
            return null;
        }
    }

    @Override
    public @Nullable SocketAddress getLocalSocketAddress() {
        return null;
    }

    @Override
    public InputStream getInputStream() {
        return in;
    }

    @Override
    public OutputStream getOutputStream() {
        return out;
    }

    /** Any limit but 0 means: take what is there. HttpClient sets one only to see whether an idle connection was closed. */
    @Override
    public void setSoTimeout(int millis) {
        soTimeout = millis;
    }

    @Override
    public int getSoTimeout() {
        return soTimeout;
    }

    @Override
    public void setTcpNoDelay(boolean on) {
        // nothing is ever delayed here
    }

    @Override
    public void setSoLinger(boolean on, int seconds) {
        // nothing is ever in flight here
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    @Override
    public String toString() {
        return "UnixSocket[" + getRemoteSocketAddress() + "]";
    }

    private int read(ByteBuffer into) throws IOException {
        if (soTimeout == 0) {
            return channel.read(into);
        }
        channel.configureBlocking(false);
        try {
            int count = channel.read(into);
            if (count == 0) {
                throw new SocketTimeoutException("nothing has arrived");
            }
            return count;
        } finally {
            channel.configureBlocking(true);
        }
    }

    /** What arrives. */
    private final class Input extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return length == 0 ? 0 : UnixSocket.this.read(ByteBuffer.wrap(into, offset, length));
        }

        @Override
        public void close() throws IOException {
            UnixSocket.this.close();
        }
    }

    /** What is sent. */
    private final class Output extends OutputStream {
        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            int end = offset + length;
            for (int at = offset; at < end; ) {
                at += channel.write(ByteBuffer.wrap(from, at, Math.min(end - at, MOST_AT_ONCE)));
            }
        }

        @Override
        public void close() throws IOException {
            UnixSocket.this.close();
        }
    }
}
