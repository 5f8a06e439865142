package io.modelrunner.http;

import static java.util.Objects.requireNonNull;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.Timeouts.Phase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;
import org.jspecify.annotations.Nullable;

/** The part of the settings of an adapter that is about its connections. */
abstract class WiresBuilder<B extends WiresBuilder<B>> {
    private final List<Header> headers = new ArrayList<>();
    private @Nullable SSLContext trust;
    private @Nullable HttpHost proxy;
    private int maxConnections = HttpAdapter.MOST_CONNECTIONS;

    abstract B self();

    /**
     * Sends an API key with each request. The runner itself asks for none; its engine does when started with one.
     *
     * @param key sent as {@code Authorization: Bearer …}; never shown in a message; not null
     * @return this
     */
    public final B apiKey(String key) {
        return header("Authorization", "Bearer " + requireNonNull(key, "key"));
    }

    /**
     * Sends a header with each request.
     *
     * @param name its name; not {@code Origin}, which the runner refuses, nor one that HTTP itself needs
     * @param value its value; not null
     * @return this
     * @throws InvalidRequestException if the name is not allowed, or either part has control characters
     */
    public final B header(String name, String value) {
        headers.add(Headers.checked(name, value));
        return self();
    }

    /**
     * Trusts those whose certificates are in a file, and nobody else, as {@code MODEL_RUNNER_TLS_CA_CERT} has the
     * {@code docker model} command do; an {@link #sslContext} given before no longer counts. Without either, whom Java
     * trusts is trusted. TLS is spoken to an address with {@code https}, in version 1.2 or later, and the
     * certificate must be for the host of the address.
     *
     * <p>Docker Model Runner keeps its own in {@code .docker/model-runner/certs/ca.crt} of its user's home.
     *
     * @param pem a PEM file with one certificate or several; read now; not null
     * @return this
     * @throws InvalidRequestException if the file can't be read, or has no certificate or something else in it
     */
    public final B caFile(Path pem) {
        this.trust = CertificateFile.trusting(pem);
        return self();
    }

    /**
     * Leaves to a context whom to trust, and what to show to a server that wants a certificate; a {@link #caFile} given
     * before no longer counts. Versions before TLS 1.2 are not spoken even if it allows them, and the host is
     * verified by its name as ever.
     *
     * @param context already initialised; not null
     * @return this
     */
    public final B sslContext(SSLContext context) {
        this.trust = requireNonNull(context, "context");
        return self();
    }

    /**
     * Goes through a proxy: requests to an {@code http} address are handed to it, for an {@code https} address it is
     * asked to connect, so that it sees neither headers nor text. A socket in the file system needs none, and this is
     * then of no effect. Without this there is none, whatever Java's system properties say.
     *
     * @param address {@code host:port} or {@code http://host:port}; without a port 80; not null
     * @return this
     * @throws InvalidRequestException if the address is in neither form
     */
    public final B proxy(String address) {
        this.proxy = ProxyAddress.parse(address);
        return self();
    }

    /**
     * Limits how many connections there are at once; each call under way has one, and those of finished calls are used
     * again. A call that finds none free waits for one within its limit of connecting, and is then a
     * {@link io.modelrunner.TimedOutException} of the phase {@link Phase#CONNECT}.
     *
     * @param count 1 to 20,000, which is the default
     * @return this
     * @throws InvalidRequestException if the number is out of these bounds
     */
    public final B maxConnections(int count) {
        if (count < 1 || count > HttpAdapter.MOST_CONNECTIONS) {
            throw new InvalidRequestException("maxConnections", "between 1 and 20000", String.valueOf(count));
        }
        this.maxConnections = count;
        return self();
    }

    /** {@return how to get to any place, as it is set now} */
    Wires wires() {
        return new Wires(List.copyOf(headers), trust, proxy, maxConnections);
    }
}
