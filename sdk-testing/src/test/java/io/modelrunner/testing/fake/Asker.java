package io.modelrunner.testing.fake;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.modelrunner.testing.ReceivedRequest;
import io.modelrunner.testing.internal.Upstream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Asks a fake runner over the wire, with no more of HTTP than is asked for. */
final class Asker {
    /** An answer, as far as it came. */
    record Answer(int status, Map<String, String> headers, byte[] bytes, boolean whole) {
        String body() {
            return new String(bytes, UTF_8);
        }

        String contentType() {
            return headers.getOrDefault("content-type", "");
        }
    }

    private final FakeModelRunner runner;

    Asker(FakeModelRunner runner) {
        this.runner = runner;
    }

    Answer get(String path) {
        return ask("GET", path, Map.of(), new byte[0]);
    }

    Answer delete(String path) {
        return ask("DELETE", path, Map.of(), new byte[0]);
    }

    Answer post(String path, String body) {
        return ask("POST", path, Map.of(), body.getBytes(UTF_8));
    }

    Answer pull(String body) {
        return ask("POST", "/models/create", Map.of("accept", "application/json"), body.getBytes(UTF_8));
    }

    Answer ask(String method, String path, Map<String, String> headers, byte[] body) {
        try (Upstream upstream = Upstream.connect(runner.endpoint())) {
            upstream.send(new ReceivedRequest(method, path, headers, ""), body);
            return read(upstream, new CountDownLatch(1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Answer read(Upstream upstream, CountDownLatch begun) {
        Map<String, String> headers = new TreeMap<>();
        for (String line : upstream.headerLines()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        boolean whole = true;
        try {
            byte[] buffer = new byte[8192];
            for (int read = upstream.read(buffer); read >= 0; read = upstream.read(buffer)) {
                body.write(buffer, 0, read);
                begun.countDown();
            }
        } catch (IOException e) {
            whole = false;
        }
        return new Answer(upstream.status(), headers, body.toByteArray(), whole);
    }

    /** Asks in the background, until the runner is closed; returns when the first bytes of the body are there. */
    void begin(String path, String body) {
        CountDownLatch begun = new CountDownLatch(1);
        Thread thread = new Thread(() -> {
            try (Upstream upstream = Upstream.connect(runner.endpoint())) {
                Map<String, String> headers = Map.of("accept", "application/json");
                upstream.send(new ReceivedRequest("POST", path, headers, ""), body.getBytes(UTF_8));
                read(upstream, begun);
            } catch (IOException e) {
                begun.countDown(); // whoever waits will see what is missing
            }
        });
        thread.setDaemon(true);
        thread.start();
        try {
            if (!begun.await(10, TimeUnit.SECONDS)) {
                throw new AssertionError("the answer did not begin");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
