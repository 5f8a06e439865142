package io.modelrunner.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ScriptedServerTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    @Test
    void answersAndRecordsTheRequest() throws Exception {
        try (ScriptedServer server = ScriptedServer.answering(Script.json("{\"a\":\"ä\"}"))) {
            HttpResponse<String> response = post(server, "/v1/x?y=1", BodyPublishers.ofString("grüße"));
            assertThat(response.body()).isEqualTo("{\"a\":\"ä\"}");
            assertThat(response.headers().firstValue("content-type")).contains("application/json");
            ReceivedRequest request = server.lastRequest();
            assertThat(request.method()).isEqualTo("POST");
            assertThat(request.path()).isEqualTo("/v1/x?y=1");
            assertThat(request.header("x-test")).contains("yes");
            assertThat(request.body()).isEqualTo("grüße");
        }
    }

    @Test
    void readsBodiesThatComeInChunks() throws Exception {
        try (ScriptedServer server = ScriptedServer.answering(Script.json("{}"))) {
            post(
                    server,
                    "/",
                    BodyPublishers.ofInputStream(() ->
                            new java.io.ByteArrayInputStream("x".repeat(99_999).getBytes(UTF_8))));
            assertThat(server.lastRequest().header("transfer-encoding")).contains("chunked");
            assertThat(server.lastRequest().body()).hasSize(99_999);
        }
    }

    @Test
    void keepsTheConnectionAndTakesScriptsInOrder() throws Exception {
        try (ScriptedServer server = ScriptedServer.answering(Script.json("1"), Script.events("2"), Script.json("3"))
                .on("/other", Script.json(404, "none"))) {
            HttpClient client = HttpClient.newHttpClient();
            assertThat(get(client, server, "/").body()).isEqualTo("1");
            assertThat(get(client, server, "/other?q").statusCode()).isEqualTo(404);
            assertThat(get(client, server, "/").body()).isEqualTo("data: 2\n\ndata: [DONE]\n\n");
            assertThat(get(client, server, "/").body()).isEqualTo("3");
            assertThat(get(client, server, "/").body()).isEqualTo("3");
            assertThat(server.connectionsAccepted()).isEqualTo(1);
            assertThat(server.connectionsOpen()).isEqualTo(1);
            assertThat(server.requests()).hasSize(5);
        }
    }

    @Test
    void closesTheConnectionWhenAsked() throws Exception {
        Script closing = exchange -> {
            exchange.head(200, "Content-Length: 1", "Connection: close")
                    .send("x")
                    .end();
        };
        try (ScriptedServer server = ScriptedServer.answering(closing);
                Socket socket = ask(server)) {
            assertThat(rest(socket))
                    .isEqualTo("HTTP/1.1 200 Scripted\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx");
        }
    }

    @Test
    void splitsAtAnyByte() throws Exception {
        Script split =
                exchange -> exchange.inPiecesOf(1).events().sendSplit("aäb", 2).end();
        try (ScriptedServer server = ScriptedServer.answering(split)) {
            assertThat(get(HttpClient.newHttpClient(), server, "/").body()).isEqualTo("aäb");
            try (Socket socket = ask(server)) {
                assertThat(rest(socket)).endsWith("\r\n\r\n2\r\na\u00c3\r\n2\r\n\u00a4b\r\n0\r\n\r\n");
            }
        }
    }

    @Test
    void cutsInMidChunk() throws Exception {
        Script cut = exchange -> exchange.events("1").raw("ff\r\ndata").cut();
        try (ScriptedServer server = ScriptedServer.answering(cut)) {
            try (Socket socket = ask(server)) {
                assertThat(rest(socket)).endsWith("data: 1\n\n\r\nff\r\ndata");
            }
            assertThatThrownBy(() -> get(HttpClient.newHttpClient(), server, "/"))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void resetsTheConnection() throws Exception {
        try (ScriptedServer server = ScriptedServer.answering(Exchange::reset);
                Socket socket = ask(server)) {
            assertThatExceptionOfType(SocketException.class).isThrownBy(() -> rest(socket));
        }
    }

    @Test
    void seesTheClientCloseWhileItStalls() throws Exception {
        try (ScriptedServer server = ScriptedServer.answering(Script.silence())) {
            long closed;
            try (Socket socket = ask(server)) {
                server.awaitRequests(1, SOON);
                assertThat(socket.isConnected()).isTrue();
                assertThat(server.connectionsOpen()).isEqualTo(1);
                closed = System.nanoTime();
            }
            assertThat(server.awaitClientClosed(SOON) - closed).isPositive().isLessThan(SOON.toNanos());
            assertThat(server.connectionsOpen()).isZero();
        }
    }

    @Test
    void seesTheClientCloseWhileItStreams() throws Exception {
        try (ScriptedServer server = ScriptedServer.answering(Script.endless("x", Duration.ofMillis(1)))) {
            try (Socket socket = ask(server)) {
                assertThat(socket.getInputStream().readNBytes(1_000)).hasSize(1_000);
            }
            assertThat(server.awaitClientClosed(SOON)).isLessThanOrEqualTo(System.nanoTime());
        }
    }

    @Test
    void doesNotTakeTheEndOfAWholeAnswerForACancel() throws Exception {
        try (ScriptedServer server = ScriptedServer.answering(Script.json("{}"))) {
            try (Socket socket = ask(server)) {
                StringBuilder answer = new StringBuilder();
                while (answer.indexOf("\r\n\r\n{}") < 0) { // a client that closes before has not had it all
                    answer.append((char) socket.getInputStream().read());
                }
            }
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> server.awaitClientClosed(Duration.ofMillis(50)))
                    .withMessageContaining("in vain");
        }
    }

    @Test
    void goesOnWhenReleased() throws Exception {
        Script stalling = exchange -> exchange.head(200, "Content-Length: 2")
                .send("a")
                .stall()
                .send("b")
                .end();
        try (ScriptedServer server = ScriptedServer.answering(stalling);
                Socket socket = ask(server)) {
            server.release();
            assertThat(rest(socket)).endsWith("\r\n\r\nab");
        }
    }

    @Test
    void closeEndsAStall() throws Exception {
        ScriptedServer server = ScriptedServer.answering(Script.silence());
        try (Socket socket = ask(server)) {
            server.awaitRequests(1, SOON);
            server.close();
            assertThat(rest(socket)).isEmpty();
        }
        assertThat(server.connectionsOpen()).isZero();
    }

    @Test
    void answersBeforeTheBodyWasRead() throws Exception {
        Script early = exchange -> exchange.unread().answer(413, "text/plain", "too large");
        try (ScriptedServer server = ScriptedServer.answering(early);
                Socket socket = new Socket("127.0.0.1", server.port())) {
            send(socket, "POST / HTTP/1.1\r\nContent-Length: 1000000\r\n\r\nx");
            assertThat(rest(socket)).startsWith("HTTP/1.1 413").endsWith("too large");
            assertThat(server.lastRequest().body()).isEmpty();
        }
    }

    @Test
    void trickles() throws Exception {
        Script slow = exchange ->
                exchange.events().trickle("abc", Duration.ofMillis(20)).end();
        try (ScriptedServer server = ScriptedServer.answering(slow)) {
            long start = System.nanoTime();
            assertThat(get(HttpClient.newHttpClient(), server, "/").body()).isEqualTo("abc");
            assertThat(System.nanoTime() - start)
                    .isGreaterThan(Duration.ofMillis(55).toNanos());
        }
    }

    @Test
    void failureOfAScriptIsNotLost() throws Exception {
        ScriptedServer server = ScriptedServer.answering(
                exchange -> assertThat(exchange.request().body()).isEqualTo("x"));
        try (Socket socket = ask(server)) {
            assertThat(rest(socket)).isEmpty();
        }
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(server::close)
                .havingCause();
    }

    @Test
    void replaysEveryRecordingAsItWas() throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        for (String name : Recordings.names()) {
            Recording recording = Recordings.load(name);
            boolean lying = recording
                    .response()
                    .header("content-length")
                    .filter(length ->
                            Long.parseLong(length) != recording.response().bodyLength())
                    .isPresent();
            if (recording.response().end() != Recording.End.WHOLE || lying) {
                continue; // the client below takes whole answers only
            }
            try (ScriptedServer server = ScriptedServer.replay(recording)) {
                HttpResponse<byte[]> response = client.send(request(server, "/").build(), BodyHandlers.ofByteArray());
                assertThat(response.statusCode())
                        .as(name)
                        .isEqualTo(recording.response().status());
                assertThat(response.body()).as(name).hasSize((int)
                        recording.response().bodyLength());
                assertThat(response.headers().firstValue("Content-Type"))
                        .as(name)
                        .isEqualTo(recording.response().header("Content-Type"));
            }
        }
    }

    @Test
    void replaysWhatTheServerCut() throws Exception {
        Recording recording = Recordings.load("inference/chat-stream-engine-killed");
        try (ScriptedServer server = ScriptedServer.replay(recording);
                Socket socket = ask(server)) {
            assertThat(rest(socket))
                    .contains("Transfer-Encoding: chunked")
                    .endsWith("\r\n")
                    .doesNotEndWith("0\r\n\r\n");
        }
    }

    private static HttpResponse<String> post(ScriptedServer server, String path, HttpRequest.BodyPublisher body)
            throws Exception {
        HttpRequest request =
                request(server, path).header("X-Test", "yes").POST(body).build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }

    private static HttpResponse<String> get(HttpClient client, ScriptedServer server, String path) throws Exception {
        return client.send(request(server, path).build(), BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(ScriptedServer server, String path) {
        return HttpRequest.newBuilder(URI.create(server.url() + path))
                .version(HttpClient.Version.HTTP_1_1)
                .timeout(SOON);
    }

    private static Socket ask(ScriptedServer server) throws IOException {
        Socket socket = new Socket("127.0.0.1", server.port());
        socket.setSoTimeout((int) SOON.toMillis());
        send(socket, "GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(UTF_8));
    }

    private static String rest(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        return new String(in.readAllBytes(), ISO_8859_1);
    }
}
