package io.modelrunner.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.modelrunner.TimedOutException;
import io.modelrunner.Timeouts;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.adapter.Health;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each wait has an end and a name, shown against a server that stalls or trickles at that point. */
@Timeout(60)
class WaitsTest {
    private static final Duration LIMIT = Duration.ofMillis(150);
    private static final Duration TICK = Duration.ofMillis(10);
    private static final Duration SOON = Duration.ofSeconds(20);

    /** Where the end of the limit is what must not come: a busy machine may stop for a second or two. */
    private static final Duration LONG = Duration.ofSeconds(3);

    private static final String CHUNK = "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}]}";
    private static final String TOOL_CALL_PART =
            "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"a\","
                    + "\"function\":{\"name\":\"clock\",\"arguments\":\"1\"}}]}}]}";
    private static final String ROLE =
            "{\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":null}}]}";

    private final Way way = way();

    /** {@return how to get to the server} */
    Way way() {
        return Way.tcp();
    }

    @AfterEach
    void close() {
        way.close();
    }

    @Test
    void connectWhenTheServerTakesNoConnections() throws IOException {
        try (FullServer server = new FullServer()) {
            timesOutConnecting(HttpAdapter.builder("http://127.0.0.1:" + server.port() + "/v1"));
        }
    }

    @Test
    void loadWhenTheHeadersDoNotCome() {
        streaming(exchange -> exchange.stall(), t -> t.load(LIMIT), Phase.LOAD, "");
    }

    @Test
    void loadWhenTheHeadersTrickle() {
        Script script = exchange -> {
            exchange.raw("HTTP/1.1 200 OK\r\nX-Slow: ");
            while (true) {
                exchange.pause(TICK).raw("x");
            }
        };
        streaming(script, t -> t.load(LIMIT), Phase.LOAD, "");
    }

    @Test
    void firstTokenWhenNothingFollowsTheHeaders() {
        streaming(exchange -> exchange.events().stall(), t -> t.firstToken(LIMIT), Phase.FIRST_TOKEN, "");
    }

    @Test
    void firstTokenWhenOnlyTheRoleAndPingsFollow() {
        Script script = exchange -> exchange.events(ROLE).repeat(": ping\n\n", TICK);
        streaming(script, t -> t.firstToken(LIMIT), Phase.FIRST_TOKEN, "");
    }

    @Test
    void betweenTokensWhenTheStreamStalls() {
        // in one piece, as the limit holds between the two
        String two = ("data: " + CHUNK + "\n\n").repeat(2);
        Script script = exchange -> exchange.events().send(two).stall();
        streaming(script, t -> t.betweenTokens(LIMIT), Phase.BETWEEN_TOKENS, "xx");
    }

    @Test
    void betweenTokensWhenOnlyPingsCome() {
        Script script = exchange -> exchange.events(CHUNK).repeat(": ping\n\n", TICK);
        streaming(script, t -> t.betweenTokens(LIMIT), Phase.BETWEEN_TOKENS, "x");
    }

    @Test
    void betweenTokensWhenBytesTrickle() {
        Script script = exchange -> exchange.events(CHUNK).trickle("data: " + "x".repeat(3_000), TICK);
        streaming(script, t -> t.betweenTokens(LIMIT), Phase.BETWEEN_TOKENS, "x");
    }

    @Test
    void betweenTokensWhenOnlyEmptyEventsFollowAPartOfAToolCall() {
        Script script = exchange -> exchange.events(TOOL_CALL_PART).repeat("data:\n\n", TICK);
        streaming(script, t -> t.betweenTokens(LIMIT), Phase.BETWEEN_TOKENS, "");
    }

    @Test
    void toolCallThatTakesLongIsNoStall() {
        Script script = exchange -> {
            exchange.events();
            for (int i = 0; i < 8; i++) {
                exchange.pause(LONG.dividedBy(6)).event(TOOL_CALL_PART);
            }
            exchange.event("{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}")
                    .event("[DONE]")
                    .end();
        };
        try (ScriptedServer server = ScriptedServer.answering(script);
                HttpAdapter adapter = adapter(server, t -> t.firstToken(LONG).betweenTokens(LONG))) {
            assertThat(adapter.stream(request()).join().toolCalls().get(0).arguments())
                    .isEqualTo("1".repeat(8));
        }
    }

    @Test
    void totalWhenAStreamNeverEnds() {
        Script script = exchange -> exchange.events().repeat("data: " + CHUNK + "\n\n", TICK);
        try (ScriptedServer server = ScriptedServer.answering(Script.json("{\"data\":[]}"), script);
                HttpAdapter adapter = adapter(server, t -> t.total(LONG))) {
            adapter.listModels(); // so that the connection stands, and all of the time is the stream's
            TimedOutException e =
                    timesOut(Phase.TOTAL, LONG, () -> adapter.stream(request()).join());
            assertThat(e.partialText()).isNotEmpty();
            server.awaitClientClosed(SOON);
        }
    }

    @Test
    void answerWhenTheHeadersDoNotCome() {
        whole(exchange -> exchange.stall());
    }

    @Test
    void answerWhenTheBodyTrickles() {
        whole(exchange -> exchange.head(200, "Content-Length: 100000").repeat(" ", TICK));
    }

    @Test
    void answerWhenTheServerDoesNotReadTheRequest() {
        ChatRequest large = ChatRequest.of("m", "x".repeat(9_000_000));
        try (ScriptedServer server =
                        ScriptedServer.answering(exchange -> exchange.unread().stall());
                HttpAdapter adapter = adapter(server, t -> t.answer(LIMIT))) {
            timesOut(Phase.ANSWER, () -> adapter.chat(large));
        }
    }

    @Test
    void answerWhenAnErrorsBodyDoesNotEnd() {
        whole(exchange ->
                exchange.head(500, "Content-Length: 1000").send("unable to").stall());
    }

    @Test
    void limitsOfTheRequestGoBeforeThoseOfTheAdapter() {
        ChatRequest hasty = request().toBuilder()
                .timeouts(Timeouts.builder().betweenTokens(LIMIT).build())
                .build();
        try (ScriptedServer server = ScriptedServer.answering(
                        exchange -> exchange.events(CHUNK).stall());
                HttpAdapter adapter = adapter(server, t -> t.betweenTokens(Duration.ofHours(1)))) {
            assertThat(timesOut(
                                    Phase.BETWEEN_TOKENS,
                                    () -> adapter.stream(hasty).join())
                            .limit())
                    .isEqualTo(LIMIT);
        }
    }

    @Test
    void aReaderThatTakesItsTimeIsNotTimedOut() throws InterruptedException {
        Script script = exchange -> {
            exchange.events(CHUNK, CHUNK, "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}")
                    .event("[DONE]")
                    .end();
        };
        try (ScriptedServer server = ScriptedServer.answering(script);
                HttpAdapter adapter = adapter(server, t -> t.betweenTokens(LONG));
                ChatStream stream = adapter.stream(request())) {
            Iterator<ChatEvent> events = stream.iterator();
            events.next();
            Thread.sleep(LONG.toMillis() + 100); // the reader itself is what is slow here
            events.next();
            Thread.sleep(LONG.toMillis() + 100);
            assertThat(stream.join().text()).isEqualTo("xx");
        }
    }

    @Test
    void healthOfAServerThatNeverAnswersIsKnownInTwoSeconds() {
        try (ScriptedServer server = ScriptedServer.answering(exchange -> exchange.stall());
                HttpAdapter adapter = way.to(server, "").build()) {
            long begin = System.nanoTime();
            Health health = adapter.health();
            assertThat(health.isUp()).isFalse();
            assertThat(health.detail()).contains("took longer than PT2S (answer)");
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(LIMIT, SOON);
        }
    }

    static void timesOutConnecting(HttpAdapter.Builder builder) {
        Timeouts limits = Timeouts.builder().connect(LIMIT).build();
        try (HttpAdapter adapter = builder.timeouts(limits).build()) {
            timesOut(Phase.CONNECT, () -> adapter.chat(request()));
            timesOut(Phase.CONNECT, () -> adapter.stream(request()).join());
            timesOut(Phase.CONNECT, adapter::listModels);
        }
    }

    private void streaming(Script script, UnaryOperator<Timeouts.Builder> limits, Phase phase, String textSoFar) {
        try (ScriptedServer server = ScriptedServer.answering(script);
                HttpAdapter adapter = adapter(server, limits)) {
            TimedOutException e =
                    timesOut(phase, () -> adapter.stream(request()).join());
            assertThat(e.partialText()).isEqualTo(textSoFar);
            assertThat(e.limit()).isEqualTo(LIMIT);
            assertThat(e.elsewhere()).isTrue();
            server.awaitClientClosed(SOON);
        }
    }

    private void whole(Script script) {
        try (ScriptedServer server = ScriptedServer.answering(script);
                HttpAdapter adapter = adapter(server, t -> t.answer(LIMIT))) {
            timesOut(Phase.ANSWER, () -> adapter.chat(request()));
            server.awaitClientClosed(SOON);
        }
    }

    static TimedOutException timesOut(Phase phase, ThrowingCallable call) {
        return timesOut(phase, LIMIT, call);
    }

    private static TimedOutException timesOut(Phase phase, Duration limit, ThrowingCallable call) {
        long begin = System.nanoTime();
        TimedOutException[] caught = new TimedOutException[1];
        assertThatExceptionOfType(TimedOutException.class).isThrownBy(call).satisfies(e -> caught[0] = e);
        assertThat(caught[0].phase()).isEqualTo(phase);
        assertThat(caught[0]).hasMessageContaining("(" + phase.label() + ")").hasMessageContaining(limit.toString());
        assertThat(caught[0].remedies()).isNotEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(limit, limit.plus(SOON));
        return caught[0];
    }

    private HttpAdapter adapter(ScriptedServer server, UnaryOperator<Timeouts.Builder> limits) {
        return way.to(server, "/v1")
                .timeouts(limits.apply(Timeouts.builder().connect(Way.SHAKING_HANDS))
                        .build())
                .build();
    }

    private static ChatRequest request() {
        return ChatRequest.of("m", "Hello");
    }

    /** A listener whose queue of connections is full, so that the system answers no further one. */
    private static final class FullServer implements AutoCloseable {
        private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        private final List<SocketChannel> queue = new ArrayList<>();

        FullServer() throws IOException {
            for (int i = 0; i < 8; i++) {
                SocketChannel channel = SocketChannel.open();
                channel.configureBlocking(false);
                channel.connect(new InetSocketAddress(listener.getInetAddress(), port()));
                queue.add(channel);
            }
        }

        int port() {
            return listener.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            for (SocketChannel channel : queue) {
                channel.close();
            }
            listener.close();
        }
    }
}
