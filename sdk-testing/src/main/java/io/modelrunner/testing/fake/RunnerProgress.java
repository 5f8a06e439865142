package io.modelrunner.testing.fake;

import io.modelrunner.testing.Exchange;
import io.modelrunner.testing.internal.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The runner's own lines of progress: JSON, or for everybody but those who ask for exactly that, JSON escaped as HTML. */
final class RunnerProgress implements ProgressLines {
    private final Exchange exchange;
    private final String mode;
    private final boolean escaped;
    private final EventSink lines;
    private boolean begun;

    RunnerProgress(Exchange exchange, String mode, @Nullable Fault fault, Duration pace) {
        this.exchange = exchange;
        this.mode = mode;
        boolean escapes = fault != null && fault.escapes();
        String accept = exchange.requestHead().header("accept").orElse("");
        this.escaped = escapes || !accept.equals("application/json");
        this.lines = new EventSink(exchange, escapes ? null : fault, pace);
    }

    @Override
    public void layer(Manifest.Layer layer, long current, long total) throws IOException {
        String done = mode.equals("pull") ? "Downloaded" : "Uploaded";
        String megabytes = String.format(Locale.ROOT, "%s: %.2f MB", done, current / 1024.0 / 1024.0);
        line("progress", megabytes, total, Json.object("id", layer.digest(), "size", layer.size(), "current", current));
    }

    @Override
    public void success(String message) throws IOException {
        line("success", message, 0, Json.object("size", 0, "current", 0));
        lines.end();
    }

    @Override
    public void failure(String message, String last) throws IOException {
        line("error", message, 0, Json.object("size", 0, "current", 0));
        exchange.send(last + "\n");
        exchange.end();
    }

    private void line(String type, String message, long total, Map<String, @Nullable Object> layer) throws IOException {
        begin();
        String line =
                Json.write(Json.object("type", type, "message", message, "total", total, "layer", layer, "mode", mode));
        lines.send((escaped ? escaped(line) : line) + "\n");
    }

    private void begin() throws IOException {
        if (!begun) {
            begun = true;
            exchange.head(
                    200,
                    "Cache-Control: no-cache",
                    "Connection: keep-alive",
                    "Content-Type: " + (escaped ? "text/plain" : "application/json"),
                    "Transfer-Encoding: chunked");
        }
    }

    private static String escaped(String line) {
        return line.replace("&", "&amp;")
                .replace("\"", "&#34;")
                .replace("'", "&#39;")
                .replace("<", "&lt;")
                .replace(">", "&gt;");
    }
}
