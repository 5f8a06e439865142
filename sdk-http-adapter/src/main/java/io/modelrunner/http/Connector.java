package io.modelrunner.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.io.HttpClientConnectionOperator;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.Closer;
import org.apache.hc.core5.net.NamedEndpoint;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections: over TCP or to a socket in the file system, with TLS where the address asks for it.
 *
 * <p>Sockets come from channels: an interrupt ends a wait on these, on plain sockets it is ignored. HttpClient's own
 * connector goes on to a host's next address when a request is cancelled while it connects, and then waits with nobody
 * left to end that; this one looks first.
 */
final class Connector implements HttpClientConnectionOperator {
    /** Where a request is found that a connection is wanted for. */
    static final String REQUEST = "io.modelrunner.http.request";

    /** Where it is noted that a request waits no longer for a place in the pool of connections. */
    static final String HAS_PLACE = "io.modelrunner.http.hasPlace";

    private static final long PAUSE_MILLIS = 10;

    private final @Nullable Path unixSocket;
    private final @Nullable SSLContext trust;

    /** Made when it is first needed: to read whom the system trusts takes long, and most runners speak no TLS. */
    private volatile @Nullable TlsSocketStrategy tls;

    /**
     * @param unixSocket the socket that all connections go to, null for TCP
     * @param trust how certificates are judged, null for the system's way
     */
    Connector(@Nullable Path unixSocket, @Nullable SSLContext trust) {
        this.unixSocket = unixSocket;
        this.trust = trust;
    }

    private TlsSocketStrategy tls() {
        TlsSocketStrategy made = tls;
        if (made == null) {
            made = trust == null
                    ? DefaultClientTlsStrategy.createSystemDefault()
                    : new DefaultClientTlsStrategy(trust, HostnameVerificationPolicy.BUILTIN, null);
            tls = made;
        }
        return made;
    }

    @Override
    public void connect(
            ManagedHttpClientConnection connection,
            HttpHost host,
            @Nullable NamedEndpoint name,
            @Nullable Path path,
            @Nullable InetSocketAddress local,
            @Nullable Timeout timeout,
            SocketConfig config,
            @Nullable Object attachment,
            HttpContext context)
            throws IOException {
        context.setAttribute(HAS_PLACE, true);
        Socket socket = unixSocket == null
                ? overTcp(connection, host, context)
                : toFile(connection, UnixDomainSocketAddress.of(unixSocket), context);
        if (URIScheme.HTTPS.same(host.getSchemeName())) {
            secure(connection, socket, name == null ? host : name, context);
        }
    }

    private static Socket overTcp(ManagedHttpClientConnection connection, HttpHost host, HttpContext context)
            throws IOException {
        List<IOException> failures = new ArrayList<>();
        for (InetAddress address : InetAddress.getAllByName(host.getHostName())) {
            Socket socket = SocketChannel.open().socket();
            try {
                open(connection, socket, new InetSocketAddress(address, port(host)), context);
                return socket;
            } catch (IOException e) {
                failures.add(e);
                if (isCancelled(context)) {
                    break;
                }
            }
        }
        IOException first = failures.get(0);
        failures.stream().skip(1).forEach(first::addSuppressed);
        throw first;
    }

    private static int port(HttpHost host) {
        return host.getPort() >= 0 ? host.getPort() : URIScheme.HTTPS.same(host.getSchemeName()) ? 443 : 80;
    }

    /**
     * Connects to a socket in the file system. While its queue is full, a platform thread waits in the system; a virtual
     * thread gets an error at once, and so waits here.
     */
    private static Socket toFile(
            ManagedHttpClientConnection connection, UnixDomainSocketAddress address, HttpContext context)
            throws IOException {
        while (true) {
            Socket socket = new UnixSocket();
            try {
                open(connection, socket, address, context);
                return socket;
            } catch (SocketException e) {
                boolean full = e.getClass() == SocketException.class && Files.isWritable(address.getPath());
                if (!full || isCancelled(context)) {
                    throw e;
                }
                pause();
            }
        }
    }

    private static void pause() throws InterruptedIOException {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while it waited to connect");
        }
    }

    /** Connects a socket, which the connection knows from before that on, so that a cancel closes it. */
    private static void open(
            ManagedHttpClientConnection connection, Socket socket, SocketAddress address, HttpContext context)
            throws IOException {
        try {
            connection.bind(socket);
            if (isCancelled(context)) { // perhaps before the bind, and then nobody closes this socket
                throw new InterruptedIOException("cancelled before it connected");
            }
            socket.setTcpNoDelay(true);
            socket.connect(address);
        } catch (IOException | RuntimeException e) {
            Closer.closeQuietly(socket);
            throw e;
        }
    }

    private static boolean isCancelled(HttpContext context) {
        return context.getAttribute(REQUEST) instanceof HttpUriRequestBase request && request.isCancelled();
    }

    private void secure(ManagedHttpClientConnection connection, Socket socket, NamedEndpoint name, HttpContext context)
            throws IOException {
        try {
            SSLSocket secured = tls().upgrade(socket, name.getHostName(), name.getPort(), null, context);
            connection.bind(secured, socket);
        } catch (IOException | RuntimeException e) {
            Closer.closeQuietly(socket);
            throw e;
        }
    }

    /** Begins TLS with what is behind a proxy. */
    @Override
    public void upgrade(
            ManagedHttpClientConnection connection,
            HttpHost host,
            @Nullable NamedEndpoint name,
            @Nullable Object attachment,
            HttpContext context)
            throws IOException {
        secure(connection, connection.getSocket(), name == null ? host : name, context);
    }

    @Override
    public void connect(
            ManagedHttpClientConnection connection,
            HttpHost host,
            @Nullable InetSocketAddress local,
            @Nullable TimeValue timeout,
            SocketConfig config,
            HttpContext context)
            throws IOException {
        connect(connection, host, null, null, local, null, config, null, context);
    }

    @Override
    public void upgrade(ManagedHttpClientConnection connection, HttpHost host, HttpContext context) throws IOException {
        upgrade(connection, host, null, null, context);
    }
}
