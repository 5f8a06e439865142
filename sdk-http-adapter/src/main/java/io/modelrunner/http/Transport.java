package io.modelrunner.http;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.DefaultClientConnectionReuseStrategy;
import org.apache.hc.client5.http.impl.DefaultConnectionKeepAliveStrategy;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP client of an adapter: HTTP/1.1, one pool of connections, nothing done behind the caller's back.
 *
 * <p>Retries, redirects, cookies, compression and every time limit of HttpClient are off: retries and limits are ours,
 * and the runner has no use for the rest.
 */
final class Transport implements AutoCloseable {
    private static final int BUFFER = 32 * 1024;

    /**
     * For the wait on the pool, where "disabled" means not to wait at all: one thread may hand out the connection of another,
     * which then finds it missing for a moment, and would fail.
     */
    private static final Timeout LONGER_THAN_ANY = Timeout.ofDays(2);

    private final CloseableHttpClient client;
    private final @Nullable HttpHost proxy;
    private final int maxConnections;
    private final Set<HttpUriRequestBase> unanswered = ConcurrentHashMap.newKeySet();

    /**
     * @param connector opens connections
     * @param headers are sent with each request
     * @param proxy stands between, null if none does
     * @param maxConnections how many connections there may be at once
     */
    Transport(Connector connector, List<Header> headers, @Nullable HttpHost proxy, int maxConnections) {
        this(client(connector, headers, proxy, maxConnections), proxy, maxConnections);
    }

    /** The seam for tests whose answers come from no network. */
    Transport(CloseableHttpClient client) {
        this(client, null, HttpAdapter.MOST_CONNECTIONS);
    }

    private Transport(CloseableHttpClient client, @Nullable HttpHost proxy, int maxConnections) {
        this.client = client;
        this.proxy = proxy;
        this.maxConnections = maxConnections;
    }

    private static CloseableHttpClient client(
            Connector connector, List<Header> headers, @Nullable HttpHost proxy, int maxConnections) {
        return HttpClients.custom()
                .setConnectionManager(pool(connector, maxConnections))
                .setProxy(proxy)
                .setRequestExecutor(new AnswerExecutor())
                .setConnectionReuseStrategy(Transport::canBeUsedAgain)
                .setKeepAliveStrategy(Transport::keptFor)
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(LONGER_THAN_ANY)
                        .setResponseTimeout(Timeout.DISABLED)
                        .setProtocolUpgradeEnabled(false)
                        .build())
                .setUserAgent(Headers.userAgent())
                .setDefaultHeaders(headers)
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableContentCompression()
                .disableAuthCaching()
                .build();
    }

    private static PoolingHttpClientConnectionManager pool(Connector connector, int maxConnections) {
        PoolingHttpClientConnectionManager connections = new PoolingHttpClientConnectionManager(
                connector,
                PoolConcurrencyPolicy.STRICT,
                PoolReusePolicy.LIFO,
                TimeValue.NEG_ONE_MILLISECOND,
                ManagedHttpClientConnectionFactory.builder()
                        .http1Config(Http1Config.custom().setBufferSize(BUFFER).build())
                        .build());
        connections.setMaxTotal(maxConnections);
        connections.setDefaultMaxPerRoute(maxConnections);
        connections.setDefaultConnectionConfig(ConnectionConfig.custom()
                .setConnectTimeout(Timeout.DISABLED)
                .setSocketTimeout(Timeout.DISABLED)
                .build());
        return connections;
    }

    /**
     * llama.cpp's own server closes a connection behind the last chunk of a streamed answer, though it says that it keeps
     * it (seen with build 11669): a request sent on it would be lost. Docker Model Runner passes llama.cpp's name on, but not
     * the {@code Keep-Alive}, and does keep the connection.
     */
    private static boolean canBeUsedAgain(HttpRequest request, HttpResponse response, HttpContext context) {
        boolean itself = is(response, "Server", "llama.cpp") && response.containsHeader("Keep-Alive");
        return context.getAttribute(AnswerExecutor.CUT_SHORT) == null
                && !(itself && is(response, "Content-Type", "text/event-stream"))
                && DefaultClientConnectionReuseStrategy.INSTANCE.keepAlive(request, response, context);
    }

    /**
     * Half of what the server says: a request that is sent just when it closes the connection is lost, and nobody can tell whether it
     * ran. Of calls in a rhythm of the five seconds that llama.cpp says, one in eight was lost so behind a port that Docker
     * publishes; and on a busy machine what is sent takes its time. Of a server that says nothing, it is half of three minutes.
     */
    private static TimeValue keptFor(HttpResponse response, HttpContext context) {
        TimeValue announced = DefaultConnectionKeepAliveStrategy.INSTANCE.getKeepAliveDuration(response, context);
        return TimeValue.ofMilliseconds(announced.toMilliseconds() / 2);
    }

    private static boolean is(HttpResponse response, String header, String start) {
        Header found = response.getFirstHeader(header);
        return found != null && found.getValue() != null && found.getValue().startsWith(start);
    }

    /** {@return what stands between, null if nothing does} */
    @Nullable
    String proxy() {
        return proxy == null ? null : proxy.toHostString();
    }

    /** Sends a request and waits for the headers of its answer; the caller closes that or cancels the request. */
    ClassicHttpResponse send(HttpUriRequestBase request, HttpClientContext context) throws IOException {
        context.setAttribute(Connector.REQUEST, request);
        unanswered.add(request);
        try {
            return open(request, context);
        } catch (IOException | RuntimeException e) {
            if (request.isCancelled() && context.getAttribute(Connector.HAS_PLACE) == null) {
                throw new NoPlaceException(maxConnections, e);
            }
            throw e;
        } finally {
            unanswered.remove(request);
        }
    }

    private ClassicHttpResponse open(HttpUriRequestBase request, HttpClientContext context) throws IOException {
        while (true) {
            try {
                return client.executeOpen(null, request, context);
            } catch (AnswerExecutor.GoneException e) {
                // Each of them leaves the pool; a new connection is never one of them.
            }
        }
    }

    /** Closes every connection, those in use too; HttpClient forgets who waits for one, and would let them wait. */
    @Override
    public void close() {
        client.close(CloseMode.IMMEDIATE);
        unanswered.forEach(HttpUriRequestBase::cancel);
    }

    /** A request was cancelled while all connections were in use. */
    static final class NoPlaceException extends IOException {
        private static final long serialVersionUID = 1L;

        final int maxConnections;

        NoPlaceException(int maxConnections, Exception cause) {
            super("all " + maxConnections + " connections are in use", cause);
            this.maxConnections = maxConnections;
        }
    }
}
