package io.modelrunner.testing.fake;

import io.modelrunner.RunnerEndpoint;
import io.modelrunner.testing.Exchange;
import io.modelrunner.testing.ReceivedRequest;
import io.modelrunner.testing.internal.Upstream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Passes a request on to a real engine, and its answer back, byte for byte as they come. */
final class PassOn {
    private static final int BUFFER = 16 * 1024;
    private static final Set<String> OF_THE_CONNECTION = Set.of("connection", "keep-alive");

    private PassOn() {}

    /** {@return the status of the engine's answer, which has been passed on} */
    static int pass(Exchange exchange, RunnerEndpoint engine, String path) throws IOException {
        ReceivedRequest asked = exchange.request();
        Upstream upstream;
        try {
            upstream = Upstream.connect(engine);
        } catch (IOException e) {
            Reply.empty(502).send(exchange);
            return 502;
        }
        try (upstream) {
            exchange.whenEnded(upstream::close);
            upstream.send(new ReceivedRequest(asked.method(), path, asked.headers(), ""), exchange.requestBytes());
            relay(exchange, upstream);
            return upstream.status();
        } finally {
            exchange.whenEnded(() -> {});
        }
    }

    private static void relay(Exchange exchange, Upstream upstream) throws IOException {
        exchange.head(upstream.status(), headerLines(upstream).toArray(String[]::new));
        byte[] buffer = new byte[BUFFER];
        for (int read = upstream.read(buffer); read >= 0; read = upstream.read(buffer)) {
            exchange.send(Arrays.copyOf(buffer, read));
        }
        exchange.end();
    }

    private static List<String> headerLines(Upstream upstream) {
        return upstream.headerLines().stream()
                .filter(line -> !OF_THE_CONNECTION.contains(
                        line.substring(0, Math.max(0, line.indexOf(':'))).toLowerCase(Locale.ROOT)))
                .toList();
    }
}
