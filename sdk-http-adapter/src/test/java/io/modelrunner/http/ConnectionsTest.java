package io.modelrunner.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.modelrunner.CancelledException;
import io.modelrunner.InvalidRequestException;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.TimedOutException;
import io.modelrunner.Timeouts;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How many connections there may be, and what becomes of those who wait for one. */
@Timeout(120)
class ConnectionsTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final ChatRequest REQUEST = ChatRequest.of("m", "Hello");
    private static final Script ANSWER =
            Script.json("{\"choices\":[{\"finish_reason\":\"stop\",\"message\":{\"content\":\"Hi\"}}]}");
    private static final Script HELD = exchange -> ANSWER.answer(exchange.stall());

    private final List<Thread> waiting = new ArrayList<>();

    @Test
    void waitForAFreeConnectionEndsWithTheLimitOfConnecting() {
        try (ScriptedServer server = ScriptedServer.answering(HELD);
                HttpAdapter adapter = one(server, SOON)) {
            ChatRequest hasty = REQUEST.toBuilder()
                    .timeouts(Timeouts.builder().connect(Duration.ofMillis(150)).build())
                    .build();
            FutureTask<ChatResponse> first = start(Thread::new, () -> adapter.chat(REQUEST));
            server.awaitRequests(1, SOON);
            TimedOutException e = catchThrowableOfType(TimedOutException.class, () -> adapter.chat(hasty));
            assertThat(e.phase()).isEqualTo(Phase.CONNECT);
            assertThat(e.remedies().get(0).command()).contains("maxConnections");
            assertThat(e.remedies().get(0).when()).isEqualTo("all 1 connections are in use");
            server.release();
            assertThat(get(first)).isInstanceOf(ChatResponse.class);
            assertThat(server.connectionsAccepted()).isEqualTo(1);
        }
    }

    @Test
    void nextCallTakesTheConnectionOver() throws InterruptedException {
        try (ScriptedServer server = ScriptedServer.answering(HELD, ANSWER);
                HttpAdapter adapter = one(server, SOON)) {
            FutureTask<ChatResponse> first = start(Thread::new, () -> adapter.chat(REQUEST));
            server.awaitRequests(1, SOON);
            FutureTask<ChatResponse> second = start(Thread::new, () -> adapter.chat(REQUEST));
            awaitWaiting();
            server.release();
            assertThat(get(first)).isInstanceOf(ChatResponse.class);
            assertThat(get(second)).isInstanceOf(ChatResponse.class);
            assertThat(server.connectionsAccepted()).isEqualTo(1);
        }
    }

    /** A request that is sent at the moment when the server closes is lost, and may not be sent again. */
    @Test
    void connectionIsNotUsedCloseToItsEnd() throws InterruptedException {
        String chat = "{\"choices\":[{\"finish_reason\":\"stop\",\"message\":{\"content\":\"Hi\"}}]}";
        Script closing = exchange -> exchange.head(
                        200,
                        "Content-Type: application/json",
                        "Keep-Alive: timeout=6, max=100",
                        "Content-Length: " + chat.length())
                .send(chat)
                .end();
        try (ScriptedServer server = ScriptedServer.answering(closing);
                HttpAdapter adapter = one(server, SOON)) {
            adapter.chat(REQUEST);
            adapter.chat(REQUEST);
            assertThat(server.connectionsAccepted()).isEqualTo(1);
            TimeUnit.MILLISECONDS.sleep(3_200); // the connection grows old
            adapter.chat(REQUEST);
            assertThat(server.connectionsAccepted()).isEqualTo(2);
        }
    }

    @Test
    @SuppressWarnings("try") // closing it is what is tested
    void closeOfTheAdapterEndsThoseWhoWait() throws InterruptedException {
        try (ScriptedServer server = ScriptedServer.answering(HELD);
                HttpAdapter adapter = one(server, Duration.ofHours(1))) {
            FutureTask<ChatResponse> first = start(Thread::new, () -> adapter.chat(REQUEST));
            server.awaitRequests(1, SOON);
            FutureTask<ChatResponse> second = start(Thread::new, () -> adapter.chat(REQUEST));
            awaitWaiting();
            adapter.close();
            assertThat(get(first)).isInstanceOf(CancelledException.class);
            assertThat(get(second)).isInstanceOf(CancelledException.class);
        }
    }

    @Test
    @SuppressWarnings("try") // closing it is what is tested
    void closeOfAStreamThatWaits() throws InterruptedException {
        try (ScriptedServer server = ScriptedServer.answering(HELD);
                HttpAdapter adapter = one(server, Duration.ofHours(1));
                ChatStream stream = adapter.stream(REQUEST)) {
            FutureTask<ChatResponse> first = start(Thread::new, () -> adapter.chat(REQUEST));
            server.awaitRequests(1, SOON);
            FutureTask<ChatResponse> second = start(Thread::new, stream::join);
            awaitWaiting();
            stream.close();
            assertThat(get(second)).isInstanceOf(CancelledException.class);
            server.release();
            assertThat(get(first)).isInstanceOf(ChatResponse.class);
        }
    }

    @Test
    void interruptOfOneWhoWaits() throws InterruptedException {
        try (ScriptedServer server = ScriptedServer.answering(HELD);
                HttpAdapter adapter = one(server, Duration.ofHours(1))) {
            start(Thread::new, () -> adapter.chat(REQUEST));
            server.awaitRequests(1, SOON);
            FutureTask<ChatResponse> second = start(Thread::new, () -> adapter.chat(REQUEST));
            awaitWaiting();
            waiting.get(1).interrupt();
            assertThat(get(second)).isInstanceOf(CancelledException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 20_001})
    void numbersThatAreNone(int count) {
        InvalidRequestException e = catchThrowableOfType(
                InvalidRequestException.class,
                () -> HttpAdapter.builder("localhost").maxConnections(count));
        assertThat(e).hasMessage("maxConnections must be between 1 and 20000, but is " + count);
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void twoThousandVirtualThreadsAtOnce() throws IOException {
        int count = 2_000;
        try (CrowdServer server = new CrowdServer(count);
                HttpAdapter adapter = patient(server).build()) {
            allFinish(adapter, count);
            assertThat(server.connections()).isEqualTo(count);
        }
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void twoThousandVirtualThreadsOnTenConnections() throws IOException {
        try (CrowdServer server = new CrowdServer(1);
                HttpAdapter adapter = patient(server).maxConnections(10).build()) {
            allFinish(adapter, 2_000);
            // Ten at once; on a busy machine one that is given back too slowly makes room for another.
            assertThat(server.connections()).isBetween(1, 50);
        }
    }

    private void allFinish(HttpAdapter adapter, int count) {
        List<FutureTask<ChatResponse>> calls = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            calls.add(start(
                    VirtualThreads::unstarted, () -> adapter.stream(REQUEST).join()));
        }
        for (FutureTask<ChatResponse> call : calls) {
            assertThat(get(call))
                    .isInstanceOfSatisfying(
                            ChatResponse.class, it -> assertThat(it.text()).isEqualTo("Hi you"));
        }
    }

    private static HttpAdapter.Builder patient(CrowdServer server) {
        return HttpAdapter.builder("http://127.0.0.1:" + server.port() + "/v1")
                .timeouts(Timeouts.builder().connect(Duration.ofMinutes(1)).build());
    }

    private static HttpAdapter one(ScriptedServer server, Duration connect) {
        return HttpAdapter.builder(server.url() + "/v1")
                .maxConnections(1)
                .timeouts(Timeouts.builder().connect(connect).build())
                .build();
    }

    private FutureTask<ChatResponse> start(Function<Runnable, Thread> threads, Callable<ChatResponse> call) {
        FutureTask<ChatResponse> task = new FutureTask<>(call);
        Thread thread = threads.apply(task);
        waiting.add(thread);
        thread.start();
        return task;
    }

    /** Waits until the thread that was started last waits itself. */
    private void awaitWaiting() throws InterruptedException {
        Thread last = waiting.get(waiting.size() - 1);
        long end = System.nanoTime() + SOON.toNanos();
        while (last.getState() != Thread.State.TIMED_WAITING) { // as it does only for a connection
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(1);
        }
    }

    /** {@return the answer, or what was thrown} */
    private static Object get(FutureTask<ChatResponse> call) {
        try {
            return call.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(ModelRunnerException.class);
            return e.getCause();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
