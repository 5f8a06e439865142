package io.modelrunner.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Gives a recorded response once more. */
final class Replay {
    private Replay() {}

    static void answer(Exchange exchange, Recording.Response response) throws IOException {
        exchange.head(response.status(), headerLines(response));
        byte[] body = response.body().getBytes(UTF_8);
        if (exchange.mayHaveBody()) {
            exchange.send(body.length < response.bodyLength() ? new byte[(int) response.bodyLength()] : body);
        }
        switch (response.end()) {
            case CUT_BY_SERVER -> exchange.cut();
            case CUT_BY_CLIENT -> exchange.stall();
            case WHOLE -> exchange.end();
        }
    }

    private static String[] headerLines(Recording.Response response) {
        List<String> lines = new ArrayList<>();
        response.headers().forEach((name, value) -> lines.add(name + ": " + value));
        boolean framed =
                response.isChunked() || response.header("Content-Length").isPresent();
        if (!framed && response.status() != 204) {
            lines.add("Content-Length: " + response.bodyLength());
        }
        return lines.toArray(String[]::new);
    }
}
