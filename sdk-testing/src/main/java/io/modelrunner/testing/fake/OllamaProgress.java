package io.modelrunner.testing.fake;

import io.modelrunner.testing.Exchange;
import io.modelrunner.testing.internal.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Progress in the words of Ollama. */
final class OllamaProgress implements ProgressLines {
    private static final int SHORT = 12;

    private final Exchange exchange;
    private final EventSink lines;
    private boolean begun;

    OllamaProgress(Exchange exchange, @Nullable Fault fault) {
        this.exchange = exchange;
        boolean escapes = fault != null && fault.escapes(); // there is nothing to escape here
        this.lines = new EventSink(exchange, escapes ? null : fault, Duration.ZERO);
    }

    @Override
    public void layer(Manifest.Layer layer, long current, long total) throws IOException {
        String hex = layer.digest().substring("sha256:".length());
        line(Json.object(
                "status",
                "pulling " + hex.substring(0, SHORT),
                "digest",
                layer.digest(),
                "total",
                layer.size(),
                "completed",
                current));
    }

    @Override
    public void success(String message) throws IOException {
        line(Json.object("status", "success"));
        lines.end();
    }

    @Override
    public void failure(String message, String last) throws IOException {
        line(Json.object("error", message));
        line(Json.object("error", last));
        exchange.end();
    }

    private void line(Map<String, @Nullable Object> line) throws IOException {
        if (!begun) {
            begun = true;
            exchange.head(
                    200,
                    "Cache-Control: no-cache",
                    "Connection: keep-alive",
                    "Content-Type: application/x-ndjson",
                    "Transfer-Encoding: chunked");
        }
        lines.send(Json.write(line) + "\n");
    }
}
