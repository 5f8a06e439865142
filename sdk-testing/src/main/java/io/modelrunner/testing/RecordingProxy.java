package io.modelrunner.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.modelrunner.RunnerEndpoint;
import io.modelrunner.testing.internal.Upstream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands before a real runner, passes everything through as it comes, and writes down what was said. */
final class RecordingProxy implements Script, AutoCloseable {
    private static final int BUFFER = 16 * 1024;
    private static final long LAST_WORDS_SECONDS = 5;

    /** All of a request's headers that a recording has: others may hold a key, and none has a meaning on replay. */
    private static final Map<String, String> KEPT = Map.of("content-type", "Content-Type");

    /** What concerns this one connection, and what is somebody's own. */
    private static final Set<String> LEFT_OUT = Set.of("connection", "keep-alive", "set-cookie");

    private final RunnerEndpoint runner;
    private final Path directory;
    private final AtomicInteger count = new AtomicInteger();
    private final Phaser underWay = new Phaser(1);
    private final ScriptedServer server;

    RecordingProxy(RunnerEndpoint runner, Path directory) {
        this.runner = runner;
        this.directory = directory;
        this.server = ScriptedServer.answering(this);
    }

    /** {@return the runner's address, with this in its place} */
    String url() {
        return runner.toString().replaceFirst("^http://[^/]+", server.url());
    }

    @Override
    public void answer(Exchange exchange) throws IOException {
        underWay.register();
        int number = count.incrementAndGet();
        try {
            passOn(exchange, number);
        } finally {
            underWay.arriveAndDeregister();
        }
    }

    private void passOn(Exchange exchange, int number) throws IOException {
        ReceivedRequest request = exchange.request();
        Upstream upstream;
        try {
            upstream = Upstream.connect(runner);
        } catch (IOException e) {
            exchange.answer(503, "text/plain", "no runner can be reached at " + runner + ": " + e.getMessage());
            return;
        }
        try (upstream) {
            exchange.whenEnded(upstream::close);
            upstream.send(request);
            answer(exchange, upstream, request, number);
        } finally {
            exchange.whenEnded(() -> {});
        }
    }

    private void answer(Exchange exchange, Upstream upstream, ReceivedRequest request, int number) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        Recording.End end;
        try {
            end = relay(exchange, upstream, body);
        } catch (IOException e) {
            end = exchange.isEnded() ? Recording.End.CUT_BY_CLIENT : Recording.End.CUT_BY_SERVER;
        }
        RecordingFiles.write(directory, recording(request, upstream, body, end, number));
        switch (end) {
            case WHOLE -> exchange.end();
            case CUT_BY_SERVER -> exchange.cut();
            case CUT_BY_CLIENT -> {}
        }
    }

    /** Hands every byte on as soon as it is there; the client hears of the end only when it is written down. */
    private static Recording.End relay(Exchange exchange, Upstream upstream, ByteArrayOutputStream body)
            throws IOException {
        exchange.head(upstream.status(), headerLines(upstream).toArray(String[]::new));
        byte[] buffer = new byte[BUFFER];
        for (int read = upstream.read(buffer); read >= 0; read = upstream.read(buffer)) {
            body.write(buffer, 0, read);
            exchange.send(Arrays.copyOf(buffer, read));
        }
        return Recording.End.WHOLE;
    }

    private static List<String> headerLines(Upstream upstream) {
        return upstream.headerLines().stream()
                .filter(line -> !LEFT_OUT.contains(name(line).toLowerCase(Locale.ROOT)))
                .toList();
    }

    private static String name(String headerLine) {
        return headerLine.substring(0, Math.max(0, headerLine.indexOf(':')));
    }

    private Recording recording(
            ReceivedRequest asked, Upstream upstream, ByteArrayOutputStream body, Recording.End end, int number) {
        Map<String, String> sent = new LinkedHashMap<>();
        KEPT.forEach((key, name) -> asked.header(key).ifPresent(value -> sent.put(name, value)));
        Map<String, String> arrived = new LinkedHashMap<>();
        headerLines(upstream)
                .forEach(line -> arrived.put(
                        name(line), line.substring(name(line).length() + 1).strip()));
        String name = directory.getFileName() + "/" + String.format(Locale.ROOT, "%03d", number) + slug(asked.path());
        return new Recording(
                name,
                "",
                new Recording.Request(asked.method(), asked.path(), sent, asked.body()),
                new Recording.Response(upstream.status(), arrived, body.toString(UTF_8), body.size(), end));
    }

    /** {@return what was asked for, from the path; never from the prompt, which has no place in the name of a file} */
    private static String slug(String path) {
        String operation = path.replaceFirst("\\?.*", "").replaceFirst("^.*/v1/", "");
        String words = operation.replaceAll("[^A-Za-z0-9]+", "-").replaceAll("^-|-$", "");
        return words.isEmpty() ? "" : "-" + words;
    }

    /** Waits until all that was said is written down. The caller has closed the client before. */
    @Override
    public void close() {
        try {
            underWay.awaitAdvanceInterruptibly(underWay.arrive(), LAST_WORDS_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            throw new IllegalStateException("an exchange did not end when its client was closed", e);
        } finally {
            server.close();
        }
    }
}
