package io.modelrunner.testing.fake;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.modelrunner.testing.Exchange;
import io.modelrunner.testing.internal.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A whole answer.
 *
 * @param status the status code
 * @param body the body
 * @param headers its lines, but for those that frame the body
 */
record Reply(int status, String body, List<String> headers) {
    static final String TEXT = "Content-Type: text/plain; charset=utf-8";
    static final String NO_SNIFF = "X-Content-Type-Options: nosniff";
    static final String ENGINE = "Server: llama.cpp";
    private static final String JSON = "Content-Type: application/json";
    private static final String ENGINE_JSON = "Content-Type: application/json; charset=utf-8";
    private static final int LARGEST_UNCHUNKED = 2048;

    /** {@return what the runner says itself when it refuses} */
    static Reply error(int status, String message) {
        return new Reply(status, message + "\n", List.of(TEXT, NO_SNIFF));
    }

    /** {@return what the runner says itself} */
    static Reply json(int status, @Nullable Object value) {
        String text = Json.write(value)
                .replace("<", "\\u003c")
                .replace(">", "\\u003e")
                .replace("&", "\\u0026");
        return new Reply(status, text + "\n", List.of(JSON));
    }

    static Reply empty(int status) {
        return new Reply(status, "", List.of());
    }

    static Reply text(String body) {
        return new Reply(200, body, List.of(TEXT));
    }

    /** {@return what the engine says} */
    static Reply engine(int status, @Nullable Object value) {
        return new Reply(status, Json.write(value), List.of(ENGINE_JSON, ENGINE));
    }

    /** {@return what the engine says when it refuses} */
    static Reply engineError(int status, String type, String message) {
        return engine(status, Json.object("error", Json.object("code", status, "message", message, "type", type)));
    }

    Reply with(String header) {
        List<String> more = new ArrayList<>(headers);
        more.add(header);
        return new Reply(status, body, more);
    }

    boolean has(String header) {
        return headers.contains(header);
    }

    void send(Exchange exchange) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        List<String> lines = new ArrayList<>(headers);
        boolean chunked = lines.contains("Transfer-Encoding: chunked");
        if (!chunked && status != 204) {
            chunked = bytes.length > LARGEST_UNCHUNKED && !lines.contains(ENGINE);
            lines.add(chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + bytes.length);
        }
        exchange.head(status, lines.toArray(String[]::new));
        if (!exchange.requestHead().method().equals("HEAD")) {
            exchange.send(bytes);
        }
        exchange.end();
    }
}
