package io.modelrunner.http;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.List;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.DefaultClientConnectionReuseStrategy;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.io.HttpClientConnectionOperator;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * The HTTP client of an adapter: HTTP/1.1, one pool of connections, nothing done behind the caller's back.
 *
 * <p>Retries, redirects, cookies, compression and every time limit of HttpClient are off: retries and limits are ours,
 * and the runner has no use for the rest.
 */
final class Transport implements AutoCloseable {
    /** Where a call leaves a note that wants to know when its connection stands. */
    static final String ON_CONNECTED = "io.modelrunner.http.onConnected";

    private static final int MOST_CONNECTIONS = 20_000;
    private static final int BUFFER = 32 * 1024;

    /**
     * For the wait on the pool, where "disabled" means not to wait at all: one thread may hand out the connection of another,
     * which then finds it missing for a moment, and would fail.
     */
    private static final Timeout LONGER_THAN_ANY = Timeout.ofDays(2);

    private final CloseableHttpClient client;
    private final PoolingHttpClientConnectionManager connections;

    Transport(String userAgent, List<Header> headers) {
        connections = new PoolingHttpClientConnectionManager(
                operator(),
                PoolConcurrencyPolicy.STRICT,
                PoolReusePolicy.LIFO,
                TimeValue.NEG_ONE_MILLISECOND,
                ManagedHttpClientConnectionFactory.builder()
                        .http1Config(Http1Config.custom().setBufferSize(BUFFER).build())
                        .build());
        connections.setMaxTotal(MOST_CONNECTIONS);
        connections.setDefaultMaxPerRoute(MOST_CONNECTIONS);
        connections.setDefaultConnectionConfig(ConnectionConfig.custom()
                .setConnectTimeout(Timeout.DISABLED)
                .setSocketTimeout(Timeout.DISABLED)
                .build());
        client = HttpClients.custom()
                .setConnectionManager(connections)
                .setRequestExecutor(new AnnouncingExecutor())
                .setConnectionReuseStrategy(Transport::canBeUsedAgain)
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(LONGER_THAN_ANY)
                        .setResponseTimeout(Timeout.DISABLED)
                        .setProtocolUpgradeEnabled(false)
                        .build())
                .setUserAgent(userAgent)
                .setDefaultHeaders(headers)
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableContentCompression()
                .disableAuthCaching()
                .build();
    }

    /** Sockets come from channels: an interrupt ends a wait on these, on plain sockets it is ignored. */
    private static HttpClientConnectionOperator operator() {
        return new DefaultHttpClientConnectionOperator(
                proxy -> SocketChannel.open().socket(),
                null,
                null,
                RegistryBuilder.<TlsSocketStrategy>create()
                        .register(URIScheme.HTTPS.id, DefaultClientTlsStrategy.createSystemDefault())
                        .build());
    }

    /**
     * llama.cpp's own server closes a connection behind the last chunk of a streamed answer, though it says that it keeps
     * it (seen with build 11669): a request sent on it would be lost. Docker Model Runner passes llama.cpp's name on, but not
     * the {@code Keep-Alive}, and does keep the connection.
     */
    private static boolean canBeUsedAgain(HttpRequest request, HttpResponse response, HttpContext context) {
        boolean itself = is(response, "Server", "llama.cpp") && response.containsHeader("Keep-Alive");
        return !(itself && is(response, "Content-Type", "text/event-stream"))
                && DefaultClientConnectionReuseStrategy.INSTANCE.keepAlive(request, response, context);
    }

    private static boolean is(HttpResponse response, String header, String start) {
        Header found = response.getFirstHeader(header);
        return found != null && found.getValue() != null && found.getValue().startsWith(start);
    }

    /** Sends a request and waits for the headers of its answer; the caller closes that or cancels the request. */
    ClassicHttpResponse send(ClassicHttpRequest request, HttpClientContext context) throws IOException {
        return client.executeOpen(null, request, context);
    }

    /** Closes every connection, those in use too. */
    @Override
    public void close() {
        client.close(CloseMode.IMMEDIATE);
    }

    /** Tells a call when its connection stands, which is when HttpClient begins to write the request. */
    private static final class AnnouncingExecutor extends HttpRequestExecutor {
        @Override
        public ClassicHttpResponse execute(
                ClassicHttpRequest request,
                HttpClientConnection connection,
                HttpResponseInformationCallback information,
                HttpContext context)
                throws IOException, HttpException {
            if (context.getAttribute(ON_CONNECTED) instanceof Runnable connected) {
                connected.run();
            }
            return super.execute(request, connection, information, context);
        }
    }
}
