package io.modelrunner.testcontainers;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;

/** A registry of images with one that has nothing in it. */
final class OneImageRegistry implements AutoCloseable {
    private static final String CONFIG_TYPE = "application/vnd.docker.container.image.v1+json";
    private static final String MANIFEST_TYPE = "application/vnd.docker.distribution.manifest.v2+json";
    private static final String CONFIG = """
            {"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":[]}}""";
    private static final String MANIFEST = """
            {"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"%s","size":%d,"digest":"%s"},"layers":[]}""".formatted(MANIFEST_TYPE, CONFIG_TYPE, CONFIG.length(), digest(CONFIG));

    private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    private final AtomicInteger pulls = new AtomicInteger();

    OneImageRegistry() throws IOException {
        server.createContext("/v2/", exchange -> answer(exchange, "application/json", "{}"));
        server.createContext("/v2/x/y/manifests/", exchange -> answer(exchange, MANIFEST_TYPE, MANIFEST));
        server.createContext("/v2/x/y/blobs/", exchange -> {
            pulls.incrementAndGet();
            answer(exchange, "application/octet-stream", CONFIG);
        });
        server.start();
    }

    /** {@return the name of the image} */
    String image() {
        return "localhost:" + server.getAddress().getPort() + "/x/y:1";
    }

    /** {@return how often it was pulled} */
    int pulls() {
        return pulls.get();
    }

    private static void answer(HttpExchange exchange, String type, String body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("Docker-Content-Digest", digest(body));
        boolean head = exchange.getRequestMethod().equals("HEAD");
        if (head) {
            exchange.getResponseHeaders().set("Content-Length", String.valueOf(body.length()));
        }
        exchange.sendResponseHeaders(200, head ? -1 : body.length());
        if (!head) {
            exchange.getResponseBody().write(body.getBytes(UTF_8));
        }
        exchange.close();
    }

    private static String digest(String body) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(body.getBytes(UTF_8));
            return "sha256:" + HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
