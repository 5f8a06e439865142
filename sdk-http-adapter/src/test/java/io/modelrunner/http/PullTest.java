package io.modelrunner.http;

import static io.modelrunner.http.Pulls.SUCCEEDING;
import static io.modelrunner.http.Pulls.SUCCESS;
import static io.modelrunner.http.Pulls.asked;
import static io.modelrunner.http.Pulls.error;
import static io.modelrunner.http.Pulls.lines;
import static io.modelrunner.http.Pulls.progress;
import static io.modelrunner.http.Pulls.runner;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.modelrunner.ModelRunnerException;
import io.modelrunner.ModelUnavailableException;
import io.modelrunner.OperationMissingException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.Timeouts;
import io.modelrunner.store.DiskFullException;
import io.modelrunner.store.NotInRegistryException;
import io.modelrunner.store.PullEvent;
import io.modelrunner.store.PullStream;
import io.modelrunner.store.PurgeConfirmation;
import io.modelrunner.store.RegistryAccessException;
import io.modelrunner.store.RegistryRequest;
import io.modelrunner.store.RegistryUnavailableException;
import io.modelrunner.store.UnsupportedArtifactException;
import io.modelrunner.testing.LeakCheck;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A pull: what is repeated and what is not, and when it has succeeded. */
@Timeout(60)
class PullTest {
    private static final String MODEL = "ai/wanted";
    private static final Duration LIMIT = Duration.ofSeconds(2);

    @RegisterExtension
    final LeakCheck leaks = LeakCheck.of();

    @Test
    void pausesAreThoseOfTheCommand() {
        assertThat(Transfer.PAUSES)
                .containsExactly(
                        Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4), Duration.ofSeconds(8));
    }

    @ParameterizedTest
    @ValueSource(ints = {502, 503, 504})
    void statusThatPassesIsTriedFourTimesMore(int status) {
        try (ScriptedServer server = runner(exchange -> exchange.answer(status, "text/plain", "gateway"));
                HttpAdapter adapter = Pulls.to(server).build()) {
            List<PullEvent> events = new ArrayList<>();
            ModelRunnerException e = Pulls.failure(adapter, MODEL, events);
            assertThat(e.status()).hasValue(status);
            assertThat(asked(server)).hasSize(5).containsOnly("POST /models/create");
            assertThat(events)
                    .filteredOn(PullEvent.Started.class::isInstance)
                    .extracting(event -> ((PullEvent.Started) event).attempt())
                    .containsExactly(1, 2, 3, 4, 5);
            assertThat(events).filteredOn(PullEvent.Warning.class::isInstance).hasSize(4);
            assertThat(e.timeline().attempts()).hasSize(5);
        }
    }

    @Test
    void gatewayThatSaysNothingIsAskedNoMoreOftenAndIsNoEngine() {
        try (ScriptedServer server = runner(exchange -> exchange.answer(502, "text/plain", ""));
                HttpAdapter adapter = Pulls.to(server).build()) {
            ModelRunnerException e = Pulls.failure(adapter, MODEL, new ArrayList<>());
            assertThat(e).isInstanceOf(RunnerUnreachableException.class).hasMessageContaining("502");
            assertThat(asked(server)).hasSize(5);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400, Invalid model reference, io.modelrunner.RequestRefusedException",
        "401, Unauthorized, io.modelrunner.store.RegistryAccessException",
        "403, Forbidden, io.modelrunner.store.RegistryAccessException",
        "404, Model not found, io.modelrunner.store.NotInRegistryException",
        "422, unsupported model config media type, io.modelrunner.store.UnsupportedArtifactException",
        "408, took you too long, io.modelrunner.RunnerUnreachableException",
        "429, slow down, io.modelrunner.ModelBusyException",
        "500, error while pulling model: 503 Service Unavailable, io.modelrunner.store.RegistryUnavailableException",
        "500, error while pulling model: something new, io.modelrunner.ModelUnavailableException"
    })
    void otherStatusIsNotTriedAgain(int status, String body, Class<? extends ModelRunnerException> type) {
        try (ScriptedServer server = runner(exchange -> exchange.answer(status, "text/plain", body));
                HttpAdapter adapter = Pulls.to(server).build()) {
            ModelRunnerException e = Pulls.failure(adapter, MODEL, new ArrayList<>());
            assertThat(e).isExactlyInstanceOf(type);
            assertThat(e.status()).hasValue(status);
            assertThat(asked(server)).containsExactly("POST /models/create");
        }
    }

    @Test
    void refusedConnectionIsTriedAgain() throws IOException {
        int port;
        try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = unused.getLocalPort();
        }
        List<Duration> pauses = List.of(Duration.ofMillis(1), Duration.ofMillis(1));
        try (HttpAdapter adapter = HttpAdapter.builder("http://127.0.0.1:" + port)
                .transferPauses(pauses)
                .build()) {
            adapter.site(new Attempts(adapter, adapter.timeouts())).speaks(Dialect.MODEL_RUNNER);
            List<PullEvent> events = new ArrayList<>();
            assertThat(Pulls.failure(adapter, MODEL, events)).isInstanceOf(RunnerUnreachableException.class);
            assertThat(events).filteredOn(PullEvent.Started.class::isInstance).hasSize(3);
        }
    }

    @Test
    void cutConnectionIsTriedAgainAndThePercentDoesNotGoBack() {
        Script cut = exchange -> exchange.head(200, "Transfer-Encoding: chunked")
                .send(progress(60))
                .cut();
        Script reset = exchange -> exchange.head(200, "Transfer-Encoding: chunked")
                .send(progress(40))
                .reset();
        Script silent = exchange -> exchange.request();
        try (ScriptedServer server =
                        runner(cut, reset, silent, lines(progress(30), progress(80), progress(100), SUCCESS));
                HttpAdapter adapter = Pulls.to(server).build()) {
            List<PullEvent> events = Pulls.events(adapter, MODEL);
            assertThat(events).extracting(PullEvent::percent).isSorted().last().isEqualTo(100);
            assertThat(events).extracting(PullEvent::completedBytes).isSorted().contains(60L);
            assertThat(events).filteredOn(PullEvent.Warning.class::isInstance).hasSize(3);
            assertThat(asked(server)).hasSize(4);
        }
    }

    @Test
    void lineThatIsCutByTheEndOfTheConnectionIsNoWordOfTheRunners() {
        Script cut = exchange -> exchange.head(200, "Connection: close")
                .send(progress(60))
                .send(progress(70).substring(0, 40));
        try (ScriptedServer server = runner(cut, SUCCEEDING);
                HttpAdapter adapter = Pulls.to(server).build()) {
            ModelRunnerException e = Pulls.failure(adapter, MODEL, new ArrayList<>());
            assertThat(e).isInstanceOf(RegistryUnavailableException.class);
            assertThat(e.getMessage()).doesNotContain("{");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n\n", "\r\n"})
    void emptyAnswerIsAFailure(String body) {
        try (ScriptedServer server = runner(Script.json(body));
                HttpAdapter adapter = Pulls.to(server).build()) {
            ModelRunnerException e = Pulls.failure(adapter, MODEL, new ArrayList<>());
            assertThat(e).isExactlyInstanceOf(RegistryUnavailableException.class);
            assertThat(e).hasMessageContaining("without a word");
            assertThat(asked(server)).hasSize(1);
        }
    }

    @Test
    void progressAndThenACleanEndIsAFailure() {
        try (ScriptedServer server = runner(lines(progress(50), progress(100)));
                HttpAdapter adapter = Pulls.to(server).build()) {
            assertThat(Pulls.failure(adapter, MODEL, new ArrayList<>()))
                    .isExactlyInstanceOf(RegistryUnavailableException.class)
                    .hasMessageContaining("before it was complete");
            assertThat(asked(server)).hasSize(1);
        }
    }

    @Test
    void errorLineAndPlainTrailerAreOneFailureWithTheirWords() {
        Script script = lines(
                progress(50),
                error("Error: writing blob: no space left on device"),
                "error while pulling model: writing blob: no space left on device\n");
        try (ScriptedServer server = runner(script);
                HttpAdapter adapter = Pulls.to(server).build()) {
            assertThat(Pulls.failure(adapter, MODEL, new ArrayList<>()))
                    .isExactlyInstanceOf(DiskFullException.class)
                    .hasMessageContaining("no space left on device");
            assertThat(asked(server)).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Unauthorized, io.modelrunner.store.RegistryAccessException",
        "Model not found, io.modelrunner.store.NotInRegistryException"
    })
    void plainLineAloneDecides(String line, Class<? extends ModelRunnerException> type) {
        try (ScriptedServer server = runner(lines(progress(50), line + "\n"));
                HttpAdapter adapter = Pulls.to(server).build()) {
            assertThat(Pulls.failure(adapter, MODEL, new ArrayList<>())).isExactlyInstanceOf(type);
        }
    }

    @Test
    void errorLineBehindWhichTheRunnerFallsSilentIsToldAllTheSame() {
        Script script = exchange -> exchange.head(200, "Transfer-Encoding: chunked")
                .send(error("Error: 403 Forbidden"))
                .stall();
        Timeouts limits = Timeouts.builder().betweenTokens(LIMIT).build();
        try (ScriptedServer server = runner(script);
                HttpAdapter adapter = Pulls.to(server).timeouts(limits).build()) {
            assertThat(Pulls.failure(adapter, MODEL, new ArrayList<>()))
                    .isExactlyInstanceOf(RegistryAccessException.class);
        }
    }

    @Test
    void acceptIsExactlyJson() {
        try (ScriptedServer server = runner(SUCCEEDING);
                HttpAdapter adapter = Pulls.to(server).build()) {
            Pulls.events(adapter, MODEL);
            new HttpModelStore(adapter).push(MODEL);
            assertThat(Pulls.requests(server))
                    .hasSize(2)
                    .allSatisfy(request -> assertThat(request.header("accept")).contains("application/json"));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void tokenTravelsInTheBodyAndStaysOutOfEveryText(boolean inStream) {
        String token = "hf_secret-token";
        String echo = "error while pulling model: token hf_secret-token was refused: Unauthorized";
        Script script = inStream
                ? lines(Pulls.step(echo), "{\"type\":\"warning\",\"message\":\"" + echo + "\"}\n", echo + "\n")
                : exchange -> exchange.answer(500, "text/plain", echo);
        RegistryRequest request = RegistryRequest.builder(MODEL).token(token).build();
        try (ScriptedServer server = runner(script);
                HttpAdapter adapter = Pulls.to(server).build();
                PullStream pull = new HttpModelStore(adapter).pull(request)) {
            List<PullEvent> events = new ArrayList<>();
            ModelRunnerException e = catchThrowableOfType(ModelRunnerException.class, () -> pull.join(events::add));
            assertThat(e).isExactlyInstanceOf(RegistryAccessException.class);
            assertThat(Pulls.requests(server).get(0).body())
                    .isEqualTo("{\"from\":\"ai/wanted:latest\",\"bearer-token\":\"hf_secret-token\"}");
            assertThat(Pulls.requests(server).get(0).headers().toString()).doesNotContain("secret");
            assertThat(e.toString() + e.timeline() + e.remedies() + events + request + pull)
                    .doesNotContain("secret");
        }
    }

    @Test
    void pushWithoutATokenHasAnEmptyObject() {
        try (ScriptedServer server = runner(SUCCEEDING);
                HttpAdapter adapter = Pulls.to(server).build()) {
            new HttpModelStore(adapter).push(MODEL);
            assertThat(Pulls.requests(server).get(0).body()).isEqualTo("{}");
        }
    }

    @Test
    void ollamaTakesNoTokenAndSaysSo() {
        try (ScriptedServer server = ScriptedServer.answering(exchange -> exchange.answer(404, "text/plain", "404"))
                        .on("/api/version", Script.json("{\"version\":\"0.1\"}"))
                        .on("/api/pull", Script.json("{\"status\":\"success\"}\n"));
                HttpAdapter adapter = Pulls.to(server).build();
                PullStream pull = new HttpModelStore(adapter)
                        .pull(RegistryRequest.builder("tiny").token("secret").build())) {
            assertThatExceptionOfType(OperationMissingException.class)
                    .isThrownBy(pull::join)
                    .withMessageContaining("Ollama")
                    .withMessageContaining("token");
        }
    }

    @Test
    void readingAgainIsRefusedAndJoiningAgainIsNot() {
        try (ScriptedServer server = runner(lines(progress(50), SUCCESS));
                HttpAdapter adapter = Pulls.to(server).build();
                PullStream pull = new HttpModelStore(adapter).pull(MODEL)) {
            assertThat(pull.result()).isEmpty();
            PullEvent.Done done = pull.join();
            assertThat(pull.join()).isSameAs(done);
            assertThat(pull.result()).contains(done);
            assertThatExceptionOfType(IllegalStateException.class).isThrownBy(pull::iterator);
            assertThat(asked(server)).hasSize(1);
        }
    }

    @Test
    void failureIsToldAgainToWhoJoinsAgain() {
        try (ScriptedServer server = runner(exchange -> exchange.answer(404, "text/plain", "Model not found"));
                HttpAdapter adapter = Pulls.to(server).build();
                PullStream pull = new HttpModelStore(adapter).pull(MODEL)) {
            NotInRegistryException e = catchThrowableOfType(NotInRegistryException.class, pull::join);
            assertThatExceptionOfType(NotInRegistryException.class)
                    .isThrownBy(pull::join)
                    .isSameAs(e);
            assertThat(e.model().orElseThrow().text()).isEqualTo(MODEL);
            assertThat(asked(server)).hasSize(1);
        }
    }

    @Test
    void successIsBelievedWhateverFollows() {
        Script script = exchange -> exchange.head(200, "Transfer-Encoding: chunked")
                .send(SUCCESS)
                .send("some last words\n")
                .cut();
        try (ScriptedServer server = runner(script);
                HttpAdapter adapter = Pulls.to(server).build()) {
            assertThat(Pulls.events(adapter, MODEL)).last().isInstanceOf(PullEvent.Done.class);
        }
    }

    @Test
    void unsupportedArtifactIsToldApart() {
        try (ScriptedServer server = runner(lines(error("Error: unsupported model config media type x")));
                HttpAdapter adapter = Pulls.to(server).build()) {
            assertThat(Pulls.failure(adapter, MODEL, new ArrayList<>()))
                    .isExactlyInstanceOf(UnsupportedArtifactException.class);
        }
    }

    @Test
    void unknownWordsAreAModelThatIsNotAvailable() {
        try (ScriptedServer server = runner(lines(error("Error: something new")));
                HttpAdapter adapter = Pulls.to(server).build()) {
            ModelRunnerException e = Pulls.failure(adapter, MODEL, new ArrayList<>());
            assertThat(e).isExactlyInstanceOf(ModelUnavailableException.class).hasMessageContaining("something new");
            assertThat(e.remedies()).isNotEmpty();
        }
    }

    /** Trap 18: a pull by digest moves {@code latest}. What was typed is asked for, and no tag of ours with it. */
    @Test
    void pullByDigestAsksForWhatWasTyped() {
        String typed = MODEL + "@sha256:" + "ab".repeat(32);
        try (ScriptedServer server = runner(SUCCEEDING);
                HttpAdapter adapter = Pulls.to(server).build()) {
            assertThat(Pulls.events(adapter, typed)).last().isInstanceOf(PullEvent.Done.class);
            assertThat(Pulls.requests(server))
                    .singleElement()
                    .satisfies(request -> assertThat(request.body())
                            .contains("\"from\":\"" + typed + "\"")
                            .doesNotContain("latest"));
        }
    }

    /** Trap 13: the runner does not lock pulls, removals and purges against each other, and neither does the SDK. */
    @Test
    void removalAndPurgeAreNotHeldBackByAPull() {
        Script halting = exchange -> exchange.head(200, "Transfer-Encoding: chunked")
                .send(progress(50))
                .stall()
                .send(SUCCESS)
                .end();
        try (ScriptedServer server = runner(halting, Script.json("[]"));
                HttpAdapter adapter = Pulls.to(server).build();
                PullStream pull = new HttpModelStore(adapter).pull(MODEL)) {
            Iterator<PullEvent> events = Pulls.halfway(pull);
            new HttpModelStore(adapter).remove(MODEL);
            new HttpModelStore(adapter).purge(PurgeConfirmation.DELETE_ALL_MODELS);
            assertThat(asked(server))
                    .containsExactly(
                            "POST /models/create", "DELETE /models/" + MODEL + ":latest", "DELETE /models/purge");
            server.release();
            assertThat(events).toIterable().last().isInstanceOf(PullEvent.Done.class);
        }
    }
}
