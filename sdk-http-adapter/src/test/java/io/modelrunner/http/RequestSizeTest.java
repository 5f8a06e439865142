package io.modelrunner.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.RequestRefusedException;
import io.modelrunner.Timeouts;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests that are too long: for us, and for a server that says so before it has read them. */
@Timeout(60)
class RequestSizeTest {
    private static final int LIMIT = 10_485_760;
    private static final ChatRequest LARGE = ChatRequest.of("m", "x".repeat(8 * 1024 * 1024));
    private static final String TOO_LARGE = "request too large\n";
    private static final Script ANSWER =
            Script.json("{\"choices\":[{\"finish_reason\":\"stop\",\"message\":{\"content\":\"Hi\"}}]}");

    @Test
    void longestRequestIsSentAndALongerOneIsNot() {
        int frame = ChatRequestWriter.write(ChatRequest.of("m", "x"), false).length - 1;
        try (ScriptedServer server = ScriptedServer.answering(ANSWER);
                HttpAdapter adapter = HttpAdapter.at(server.url() + "/v1")) {
            InvalidRequestException e =
                    catchThrowableOfType(InvalidRequestException.class, () -> adapter.chat(request(LIMIT - frame + 1)));
            assertThat(e.field()).isEqualTo("request");
            assertThat(e).hasMessage("request must be at most 10485760 bytes, but is 10485761 bytes");
            assertThat(e.elsewhere()).isFalse();
            assertThat(server.connectionsAccepted()).isZero();

            assertThat(adapter.chat(request(LIMIT - frame)).text()).isEqualTo("Hi");
            assertThat(server.lastRequest().body()).hasSize(LIMIT);
        }
    }

    @Test
    void nothingIsSentOfAStreamedRequestNorAskedOfTheServer() {
        try (ScriptedServer server = ScriptedServer.answering(ANSWER);
                HttpAdapter adapter = HttpAdapter.at(server.url())) {
            refused(() -> adapter.stream(request(LIMIT)).join());
            refused(() -> adapter.chat(request(LIMIT)));
            assertThat(server.connectionsAccepted()).isZero();
        }
    }

    @Test
    void lengthIsThatOfTheBytes() {
        try (HttpAdapter adapter = HttpAdapter.at("http://127.0.0.1:1/v1")) {
            refused(() -> adapter.chat(ChatRequest.of("m", "ü".repeat(LIMIT / 2))));
        }
    }

    @Test
    void serverWithAnotherLimit() {
        try (ScriptedServer server = ScriptedServer.answering(ANSWER);
                HttpAdapter small = HttpAdapter.builder(server.url() + "/v1")
                        .maxRequestBytes(1000)
                        .build();
                HttpAdapter large = HttpAdapter.builder(server.url() + "/v1")
                        .maxRequestBytes(Long.MAX_VALUE)
                        .build()) {
            assertThat(refused(() -> small.chat(request(1000))).bound()).isEqualTo("at most 1000 bytes");
            assertThat(large.chat(request(LIMIT)).text()).isEqualTo("Hi");
        }
    }

    @Test
    void limitThatIsNone() {
        assertThat(refused(() -> HttpAdapter.builder("localhost").maxRequestBytes(0))
                        .field())
                .isEqualTo("maxRequestBytes");
    }

    @ParameterizedTest
    @CsvSource({"413, anything", "400, request too large"})
    void answerThatComesWhileWeStillSend(int status, String body) {
        Script early = exchange -> exchange.unread().answer(status, "text/plain", body + "\n");
        try (ScriptedServer server = ScriptedServer.answering(early);
                HttpAdapter adapter = HttpAdapter.at(server.url() + "/v1")) {
            isTooLarge(adapter, status);
        }
    }

    /**
     * Trap 22: a request over 10 MiB is answered, and the connection closed, while we still send: the answer counts, not that
     * the writing failed.
     */
    @ParameterizedTest
    @CsvSource({"413", "400"})
    void answerOfAServerThatThenCloses(int status) {
        Script early = exchange -> {
            exchange.unread().answer(status, "text/plain", TOO_LARGE);
            exchange.cut();
        };
        try (ScriptedServer server = ScriptedServer.answering(early);
                HttpAdapter adapter = HttpAdapter.at(server.url() + "/v1")) {
            for (int i = 0; i < 20; i++) {
                isTooLarge(adapter, status);
            }
            assertThat(server.connectionsAccepted()).isEqualTo(20);
        }
    }

    @Test
    void answerOverTlsOfAServerThatThenCloses() throws Exception {
        try (ServerSocket server = Certificates.server("localhost")
                        .getServerSocketFactory()
                        .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
                HttpAdapter adapter = HttpAdapter.builder("https://localhost:" + server.getLocalPort() + "/v1")
                        .timeouts(Timeouts.builder().connect(Way.SHAKING_HANDS).build())
                        .caFile(Certificates.ca())
                        .build()) {
            FutureTask<Void> serving = new FutureTask<>(() -> refuseAndClose(server), null);
            new Thread(serving).start();
            isTooLarge(adapter, 413);
            serving.get(10, TimeUnit.SECONDS);
        }
    }

    private static void refuseAndClose(ServerSocket server) {
        try (Socket client = server.accept()) {
            InputStream in = client.getInputStream();
            assertThat(in.readNBytes(1000)).hasSize(1000);
            String answer = "HTTP/1.1 413 Too Large\r\nContent-Length: " + TOO_LARGE.length() + "\r\n\r\n" + TOO_LARGE;
            client.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void isTooLarge(HttpAdapter adapter, int status) {
        RequestRefusedException e = catchThrowableOfType(RequestRefusedException.class, () -> adapter.chat(LARGE));
        assertThat(e).hasMessageContaining("takes no request of this size");
        assertThat(e.status()).hasValue(status);
    }

    private static InvalidRequestException refused(ThrowingCallable call) {
        return catchThrowableOfType(InvalidRequestException.class, call);
    }

    private static ChatRequest request(int characters) {
        return ChatRequest.of("m", "x".repeat(characters));
    }
}
