package io.modelrunner.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.modelrunner.Attempt;
import io.modelrunner.AttemptTimeline;
import io.modelrunner.BrokenAnswerException;
import io.modelrunner.CancelledException;
import io.modelrunner.EngineFailedException;
import io.modelrunner.ModelLoadingException;
import io.modelrunner.ModelNotFoundException;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.TimedOutException;
import io.modelrunner.Timeouts;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.testing.Recordings;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked again without the caller's doing, what is not, and who is told of it. */
@Timeout(60)
class RetryTest {
    private static final ChatRequest REQUEST = ChatRequest.of("ai/tiny", "Hello");
    private static final Duration SOON = Duration.ofSeconds(20);

    /** Some tries fit in, and each of them has more than a second. */
    private static final Duration LIMIT = Duration.ofSeconds(4);

    private static final Script LOADING = Script.replay(Recordings.load("llama-cpp/loading-chat"));
    private static final Script CHAT = Script.replay(Recordings.load("inference/chat"));
    private static final Script STREAM = Script.replay(Recordings.load("inference/chat-stream-usage"));

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void loadingModelIsAskedAgain(boolean streamed) {
        try (ScriptedServer server = ScriptedServer.answering(LOADING, LOADING, streamed ? STREAM : CHAT);
                HttpAdapter adapter = HttpAdapter.at(server.url() + "/v1")) {
            ChatResponse response = ask(adapter, streamed);
            assertThat(response.text()).isEqualTo("Hello! How can I help you today?");
            assertThat(server.requests()).hasSize(3);
            assertThat(server.requests().get(1)).isEqualTo(server.requests().get(0));
            assertThat(server.requests().get(2)).isEqualTo(server.requests().get(0));
            List<Attempt> tries = response.timeline().attempts();
            assertThat(tries).hasSize(3).allSatisfy(attempt -> {
                assertThat(attempt.adapter()).isEqualTo("http");
                assertThat(attempt.endpoint()).isEqualTo(server.url() + "/v1");
                assertThat(attempt.took()).isPositive();
            });
            assertThat(tries).extracting(Attempt::outcome).last().isEqualTo("answered");
            assertThat(tries.get(0).outcome()).contains("is loading the model ai/tiny");
            assertThat(tries.get(1).started()).isAfter(tries.get(0).started());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void modelThatLoadsForTooLongIsToldWithinTheLimit(boolean streamed) {
        Timeouts limits = Timeouts.builder().load(LIMIT).build();
        try (ScriptedServer server = ScriptedServer.answering(LOADING);
                HttpAdapter adapter = adapter(server, limits)) {
            long begin = System.nanoTime();
            ModelLoadingException e = catchThrowableOfType(ModelLoadingException.class, () -> ask(adapter, streamed));
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(LIMIT.plus(SOON));
            assertThat(server.requests()).hasSizeBetween(2, 8);
            assertThat(e.timeline().attempts()).hasSameSizeAs(server.requests());
            assertThat(e.status()).hasValue(503);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void limitOfTheWholeHoldsForAllTries(boolean streamed) {
        Timeouts limits = Timeouts.builder().answer(LIMIT).total(LIMIT).build();
        try (ScriptedServer server = ScriptedServer.answering(LOADING);
                HttpAdapter adapter = adapter(server, limits)) {
            long begin = System.nanoTime();
            assertThatThrownBy(() -> ask(adapter, streamed)).isInstanceOf(ModelLoadingException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(LIMIT.plus(SOON));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void limitThatIsToldIsTheOneThatWasSetHoweverManyTriesShareIt(boolean streamed) {
        Duration limit = Duration.ofMillis(600);
        Timeouts limits = Timeouts.builder().answer(limit).load(limit).build();
        try (ScriptedServer server = ScriptedServer.answering(LOADING, exchange -> exchange.stall());
                HttpAdapter adapter = adapter(server, limits)) {
            TimedOutException e = catchThrowableOfType(TimedOutException.class, () -> ask(adapter, streamed));
            assertThat(server.requests()).hasSize(2);
            assertThat(e.limit()).isEqualTo(limit);
            assertThat(e).hasMessageContaining("took longer than PT0.6S");
        }
    }

    /**
     * Trap 12: a 500 without a body, which a runner gives after 30 seconds when the engine closed a connection between the two,
     * passes by itself.
     */
    @ParameterizedTest
    @CsvSource({"500, false", "500, true", "502, false", "502, true"})
    void emptyFailureIsAskedAgainOnce(int status, boolean streamed) {
        Script empty = exchange -> exchange.head(status, "Content-Length: 0").end();
        try (ScriptedServer server = ScriptedServer.answering(empty, streamed ? STREAM : CHAT);
                HttpAdapter adapter = HttpAdapter.at(server.url() + "/v1")) {
            assertThat(ask(adapter, streamed).timeline().attempts()).hasSize(2);
            assertThat(server.requests().get(1)).isEqualTo(server.requests().get(0));
        }
        try (ScriptedServer server = ScriptedServer.answering(empty);
                HttpAdapter adapter = HttpAdapter.at(server.url() + "/v1")) {
            EngineFailedException e = catchThrowableOfType(EngineFailedException.class, () -> ask(adapter, streamed));
            assertThat(e.timeline().attempts()).hasSize(2);
            assertThat(server.requests()).hasSize(2);
        }
    }

    /** What may have run, or would fail again. */
    record Once(String name, Class<? extends ModelRunnerException> type, Script script) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Once> once() {
        String chunk = "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}]}";
        return List.of(
                new Once("500", EngineFailedException.class, exchange -> exchange.answer(500, "text/plain", "oops")),
                new Once("502", EngineFailedException.class, exchange -> exchange.answer(502, "text/plain", "oops")),
                new Once(
                        "404",
                        ModelNotFoundException.class,
                        Script.replay(Recordings.load("inference/model-not-pulled"))),
                new Once(
                        "503",
                        RunnerUnreachableException.class,
                        exchange -> exchange.answer(503, "text/plain", "busy")),
                new Once("503 empty", RunnerUnreachableException.class, exchange -> exchange.answer(503, "a/b", "")),
                new Once("no answer", BrokenAnswerException.class, exchange -> exchange.cut()),
                new Once("reset", BrokenAnswerException.class, exchange -> exchange.reset()),
                new Once(
                        "cut 500",
                        BrokenAnswerException.class,
                        exchange -> exchange.head(500, "Content-Length: 9").cut()),
                new Once(
                        "cut answer",
                        BrokenAnswerException.class,
                        exchange -> exchange.events(chunk).cut()));
    }

    @ParameterizedTest
    @MethodSource("once")
    void anythingElseIsAskedOnce(Once once) {
        for (boolean streamed : new boolean[] {false, true}) {
            try (ScriptedServer server = ScriptedServer.answering(once.script);
                    HttpAdapter adapter = HttpAdapter.at(server.url() + "/v1")) {
                ModelRunnerException e = catchThrowableOfType(ModelRunnerException.class, () -> ask(adapter, streamed));
                assertThat(e).isExactlyInstanceOf(once.type);
                assertThat(server.requests()).hasSize(1);
                assertThat(e.timeline().attempts()).hasSize(1);
                assertThat(e.timeline().attempts().get(0).outcome()).isNotEqualTo("answered");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/v1"})
    void serverThatListensALittleLaterIsReached(String base) throws Exception {
        int port = freePort();
        try (ServerSocket late = new ServerSocket();
                HttpAdapter adapter = HttpAdapter.builder("127.0.0.1:" + port + base)
                        .firstPause(Duration.ofSeconds(3)) // in which the server begins to listen
                        .build()) {
            CompletableFuture<ChatResponse> answer = new CompletableFuture<>();
            Thread asking = new Thread(() -> {
                try {
                    answer.complete(adapter.chat(REQUEST));
                } catch (RuntimeException e) {
                    answer.completeExceptionally(e);
                }
            });
            asking.start();
            awaitPause(asking);
            late.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            late.setSoTimeout(10_000);
            Thread serving = new Thread(() -> serve(late));
            serving.start();
            ChatResponse response = answer.get(20, TimeUnit.SECONDS);
            assertThat(response.text()).isEqualTo("Hi");
            List<Attempt> tries = response.timeline().attempts();
            assertThat(tries).hasSizeBetween(2, 3);
            assertThat(tries.get(0).outcome()).contains("no model runner can be reached at");
            assertThat(tries.get(tries.size() - 1).outcome()).isEqualTo("answered");
        }
    }

    /** Answers as a runner does that closes each connection. */
    private static void serve(ServerSocket listener) {
        String answer = "{\"llama.cpp\":\"Running\",\"choices\":[{\"message\":{\"content\":\"Hi\"},"
                + "\"finish_reason\":\"stop\"}]}";
        String head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ";
        byte[] bytes = (head + answer.length() + "\r\n\r\n" + answer).getBytes(StandardCharsets.ISO_8859_1);
        while (!listener.isClosed()) {
            try (Socket socket = listener.accept()) {
                int length = 0;
                for (String line = line(socket); !line.isEmpty(); line = line(socket)) {
                    if (line.startsWith("Content-Length: ")) {
                        length = Integer.parseInt(line.substring("Content-Length: ".length()));
                    }
                }
                socket.getInputStream().readNBytes(length);
                socket.getOutputStream().write(bytes);
            } catch (IOException e) {
                // the test closes the listener at its end
            }
        }
    }

    private static String line(Socket socket) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = socket.getInputStream().read();
                c != '\n' && c >= 0;
                c = socket.getInputStream().read()) {
            line.append((char) c);
        }
        return line.toString().strip();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/v1"})
    void connectionThatIsRefusedIsTriedThreeTimes(String base) throws IOException {
        try (HttpAdapter adapter = HttpAdapter.at("127.0.0.1:" + freePort() + base)) {
            for (boolean streamed : new boolean[] {false, true}) {
                long begin = System.nanoTime();
                RunnerUnreachableException e =
                        catchThrowableOfType(RunnerUnreachableException.class, () -> ask(adapter, streamed));
                assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(LIMIT.plus(SOON));
                assertThat(e.timeline().attempts()).hasSize(3);
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket reserved = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return reserved.getLocalPort();
        }
    }

    @Test
    void timelineIsATableOfALinePerTry() {
        try (ScriptedServer server = ScriptedServer.answering(LOADING, CHAT);
                HttpAdapter adapter = HttpAdapter.at(server.url() + "/v1")) {
            AttemptTimeline timeline = adapter.chat(REQUEST).timeline();
            List<String> lines = timeline.toString().lines().toList();
            assertThat(lines).hasSize(3);
            int outcome = lines.get(0).indexOf("outcome");
            int endpoint = lines.get(0).indexOf("endpoint");
            assertThat(lines.get(0)).startsWith(" #  started");
            assertThat(lines.get(1).substring(outcome)).startsWith("the runner at " + server.url());
            assertThat(lines.get(2)).startsWith(" 2  2").endsWith("  answered");
            assertThat(lines.get(2).substring(outcome)).isEqualTo("answered");
            assertThat(lines.get(2).substring(endpoint)).startsWith(server.url() + "/v1  ");
        }
    }

    @Test
    void streamThatWasClosedBetweenTwoReadsTellsItsTry() {
        try (ScriptedServer server = ScriptedServer.answering(STREAM);
                HttpAdapter adapter = HttpAdapter.at(server.url() + "/v1")) {
            ChatStream stream = adapter.stream(REQUEST);
            Iterator<ChatEvent> events = stream.iterator();
            events.next();
            stream.close();
            CancelledException e = catchThrowableOfType(CancelledException.class, events::next);
            assertThat(e.timeline().attempts()).hasSize(1);
            assertThat(e.partialText()).isEqualTo("Hello");
            assertThat(e.model()).contains(REQUEST.model());
        }
    }

    @Test
    void serverThatIsNoRunnerIsInTheTimeline() {
        try (ScriptedServer server = ScriptedServer.answering(Script.json(404, "{}"));
                HttpAdapter adapter = HttpAdapter.at(server.url())) {
            RunnerUnreachableException e =
                    catchThrowableOfType(RunnerUnreachableException.class, () -> adapter.chat(REQUEST));
            assertThat(e.timeline().attempts()).hasSize(1);
        }
    }

    @Test
    void closeOfTheStreamEndsThePause() throws InterruptedException {
        endsThePause((adapter, stream, reader) -> stream.close());
    }

    @Test
    void interruptEndsThePause() throws InterruptedException {
        endsThePause((adapter, stream, reader) -> reader.interrupt());
    }

    @Test
    void closeOfTheAdapterEndsThePause() throws InterruptedException {
        endsThePause((adapter, stream, reader) -> adapter.close());
    }

    /** What somebody does to a request between two tries. */
    private interface End {
        void accept(HttpAdapter adapter, ChatStream stream, Thread reader);
    }

    private static void endsThePause(End end) throws InterruptedException {
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        Timeouts patient = Timeouts.builder().load(Duration.ofDays(1)).build();
        try (ScriptedServer server = ScriptedServer.answering(LOADING);
                HttpAdapter adapter = HttpAdapter.builder(server.url() + "/v1")
                        .timeouts(patient)
                        .firstPause(Duration.ofHours(1))
                        .build();
                ChatStream stream = adapter.stream(REQUEST)) {
            Thread reader = new Thread(() -> outcome.complete(catchThrowable(stream::join)));
            reader.start();
            server.awaitRequests(1, SOON); // behind it comes the pause
            awaitPause(reader);
            end.accept(adapter, stream, reader);
            reader.join(SOON.toMillis());
            assertThat(outcome).isCompletedWithValueMatching(CancelledException.class::isInstance);
            assertThat(server.requests()).hasSize(1);
            List<Attempt> tries =
                    ((ModelRunnerException) outcome.join()).timeline().attempts();
            assertThat(tries).hasSize(1);
        }
    }

    private static void awaitPause(Thread asking) {
        long end = System.nanoTime() + SOON.toNanos();
        while (asking.getState() != Thread.State.TIMED_WAITING) {
            assertThat(System.nanoTime()).as("time until the pause").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private static HttpAdapter adapter(ScriptedServer server, Timeouts limits) {
        return HttpAdapter.builder(server.url() + "/v1").timeouts(limits).build();
    }

    private static ChatResponse ask(HttpAdapter adapter, boolean streamed) {
        if (!streamed) {
            return adapter.chat(REQUEST);
        }
        try (ChatStream stream = adapter.stream(REQUEST)) {
            return stream.join();
        }
    }
}
