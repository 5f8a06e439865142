package io.modelrunner.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.modelrunner.testing.Recording;
import io.modelrunner.testing.Recordings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/** A runner that keeps the bytes of the bodies that it gets, read as slowly as the test wants. */
final class BodyServer implements AutoCloseable {
    private final HttpServer server;
    private final List<String> answers;
    private final int piece;
    private final Duration pause;
    private final List<String> heads = Collections.synchronizedList(new ArrayList<>());
    private final List<com.sun.net.httpserver.Headers> headers = Collections.synchronizedList(new ArrayList<>());
    private final List<byte[]> bodies = Collections.synchronizedList(new ArrayList<>());

    private BodyServer(List<String> answers, int piece, Duration pause) throws IOException {
        this.answers = answers;
        this.piece = piece;
        this.pause = pause;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.start();
    }

    /** {@return one that gives recorded answers to all but the questions what it is} */
    static BodyServer answering(String... recordings) throws IOException {
        return new BodyServer(List.of(recordings), 1 << 20, Duration.ZERO);
    }

    /** {@return one that takes its time, and answers as to a load} */
    static BodyServer reading(int piece, Duration pause) throws IOException {
        return new BodyServer(List.of("models/load"), piece, pause);
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().toString();
        if (path.equals("/engines/status") || path.equals("/version")) {
            answer(exchange, Recordings.load(path.equals("/version") ? "service/version" : "engines/status"));
            return;
        }
        headers.add(exchange.getRequestHeaders());
        bodies.add(read(exchange));
        heads.add(exchange.getRequestMethod() + " " + path);
        answer(exchange, Recordings.load(answers.get(Math.min(heads.size(), answers.size()) - 1)));
    }

    private byte[] read(HttpExchange exchange) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] buffer = new byte[piece];
        for (int count = exchange.getRequestBody().readNBytes(buffer, 0, piece);
                count > 0;
                count = exchange.getRequestBody().readNBytes(buffer, 0, piece)) {
            body.write(buffer, 0, count);
            try {
                Thread.sleep(pause.toMillis()); // the server itself is what is slow here
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
        return body.toByteArray();
    }

    private static void answer(HttpExchange exchange, Recording recording) throws IOException {
        byte[] body = recording.response().body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(recording.response().status(), body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    HttpAdapter.Builder builder() {
        return HttpAdapter.builder("http://127.0.0.1:" + server.getAddress().getPort());
    }

    HttpAdapter adapter() {
        return builder().build();
    }

    /** {@return method and path of each request} */
    List<String> heads() {
        return List.copyOf(heads);
    }

    byte[] body(int request) {
        return bodies.get(request);
    }

    String header(int request, String name) {
        return Objects.requireNonNullElse(headers.get(request).getFirst(name), "");
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
