package io.modelrunner.http;

import static io.modelrunner.http.Pulls.SOON;
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

import io.modelrunner.BrokenAnswerException;
import io.modelrunner.CancelledException;
import io.modelrunner.Failure;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.ModelUnavailableException;
import io.modelrunner.OperationMissingException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.TimedOutException;
import io.modelrunner.Timeouts;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.store.DiskFullException;
import io.modelrunner.store.NotInRegistryException;
import io.modelrunner.store.PullEvent;
import io.modelrunner.store.PullStream;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A pull: what is repeated and what is not, when it has succeeded, and everything that ends it. */
@Timeout(60)
class PullTest {
    private static final String MODEL = "ai/wanted";
    private static final Duration LIMIT = Duration.ofMillis(200);
    private static final Duration TICK = Duration.ofMillis(10);

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
            ModelRunnerException e = failure(adapter, events);
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

    @ParameterizedTest
    @CsvSource({
        "400, Invalid model reference, io.modelrunner.RequestRefusedException",
        "401, Unauthorized, io.modelrunner.store.RegistryAccessException",
        "403, Forbidden, io.modelrunner.store.RegistryAccessException",
        "404, Model not found, io.modelrunner.store.NotInRegistryException",
        "422, unsupported model config media type, io.modelrunner.store.UnsupportedArtifactException",
        "429, slow down, io.modelrunner.RequestRefusedException",
        "500, error while pulling model: 503 Service Unavailable, io.modelrunner.store.RegistryUnavailableException",
        "500, error while pulling model: something new, io.modelrunner.ModelUnavailableException"
    })
    void otherStatusIsNotTriedAgain(int status, String body, Class<? extends ModelRunnerException> type) {
        try (ScriptedServer server = runner(exchange -> exchange.answer(status, "text/plain", body));
                HttpAdapter adapter = Pulls.to(server).build()) {
            ModelRunnerException e = failure(adapter, new ArrayList<>());
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
            assertThat(failure(adapter, events)).isInstanceOf(RunnerUnreachableException.class);
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
            List<PullEvent> events = events(adapter);
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
            ModelRunnerException e = failure(adapter, new ArrayList<>());
            assertThat(e).isInstanceOf(RegistryUnavailableException.class);
            assertThat(e.getMessage()).doesNotContain("{");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n\n", "\r\n"})
    void emptyAnswerIsAFailure(String body) {
        try (ScriptedServer server = runner(Script.json(body));
                HttpAdapter adapter = Pulls.to(server).build()) {
            ModelRunnerException e = failure(adapter, new ArrayList<>());
            assertThat(e).isExactlyInstanceOf(RegistryUnavailableException.class);
            assertThat(e).hasMessageContaining("without a word");
            assertThat(asked(server)).hasSize(1);
        }
    }

    @Test
    void progressAndThenACleanEndIsAFailure() {
        try (ScriptedServer server = runner(lines(progress(50), progress(100)));
                HttpAdapter adapter = Pulls.to(server).build()) {
            assertThat(failure(adapter, new ArrayList<>()))
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
            assertThat(failure(adapter, new ArrayList<>()))
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
            assertThat(failure(adapter, new ArrayList<>())).isExactlyInstanceOf(type);
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
            assertThat(failure(adapter, new ArrayList<>())).isExactlyInstanceOf(RegistryAccessException.class);
        }
    }

    @Test
    void stallEndsThePullWithinTheLimitAndClosesTheConnection() {
        Script script = exchange -> exchange.head(200, "Transfer-Encoding: chunked")
                .send(progress(50))
                .stall();
        Timeouts limits = Timeouts.builder().betweenTokens(LIMIT).build();
        try (ScriptedServer server = runner(script);
                HttpAdapter adapter = Pulls.to(server).timeouts(limits).build()) {
            long begin = System.nanoTime();
            assertTimedOut(failure(adapter, new ArrayList<>()), Phase.BETWEEN_TOKENS);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(LIMIT, LIMIT.plusSeconds(5));
            server.awaitClientClosed(SOON);
            assertThat(asked(server)).hasSize(1);
        }
    }

    @Test
    void stallIsSixtySecondsWithoutAByteUnlessSaidOtherwise() {
        assertThat(Timeouts.defaults().of(Phase.BETWEEN_TOKENS)).contains(Duration.ofSeconds(60));
        assertThat(Timeouts.defaults().of(Phase.TOTAL)).isEmpty();
    }

    @Test
    void byteNowAndThenKeepsThePullAlive() {
        Script script = exchange -> exchange.head(200, "Transfer-Encoding: chunked")
                .trickle("  " + progress(50).strip().substring(0, 50), TICK)
                .send(progress(50).strip().substring(50) + "\n" + SUCCESS)
                .end();
        Timeouts limits = Timeouts.builder().betweenTokens(LIMIT).build();
        try (ScriptedServer server = runner(script);
                HttpAdapter adapter = Pulls.to(server).timeouts(limits).build()) {
            assertThat(events(adapter)).extracting(PullEvent::percent).contains(50, 100);
        }
    }

    @Test
    void headersThatDoNotComeEndAtTheLimitOfLoading() {
        Timeouts limits = Timeouts.builder().load(LIMIT).build();
        try (ScriptedServer server = runner(Script.silence());
                HttpAdapter adapter = Pulls.to(server).build();
                PullStream pull = new HttpModelStore(adapter)
                        .pull(RegistryRequest.builder(MODEL).timeouts(limits).build())) {
            assertTimedOut(catchThrowableOfType(ModelRunnerException.class, pull::join), Phase.LOAD);
        }
    }

    @Test
    void totalLimitEndsAPullThatMoves() {
        Script script = exchange -> {
            exchange.head(200, "Transfer-Encoding: chunked");
            exchange.repeat(progress(50), TICK);
        };
        Timeouts limits = Timeouts.builder().total(LIMIT).build();
        try (ScriptedServer server = runner(script);
                HttpAdapter adapter = Pulls.to(server).timeouts(limits).build()) {
            assertTimedOut(failure(adapter, new ArrayList<>()), Phase.TOTAL);
            server.awaitClientClosed(SOON);
        }
    }

    @Test
    void totalLimitCoversTheRepetitionsToo() {
        Script unready = exchange -> exchange.pause(Duration.ofMillis(60)).answer(503, "text/plain", "gateway");
        Timeouts limits = Timeouts.builder().total(Duration.ofMillis(100)).build();
        try (ScriptedServer server = runner(unready);
                HttpAdapter adapter = Pulls.to(server).timeouts(limits).build()) {
            assertThat(failure(adapter, new ArrayList<>()))
                    .isInstanceOfAny(TimedOutException.class, RunnerUnreachableException.class);
            assertThat(asked(server)).hasSizeBetween(1, 2);
        }
    }

    @Test
    void pauseThatWouldOutlastTheLimitIsNotBegun() {
        Timeouts limits = Timeouts.builder().total(Duration.ofSeconds(5)).build();
        try (ScriptedServer server = runner(exchange -> exchange.answer(503, "text/plain", "gateway"));
                HttpAdapter adapter = HttpAdapter.builder(server.url())
                        .transferPauses(List.of(Duration.ofSeconds(50)))
                        .timeouts(limits)
                        .build()) {
            assertThat(failure(adapter, new ArrayList<>()).status()).hasValue(503);
        }
    }

    @Test
    @SuppressWarnings("try") // closed early: that is the test
    void closeFromAnotherThreadWakesTheReaderAndEndsThePull() throws Exception {
        try (ScriptedServer server = runner(stalling());
                HttpAdapter adapter = Pulls.to(server).build();
                PullStream pull = new HttpModelStore(adapter).pull(MODEL)) {
            Iterator<PullEvent> events = reading(pull);
            CompletableFuture<PullEvent> next = CompletableFuture.supplyAsync(events::next);
            pull.close();
            assertThat(next)
                    .failsWithin(SOON)
                    .withThrowableThat()
                    .withCauseInstanceOf(CancelledException.class)
                    .withMessageContaining("was left");
            server.awaitClientClosed(SOON);
            assertThatExceptionOfType(CancelledException.class).isThrownBy(events::next);
            assertThatExceptionOfType(CancelledException.class).isThrownBy(pull::join);
        }
    }

    @Test
    @SuppressWarnings("try") // closed early: that is the test
    void closeInAPauseBetweenTwoTriesEndsThePull() {
        CountDownLatch pausing = new CountDownLatch(1);
        try (ScriptedServer server = runner(exchange -> exchange.answer(503, "text/plain", "gateway"));
                HttpAdapter adapter = HttpAdapter.builder(server.url())
                        .transferPauses(List.of(Duration.ofHours(1)))
                        .build();
                PullStream pull = new HttpModelStore(adapter).pull(MODEL)) {
            CompletableFuture<Void> closing = CompletableFuture.runAsync(() -> {
                await(pausing);
                pull.close();
            });
            assertThatExceptionOfType(CancelledException.class)
                    .isThrownBy(() -> pull.join(event -> {
                        if (event instanceof PullEvent.Warning) {
                            pausing.countDown();
                        }
                    }));
            assertThat(closing).succeedsWithin(SOON);
        }
    }

    @Test
    void closeBeforeTheFirstEventSendsNothing() {
        try (ScriptedServer server = runner(SUCCEEDING);
                HttpAdapter adapter = Pulls.to(server).build()) {
            PullStream pull = new HttpModelStore(adapter).pull(MODEL);
            pull.close();
            assertThatExceptionOfType(CancelledException.class).isThrownBy(pull::join);
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void closeWhileTheServerIsAskedWhatItIsWakesTheReader() {
        try (ScriptedServer server = runner(SUCCEEDING).on("/engines/status", Script.silence());
                HttpAdapter adapter = Pulls.to(server).build()) {
            PullStream pull = new HttpModelStore(adapter).pull(MODEL);
            CompletableFuture<PullEvent.Done> joined = CompletableFuture.supplyAsync(pull::join);
            server.awaitRequests(1, SOON);
            long begin = System.nanoTime();
            pull.close();
            assertThat(joined).failsWithin(SOON).withThrowableThat().withCauseInstanceOf(CancelledException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(1));
            assertThat(asked(server)).isEmpty();
        }
    }

    @Test
    void interruptEndsThePullAndTheFlagIsKept() throws InterruptedException {
        try (ScriptedServer server = runner(stalling());
                HttpAdapter adapter = Pulls.to(server).build();
                PullStream pull = new HttpModelStore(adapter).pull(MODEL)) {
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            AtomicReference<Boolean> flag = new AtomicReference<>();
            Thread reader = new Thread(() -> {
                try {
                    pull.join();
                } catch (RuntimeException e) {
                    thrown.set(e);
                    flag.set(Thread.currentThread().isInterrupted());
                }
            });
            reader.start();
            server.awaitRequests(3, SOON);
            reader.interrupt();
            reader.join(SOON.toMillis());
            assertThat(thrown.get()).isInstanceOf(CancelledException.class).hasMessageContaining("interrupted");
            assertThat(flag.get()).isTrue();
            server.awaitClientClosed(SOON);
        }
    }

    @Test
    @SuppressWarnings("try") // closed early: that is the test
    void closingTheAdapterEndsThePull() {
        try (ScriptedServer server = runner(stalling());
                HttpAdapter adapter = Pulls.to(server).build();
                PullStream pull = new HttpModelStore(adapter).pull(MODEL)) {
            Iterator<PullEvent> events = reading(pull);
            CompletableFuture<PullEvent> next = CompletableFuture.supplyAsync(events::next);
            adapter.close();
            assertThat(next).failsWithin(SOON).withThrowableThat().withCauseInstanceOf(CancelledException.class);
            server.awaitClientClosed(SOON);
        }
    }

    @Test
    void pullByAClosedAdapterIsCancelled() {
        try (ScriptedServer server = runner(SUCCEEDING)) {
            HttpAdapter adapter = Pulls.to(server).build();
            adapter.close();
            assertThat(failure(adapter, new ArrayList<>())).isInstanceOf(CancelledException.class);
        }
    }

    @Test
    void listenerThatThrowsEndsAPushAndItsConnection() {
        Script script = exchange -> exchange.head(200, "Transfer-Encoding: chunked")
                .send(progress(50))
                .stall();
        try (ScriptedServer server = runner(script);
                HttpAdapter adapter = Pulls.to(server).build()) {
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> new HttpModelStore(adapter).push(RegistryRequest.of(MODEL), event -> {
                        if (event instanceof PullEvent.LayerProgress) {
                            throw new IllegalStateException("no more of that");
                        }
                    }));
            server.awaitClientClosed(SOON);
        }
    }

    @Test
    void listenerThatTakesItsTimeIsNoStall() {
        Script script = exchange -> exchange.head(200, "Transfer-Encoding: chunked")
                .send(progress(50))
                .stall()
                .send(SUCCESS)
                .end();
        Timeouts limits = Timeouts.builder().betweenTokens(LIMIT).build();
        try (ScriptedServer server = runner(script);
                HttpAdapter adapter = Pulls.to(server).timeouts(limits).build()) {
            List<PullEvent> events = new ArrayList<>();
            new HttpModelStore(adapter).push(RegistryRequest.of(MODEL), event -> {
                events.add(event);
                if (event instanceof PullEvent.LayerProgress) {
                    // the listener itself is what is slow here
                    await(new CountDownLatch(1), LIMIT.multipliedBy(2));
                    server.release();
                }
            });
            assertThat(events).last().isInstanceOf(PullEvent.Done.class);
        }
    }

    @Test
    void interruptEndsAPush() throws InterruptedException {
        try (ScriptedServer server = runner(stalling());
                HttpAdapter adapter = Pulls.to(server).build()) {
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            Thread pusher = new Thread(() -> {
                try {
                    new HttpModelStore(adapter).push(MODEL);
                } catch (RuntimeException e) {
                    thrown.set(e);
                }
            });
            pusher.start();
            server.awaitRequests(3, SOON);
            pusher.interrupt();
            pusher.join(SOON.toMillis());
            assertThat(thrown.get()).isInstanceOf(CancelledException.class);
            server.awaitClientClosed(SOON);
        }
    }

    @Test
    void acceptIsExactlyJson() {
        try (ScriptedServer server = runner(SUCCEEDING);
                HttpAdapter adapter = Pulls.to(server).build()) {
            events(adapter);
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
            assertThat(events(adapter)).last().isInstanceOf(PullEvent.Done.class);
        }
    }

    @Test
    void unsupportedArtifactIsToldApart() {
        try (ScriptedServer server = runner(lines(error("Error: unsupported model config media type x")));
                HttpAdapter adapter = Pulls.to(server).build()) {
            assertThat(failure(adapter, new ArrayList<>())).isExactlyInstanceOf(UnsupportedArtifactException.class);
        }
    }

    @Test
    void unknownWordsAreAModelThatIsNotAvailable() {
        try (ScriptedServer server = runner(lines(error("Error: something new")));
                HttpAdapter adapter = Pulls.to(server).build()) {
            ModelRunnerException e = failure(adapter, new ArrayList<>());
            assertThat(e).isExactlyInstanceOf(ModelUnavailableException.class).hasMessageContaining("something new");
            assertThat(e.remedies()).isNotEmpty();
        }
    }

    private static Script stalling() {
        return exchange -> exchange.head(200, "Transfer-Encoding: chunked")
                .send(progress(50))
                .stall();
    }

    private static void assertTimedOut(ModelRunnerException e, Phase phase) {
        assertThat(e).isInstanceOfSatisfying(TimedOutException.class, late -> {
            assertThat(late.phase()).isEqualTo(phase);
            assertThat(late.limit()).isEqualTo(LIMIT);
        });
    }

    private static List<PullEvent> events(HttpAdapter adapter) {
        List<PullEvent> events = new ArrayList<>();
        try (PullStream pull = new HttpModelStore(adapter).pull(MODEL)) {
            pull.forEach(events::add);
        }
        return events;
    }

    private static ModelRunnerException failure(HttpAdapter adapter, List<PullEvent> events) {
        try (PullStream pull = new HttpModelStore(adapter).pull(MODEL)) {
            pull.join(events::add);
        } catch (ModelRunnerException e) {
            return e;
        }
        return new BrokenAnswerException(Failure.of("the pull succeeded").build());
    }

    /** {@return the events of a pull, of which the first progress was read} */
    private static Iterator<PullEvent> reading(PullStream pull) {
        Iterator<PullEvent> events = pull.iterator();
        PullEvent event = events.next();
        while (!(event instanceof PullEvent.LayerProgress)) {
            event = events.next();
        }
        return events;
    }

    private static void await(CountDownLatch latch) {
        assertThat(await(latch, SOON)).isTrue();
    }

    private static boolean await(CountDownLatch latch, Duration limit) {
        try {
            return latch.await(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
