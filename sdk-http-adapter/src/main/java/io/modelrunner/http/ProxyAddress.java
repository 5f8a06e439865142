package io.modelrunner.http;

import static java.util.Objects.requireNonNull;

import io.modelrunner.InvalidRequestException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.apache.hc.core5.http.HttpHost;

/** Where a proxy is. */
final class ProxyAddress {
    private static final int DEFAULT_PORT = 80;

    private ProxyAddress() {}

    /** {@return the proxy at {@code host:port} or at an http URL of these} */
    static HttpHost parse(String address) {
        String text = requireNonNull(address, "address").strip();
        try {
            URI uri = new URI(text.contains("://") ? text : "http://" + text);
            int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
            boolean good = "http".equalsIgnoreCase(uri.getScheme())
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null
                    && (uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"))
                    && port > 0
                    && port <= 65_535;
            if (good) {
                return new HttpHost("http", uri.getHost().toLowerCase(Locale.ROOT), port);
            }
        } catch (URISyntaxException e) {
            // as good as any other that is none
        }
        boolean secret = text.contains("@") || text.contains("?") || text.length() > 80;
        throw new InvalidRequestException(
                "proxy",
                "host:port or an http URL of these, without user, path or query",
                secret ? "one with '@' or '?', or a long one" : '"' + text + '"');
    }
}
