package io.modelrunner.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.testing.ReceivedRequest;
import io.modelrunner.testing.Recordings;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What requests look like on the wire, and which connection they take. */
@Timeout(30)
class RequestsOnTheWireTest {
    private static final ChatRequest REQUEST = ChatRequest.of("ai/tiny", "Hello");
    private static final Script CHAT = Script.replay(Recordings.load("inference/chat"));

    @Test
    void headersAreOurs() {
        try (ScriptedServer server = EndpointFormsTest.modelRunner();
                HttpAdapter adapter = HttpAdapter.at(server.url())) {
            adapter.chat(ChatRequest.of("ai/tiny", "äöü 🦙"));
            adapter.listModels();
            try (ChatStream stream = adapter.stream(REQUEST)) {
                stream.join();
            }
            assertThat(server.requests()).hasSizeGreaterThan(4).allSatisfy(request -> {
                assertThat(request.header("user-agent").orElseThrow())
                        .startsWith("model-runner-sdk-java/")
                        .doesNotContain("docker-model-cli/");
                assertThat(request.headers())
                        .doesNotContainKeys(
                                "origin",
                                "upgrade",
                                "http2-settings",
                                "expect",
                                "cookie",
                                "accept-encoding",
                                "transfer-encoding",
                                "authorization");
                assertThat(request.header("host")).contains("127.0.0.1:" + server.port());
                assertThat(request.header("connection").orElse("keep-alive")).isEqualTo("keep-alive");
            });
            ReceivedRequest chat = server.requests().stream()
                    .filter(request -> request.method().equals("POST"))
                    .findFirst()
                    .orElseThrow();
            int length = chat.body().getBytes(UTF_8).length;
            assertThat(chat.header("content-length")).contains(String.valueOf(length));
            assertThat(chat.header("content-type").orElseThrow()).startsWith("application/json");
            assertThat(chat.body()).contains("äöü 🦙");
        }
    }

    @Test
    void requestLineSaysHttp11() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                HttpAdapter adapter = HttpAdapter.at("127.0.0.1:" + listener.getLocalPort() + "/v1");
                ChatStream stream = adapter.stream(REQUEST)) {
            listener.setSoTimeout(10_000);
            Thread asking = new Thread(() -> catchThrowableOfType(RuntimeException.class, stream::join));
            asking.start();
            try (var socket = listener.accept()) {
                byte[] line = socket.getInputStream().readNBytes("POST /v1/chat/completions HTTP/1.1\r\n".length());
                assertThat(new String(line, ISO_8859_1)).isEqualTo("POST /v1/chat/completions HTTP/1.1\r\n");
            }
        }
    }

    @Test
    void keyAndHeadersAreSentWithEveryRequest() {
        try (ScriptedServer server = EndpointFormsTest.modelRunner();
                HttpAdapter adapter = HttpAdapter.builder(server.url())
                        .apiKey("sk-123")
                        .header("X-Team", "blue")
                        .header("User-Agent", "mine/1")
                        .build()) {
            adapter.chat(REQUEST);
            adapter.listModels();
            assertThat(server.requests()).hasSizeGreaterThan(3).allSatisfy(request -> {
                assertThat(request.header("authorization")).contains("Bearer sk-123");
                assertThat(request.header("x-team")).contains("blue");
                assertThat(request.header("user-agent")).contains("mine/1");
            });
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Origin",
                "ORIGIN",
                "Host",
                "Content-Length",
                "Content-Type",
                "Transfer-Encoding",
                "Connection",
                "Expect",
                "Upgrade",
                "TE",
                "Trailer",
                "",
                "a b",
                "a:b",
                "a\r\nb"
            })
    void headersOfHttpItselfAreRefused(String name) {
        HttpAdapter.Builder builder = HttpAdapter.builder("localhost:12434");
        assertThatThrownBy(() -> builder.header(name, "x")).isInstanceOf(InvalidRequestException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nb: c", "a\nb", "\u0000", "日本", "docker-model-cli/1.0"})
    void valuesThatBreakARequestAreRefusedAndNotRepeated(String value) {
        HttpAdapter.Builder builder = HttpAdapter.builder("localhost:12434");
        assertThatThrownBy(() -> builder.header("X-A", value)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> builder.apiKey("secret" + value))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageNotContaining("secret");
    }

    @Test
    void connectionIsUsedAgainForTheNextChat() {
        try (ScriptedServer server = EndpointFormsTest.modelRunner();
                HttpAdapter adapter = HttpAdapter.at(server.url() + "/engines/v1")) {
            adapter.chat(REQUEST);
            adapter.chat(REQUEST);
            adapter.listModels();
            assertThat(server.connectionsAccepted()).isEqualTo(1);
        }
    }

    @Test
    void connectionIsUsedAgainBehindARefusal() {
        Script refusal = Script.replay(Recordings.load("inference/model-not-pulled"));
        try (ScriptedServer server = ScriptedServer.answering(refusal, CHAT);
                HttpAdapter adapter = HttpAdapter.at(server.url() + "/engines/v1")) {
            assertThatThrownBy(() -> adapter.chat(REQUEST)).isInstanceOf(RuntimeException.class);
            adapter.chat(REQUEST);
            assertThat(server.connectionsAccepted()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"inference/chat-stream-usage, 1", "llama-cpp/chat-stream, 2"})
    void connectionIsUsedAgainBehindAStreamUnlessLlamaCppClosesIt(String name, int connections) {
        try (ScriptedServer server = ScriptedServer.replay(Recordings.load(name));
                HttpAdapter adapter = HttpAdapter.at(server.url() + "/v1")) {
            for (int i = 0; i < 2; i++) {
                try (ChatStream stream = adapter.stream(REQUEST)) {
                    stream.join();
                }
            }
            assertThat(server.connectionsAccepted()).isEqualTo(connections);
        }
    }
}
