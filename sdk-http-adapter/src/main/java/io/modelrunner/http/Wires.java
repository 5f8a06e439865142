package io.modelrunner.http;

import io.modelrunner.discovery.Candidate;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;
import org.jspecify.annotations.Nullable;

/**
 * How an adapter gets to a place, wherever that is.
 *
 * @param headers are sent with each request
 * @param trust how certificates are judged; null to do so as the place wants it
 * @param proxy stands between, null if none does
 * @param maxConnections how many connections there may be at once
 */
record Wires(
        List<Header> headers,
        @Nullable SSLContext trust,
        @Nullable HttpHost proxy,
        int maxConnections) {
    Transport to(Candidate place) {
        Path socket = place.endpoint().unixSocket().orElse(null);
        SSLContext judge = trust == null ? CertificateFile.trusting(place.trust()) : trust;
        return new Transport(new Connector(socket, judge), headers, socket == null ? proxy : null, maxConnections);
    }

    /** {@return these without the headers: a key is for the runner, and not for whoever may be at a place} */
    Wires forStrangers() {
        return new Wires(List.of(), trust, proxy, maxConnections);
    }
}
