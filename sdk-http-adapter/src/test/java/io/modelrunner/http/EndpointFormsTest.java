package io.modelrunner.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.modelrunner.CancelledException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.TimedOutException;
import io.modelrunner.Timeouts;
import io.modelrunner.adapter.Health;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.testing.Recordings;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where requests go, and what is asked of a server that the address does not describe. */
@Timeout(30)
class EndpointFormsTest {
    private static final ChatRequest REQUEST = ChatRequest.of("ai/tiny", "Hello");
    private static final Script CHAT = Script.replay(Recordings.load("inference/chat"));
    private static final Script STREAM = Script.replay(Recordings.load("inference/chat-stream-usage"));
    private static final Script LIST = Script.replay(Recordings.load("models/openai-list"));
    private static final Script NOT_FOUND = Script.replay(Recordings.load("service/unknown-path"));

    @ParameterizedTest
    @CsvSource({
        "/engines, /engines/v1",
        "/engines/, /engines/v1",
        "/engines/v1, /engines/v1",
        "/engines/v1/, /engines/v1",
        "/engines/llama.cpp, /engines/llama.cpp/v1",
        "/engines/llama.cpp/, /engines/llama.cpp/v1",
        "/engines/llama.cpp/v1, /engines/llama.cpp/v1",
        "/engines/vllm/v1/, /engines/vllm/v1",
        "/v1, /v1",
        "/v1/, /v1",
        "/proxy/prefix/engines/v1, /proxy/prefix/engines/v1",
        "/proxy/v1, /proxy/v1"
    })
    void addressThatNamesThePathIsAskedThere(String form, String base) {
        try (ScriptedServer server = ScriptedServer.answering(NOT_FOUND)
                        .on(base + "/chat/completions", CHAT)
                        .on(base + "/models", LIST);
                HttpAdapter adapter = HttpAdapter.at(server.url() + form)) {
            assertThat(adapter.chat(REQUEST).text()).startsWith("Hello!");
            assertThat(adapter.listModels()).hasSize(4);
            assertThat(paths(server)).containsExactly("POST " + base + "/chat/completions", "GET " + base + "/models");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://%s", "http://%s/", "%s", "HTTP://%s//"})
    void bareAddressIsAskedOnceWhatItIs(String form) {
        try (ScriptedServer server = modelRunner();
                HttpAdapter adapter = HttpAdapter.at(form.formatted("127.0.0.1:" + server.port()))) {
            adapter.chat(REQUEST);
            int asked = server.requests().size();
            adapter.chat(REQUEST);
            adapter.listModels();
            try (ChatStream stream = adapter.stream(REQUEST)) {
                assertThat(stream.join().text()).startsWith("Hello!");
            }
            assertThat(paths(server).get(0)).isEqualTo("GET /engines/status");
            assertThat(paths(server).subList(asked - 1, asked + 3))
                    .containsExactly(
                            "POST /engines/v1/chat/completions",
                            "POST /engines/v1/chat/completions",
                            "GET /engines/v1/models",
                            "POST /engines/v1/chat/completions");
            assertThat(server.requests()).hasSize(asked + 3);
        }
    }

    @Test
    void nothingIsAskedBeforeTheFirstCall() {
        try (ScriptedServer server = modelRunner();
                HttpAdapter adapter = HttpAdapter.at(server.url());
                ChatStream stream = adapter.stream(REQUEST)) {
            assertThat(server.connectionsAccepted()).isZero();
            assertThat(stream.response()).isEmpty();
        }
    }

    @Test
    void prefixOfABareAddressIsKept() {
        try (ScriptedServer server = ScriptedServer.answering(NOT_FOUND)
                        .on("/prefix/engines/status", Script.replay(Recordings.load("engines/status")))
                        .on("/prefix/engines/v1/chat/completions", CHAT);
                HttpAdapter adapter = HttpAdapter.at(server.url() + "/prefix/")) {
            assertThat(adapter.chat(REQUEST).text()).startsWith("Hello!");
        }
    }

    @Test
    void llamaCppIsKnownByItsName() {
        try (ScriptedServer server = llamaCpp("llama-cpp/health");
                HttpAdapter adapter = HttpAdapter.at(server.url())) {
            assertThat(adapter.chat(REQUEST).text()).startsWith("Hello!");
            assertThat(server.lastRequest().path()).isEqualTo("/v1/chat/completions");
            assertThat(adapter.listModels()).hasSize(1);
            assertThat(adapter.health().isUp()).isTrue();
            assertThat(adapter.health().speaks()).contains("llama.cpp");
        }
    }

    @Test
    void llamaCppThatLoadsIsLoading() {
        try (ScriptedServer server = llamaCpp("llama-cpp/loading-health");
                HttpAdapter adapter = HttpAdapter.at(server.url() + "/v1")) {
            Health health = adapter.health();
            assertThat(health.status()).isEqualTo(Health.Status.LOADING);
            assertThat(health.detail()).contains("loading");
        }
    }

    @Test
    void ollamaIsKnownByItsVersion() {
        Script missing = exchange -> exchange.answer(404, "text/plain", "404 page not found");
        try (ScriptedServer server = ScriptedServer.answering(missing)
                        .on("/api/version", Script.json("{\"version\":\"0.12.3\"}"))
                        .on("/v1/models", Script.json("{\"object\":\"list\",\"data\":null}"))
                        .on("/v1/chat/completions", CHAT);
                HttpAdapter adapter = HttpAdapter.at(server.url())) {
            adapter.chat(REQUEST);
            assertThat(server.lastRequest().path()).isEqualTo("/v1/chat/completions");
            assertThat(adapter.listModels()).isEmpty();
            Health health = adapter.health();
            assertThat(health.speaks()).contains("Ollama");
            assertThat(health.version()).contains("0.12.3");
        }
    }

    @Test
    void otherServersAreKnownByTheirList() {
        try (ScriptedServer server = ScriptedServer.answering(NOT_FOUND)
                        .on("/v1/models", LIST)
                        .on("/v1/chat/completions", CHAT);
                HttpAdapter adapter = HttpAdapter.at(server.url())) {
            adapter.chat(REQUEST);
            assertThat(server.lastRequest().path()).isEqualTo("/v1/chat/completions");
            assertThat(adapter.health().speaks()).contains("OpenAI-compatible server");
        }
    }

    @Test
    void serverThatSaysOkToAnythingIsNoModelRunner() {
        String error = "{\"error\":\"Unexpected endpoint or method. (GET /engines/status)\"}";
        try (ScriptedServer server = ScriptedServer.answering(Script.json(error))
                        .on("/v1/models", LIST)
                        .on("/v1/chat/completions", CHAT);
                HttpAdapter adapter = HttpAdapter.at(server.url())) {
            adapter.chat(REQUEST);
            assertThat(server.lastRequest().path()).isEqualTo("/v1/chat/completions");
            assertThat(adapter.health().speaks()).contains("OpenAI-compatible server");
        }
    }

    @Test
    void serverThatWantsAKeyForItsListIsThere() {
        try (ScriptedServer server = ScriptedServer.answering(NOT_FOUND)
                        .on("/v1/models", Script.json(401, "{\"error\":{\"message\":\"no key\"}}"));
                HttpAdapter adapter = HttpAdapter.at(server.url())) {
            assertThat(adapter.health().isUp()).isTrue();
        }
    }

    @Test
    void runnerTellsItsVersion() {
        try (ScriptedServer server = modelRunner();
                HttpAdapter adapter = HttpAdapter.at(server.url() + "/engines/v1")) {
            Health health = adapter.health();
            assertThat(health.speaks()).contains("Docker Model Runner");
            assertThat(health.version()).contains("dev");
            assertThat(health.detail()).contains(server.url());
            assertThat(paths(server)).containsExactly("GET /engines/status", "GET /version");
        }
    }

    @Test
    void versionOfAStrangerIsCut() {
        Script endless = Script.json("{\"version\":\"" + "1".repeat(100_000) + "\"}");
        try (ScriptedServer server = modelRunner().on("/version", endless);
                HttpAdapter adapter = HttpAdapter.at(server.url())) {
            Health health = adapter.health();
            assertThat(health.version()).contains("1".repeat(100) + "…");
            assertThat(health.detail()).hasSizeLessThan(200);
        }
    }

    @Test
    void runnerOfOldWithoutVersionIsUp() {
        try (ScriptedServer server = ScriptedServer.answering(NOT_FOUND)
                        .on("/engines/status", Script.replay(Recordings.load("engines/status")));
                HttpAdapter adapter = HttpAdapter.at(server.url())) {
            assertThat(adapter.health().isUp()).isTrue();
            assertThat(adapter.health().version()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "404, text/plain, 404 page not found",
        "404, application/json, '{\"message\":\"page not found\"}'",
        "200, text/html, <html></html>"
    })
    void whatIsNoModelRunnerIsUnreachable(int status, String contentType, String body) {
        try (ScriptedServer server = ScriptedServer.answering(exchange -> exchange.answer(status, contentType, body));
                HttpAdapter adapter = HttpAdapter.at(server.url())) {
            RunnerUnreachableException e =
                    catchThrowableOfType(RunnerUnreachableException.class, () -> adapter.chat(REQUEST));
            assertThat(e.remedies()).isNotEmpty();
            assertThat(e.elsewhere()).isTrue();
            assertThat(e.what()).contains(server.url());
            assertThatThrownBy(adapter::listModels).isInstanceOf(RunnerUnreachableException.class);
            assertDown(adapter.health());
        }
    }

    @Test
    void unknownServerIsAskedAgainNextTime() {
        try (ScriptedServer server = ScriptedServer.answering(NOT_FOUND);
                HttpAdapter adapter = HttpAdapter.at(server.url())) {
            assertThatThrownBy(() -> adapter.chat(REQUEST)).isInstanceOf(RunnerUnreachableException.class);
            server.on("/engines/status", Script.replay(Recordings.load("engines/status")));
            server.on("/engines/v1/chat/completions", CHAT);
            assertThat(adapter.chat(REQUEST).text()).startsWith("Hello!");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/v1"})
    void healthOfASilentServerIsDownWithinTwoSeconds(String form) {
        try (ScriptedServer server = ScriptedServer.answering(Script.silence());
                HttpAdapter adapter = HttpAdapter.at(server.url() + form)) {
            assertDownSoon(adapter);
        }
    }

    @Test
    void healthOfATricklingServerIsDownWithinTwoSeconds() {
        Script trickle = exchange -> exchange.head(200, "Content-Type: application/json", "Content-Length: 1000")
                .trickle("x".repeat(1_000), Duration.ofMillis(50));
        try (ScriptedServer server = ScriptedServer.answering(trickle);
                HttpAdapter adapter = HttpAdapter.at(server.url())) {
            assertDownSoon(adapter);
        }
    }

    @Test
    void healthWithoutConnectionIsDownWithinTwoSecondsWhateverTheTimeouts() throws IOException {
        // A listener whose queue is full drops what knocks: nobody refuses, nobody accepts.
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Knocking knocking = new Knocking(full.getLocalPort());
                HttpAdapter adapter = HttpAdapter.builder("127.0.0.1:" + full.getLocalPort())
                        .timeouts(Timeouts.builder()
                                .connect(Duration.ofSeconds(20))
                                .build())
                        .build()) {
            assertThat(knocking.count()).isPositive();
            assertDownSoon(adapter);
        }
    }

    @Test
    void healthOfAClosedPortIsDown() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        try (HttpAdapter adapter = HttpAdapter.at("127.0.0.1:" + port)) {
            assertDownSoon(adapter);
            assertThatThrownBy(() -> adapter.chat(REQUEST)).isInstanceOf(RunnerUnreachableException.class);
        }
    }

    @Test
    void silentServerIsNotTakenForARunner() {
        Timeouts limits = Timeouts.builder().answer(Duration.ofSeconds(1)).build();
        try (ScriptedServer server = ScriptedServer.answering(Script.silence());
                HttpAdapter adapter =
                        HttpAdapter.builder(server.url()).timeouts(limits).build()) {
            assertThatThrownBy(() -> adapter.chat(REQUEST)).isInstanceOf(TimedOutException.class);
        }
    }

    /** The limit of a question for its own sake is no limit of a request that needs the answer. */
    @Test
    void serverThatIsSlowToSayWhatItIsIsWaitedFor() {
        Script status = Script.replay(Recordings.load("engines/status"));
        try (ScriptedServer server = modelRunner()
                        .on(
                                "/engines/status",
                                exchange -> status.answer(exchange.pause(DialectProbe.LIMIT.plusMillis(300))))
                        .on("/engines/v1/chat/completions", Script.replay(Recordings.load("inference/chat")));
                HttpAdapter adapter = HttpAdapter.at(server.url())) {
            assertThat(adapter.chat(REQUEST).text()).isNotEmpty();
        }
    }

    @Test
    void serverThatDoesNotSayWhatItIsIsToldWithTheLimitOfTheRequest() {
        Timeouts limits = Timeouts.builder().answer(Duration.ofMillis(2_500)).build();
        try (ScriptedServer server = ScriptedServer.answering(exchange -> exchange.stall());
                HttpAdapter adapter = HttpAdapter.at(server.url())) {
            ChatRequest request = REQUEST.toBuilder().timeouts(limits).build();
            assertThatThrownBy(() -> adapter.chat(request))
                    .isInstanceOf(TimedOutException.class)
                    .hasMessageContaining("took longer than PT2.5S (answer)");
        }
    }

    @Test
    void closedAdapterAnswersNothing() {
        try (ScriptedServer server = modelRunner()) {
            HttpAdapter adapter = HttpAdapter.at(server.url());
            adapter.close();
            adapter.close();
            assertThatThrownBy(() -> adapter.chat(REQUEST)).isInstanceOf(CancelledException.class);
            assertThatThrownBy(adapter::listModels).isInstanceOf(CancelledException.class);
            assertThatThrownBy(() -> adapter.stream(REQUEST).join()).isInstanceOf(CancelledException.class);
            assertThat(adapter.health().status()).isEqualTo(Health.Status.DOWN);
            assertThat(server.connectionsAccepted()).isZero();
        }
    }

    private static void assertDownSoon(HttpAdapter adapter) {
        long begin = System.nanoTime();
        assertDown(adapter.health());
        // two seconds, and a lot for a machine that is busy; other limits are minutes
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(15));
    }

    private static void assertDown(Health health) {
        assertThat(health.status()).isEqualTo(Health.Status.DOWN);
        assertThat(health.remedies()).isNotEmpty();
        assertThat(health.speaks()).isEmpty();
    }

    static ScriptedServer modelRunner() {
        return ScriptedServer.answering(NOT_FOUND)
                .on("/engines/status", Script.replay(Recordings.load("engines/status")))
                .on("/version", Script.replay(Recordings.load("service/version")))
                .on("/engines/v1/models", LIST)
                .on("/engines/v1/chat/completions", exchange -> {
                    boolean streamed = exchange.request().body().contains("\"stream\":true");
                    (streamed ? STREAM : CHAT).answer(exchange);
                });
    }

    private static ScriptedServer llamaCpp(String health) {
        return ScriptedServer.replay(Recordings.load("llama-cpp/unknown-path"))
                .on("/health", Script.replay(Recordings.load(health)))
                .on("/v1/models", Script.replay(Recordings.load("llama-cpp/models")))
                .on("/v1/chat/completions", Script.replay(Recordings.load("llama-cpp/chat")));
    }

    private static List<String> paths(ScriptedServer server) {
        return server.requests().stream()
                .map(request -> request.method() + " " + request.path())
                .toList();
    }
}
