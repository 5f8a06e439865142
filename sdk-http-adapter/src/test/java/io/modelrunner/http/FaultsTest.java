package io.modelrunner.http;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.modelrunner.Attempt;
import io.modelrunner.BrokenAnswerException;
import io.modelrunner.EngineFailedException;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.TimedOutException;
import io.modelrunner.Timeouts;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.fallback.Fallback;
import io.modelrunner.mock.MockAdapter;
import io.modelrunner.mock.MockReply;
import io.modelrunner.testing.LeakCheck;
import io.modelrunner.testing.Recordings;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What becomes of a call whose server does ill, byte by byte: over HTTP alone, and at the head of a chain, which goes on before the
 * first event and not after it. No thread and no connection is left.
 */
@Timeout(60)
class FaultsTest {
    private static final ChatRequest HELLO = ChatRequest.of("ai/tiny", "Hello");
    private static final Duration LIMIT = Duration.ofMillis(1_500);

    /** Two bytes come within it, and neither counts. */
    private static final Duration LIMIT_OF_SECONDS = Duration.ofMillis(1_600);

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String MOCKED = "I am a mock.";
    private static final String CHUNK = "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"la \"}}]}";

    /** In one piece, as a limit holds between the two. */
    private static final String TWO_CHUNKS = ("data: " + CHUNK + "\n\n").repeat(2);

    private static final Script CHAT = Script.replay(Recordings.load("inference/chat"));
    private static final Script STREAM = Script.replay(Recordings.load("inference/chat-stream-usage"));
    private static final Script EMPTY_500 =
            exchange -> exchange.head(500, "Content-Length: 0").end();

    private final List<AutoCloseable> opened = new ArrayList<>();

    @RegisterExtension
    final LeakCheck leaks = LeakCheck.of();

    @AfterEach
    void close() throws Exception {
        for (int last = opened.size() - 1; last >= 0; last--) {
            opened.get(last).close();
        }
    }

    /** What a server does, and what a call fails with that has come so far. */
    private record Fault(Class<? extends ModelRunnerException> type, int requests, Duration limit, Script script) {
        Fault(Class<? extends ModelRunnerException> type, int requests, Script script) {
            // Only where a wait shall end is its end near: a machine that is busy must not end others.
            this(type, requests, type == TimedOutException.class ? LIMIT : SOON, script);
        }
    }

    static Stream<Arguments> beforeTheFirstEvent() {
        return Stream.of(
                argumentSet("never answers", new Fault(TimedOutException.class, 1, exchange -> exchange.stall())),
                argumentSet(
                        "one byte a second",
                        new Fault(
                                TimedOutException.class,
                                1,
                                LIMIT_OF_SECONDS,
                                exchange -> exchange.head(200, "Content-Length: 1000")
                                        .trickle(" ".repeat(60), SECOND))),
                argumentSet("resets", new Fault(BrokenAnswerException.class, 1, exchange -> exchange.reset())),
                argumentSet("closes", new Fault(BrokenAnswerException.class, 1, exchange -> exchange.cut())),
                argumentSet("empty 500", new Fault(EngineFailedException.class, 2, EMPTY_500)));
    }

    static Stream<Arguments> behindTheFirstEvent() {
        return Stream.of(
                argumentSet(
                        "stops",
                        new Fault(
                                TimedOutException.class,
                                1,
                                exchange -> exchange.events().send(TWO_CHUNKS).stall())),
                argumentSet(
                        "one byte a second",
                        new Fault(
                                TimedOutException.class,
                                1,
                                LIMIT_OF_SECONDS,
                                exchange ->
                                        exchange.events().send(TWO_CHUNKS).trickle("data: " + CHUNK + "\n\n", SECOND))),
                argumentSet("resets", new Fault(BrokenAnswerException.class, 1, exchange -> {
                    exchange.events(CHUNK, CHUNK).stall().reset();
                })),
                argumentSet(
                        "closes",
                        new Fault(
                                BrokenAnswerException.class,
                                1,
                                exchange -> exchange.events(CHUNK, CHUNK).cut())));
    }

    @ParameterizedTest
    @MethodSource("beforeTheFirstEvent")
    void overHttpAlone(Fault fault) {
        for (boolean streamed : new boolean[] {false, true}) {
            ScriptedServer server = opened(ScriptedServer.answering(fault.script()));
            HttpAdapter http = opened(http(server, fault.limit()));
            long begin = System.nanoTime();
            ModelRunnerException e = catchThrowableOfType(fault.type(), () -> ask(http, streamed));
            assertThat(e).isNotNull();
            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .isLessThan(fault.limit().plus(SOON));
            assertThat(e.partialText()).isEmpty();
            assertThat(e.elsewhere()).isTrue();
            assertThat(e.timeline().attempts()).hasSize(fault.requests());
            assertThat(server.requests()).hasSize(fault.requests());
            nothingIsLeft(server, fault, http);
        }
    }

    @ParameterizedTest
    @MethodSource("beforeTheFirstEvent")
    void chainGoesOnBeforeTheFirstEvent(Fault fault) {
        for (boolean streamed : new boolean[] {false, true}) {
            ScriptedServer server = opened(ScriptedServer.answering(fault.script()));
            Fallback chain = opened(Fallback.of(http(server, fault.limit()), mock()));
            ChatResponse response = ask(chain, streamed);
            assertThat(response).hasText(MOCKED).wasAnsweredBy("mock");
            assertThat(response.timeline().attempts())
                    .filteredOn(attempt -> attempt.adapter().equals("http"))
                    .hasSize(fault.requests());
            nothingIsLeft(server, fault, chain);
        }
    }

    @ParameterizedTest
    @MethodSource("beforeTheFirstEvent")
    void chainGoesOnToAnotherServer(Fault fault) {
        for (boolean streamed : new boolean[] {false, true}) {
            ScriptedServer server = opened(ScriptedServer.answering(fault.script()));
            ScriptedServer second = opened(ScriptedServer.answering(streamed ? STREAM : CHAT));
            Fallback chain = opened(Fallback.of(http(server, fault.limit()), http(second, SOON)));
            ChatResponse response = ask(chain, streamed);
            assertThat(response).hasText("Hello! How can I help you today?");
            assertThat(response.timeline().attempts())
                    .hasSize(fault.requests() + 1)
                    .last()
                    .returns("2", Attempt::step);
            nothingIsLeft(server, fault, chain);
        }
    }

    @ParameterizedTest
    @MethodSource("behindTheFirstEvent")
    void overHttpAloneBehindTheFirstEvent(Fault fault) {
        breaksOff(fault, server -> httpBetweenTokens(server, fault.limit()));
    }

    @ParameterizedTest
    @MethodSource("behindTheFirstEvent")
    void chainDoesNotMixTwoAnswers(Fault fault) {
        breaksOff(fault, server -> Fallback.of(httpBetweenTokens(server, fault.limit()), mock()));
    }

    private interface Opening {
        LLMAdapter to(ScriptedServer server);
    }

    private void breaksOff(Fault fault, Opening opening) {
        ScriptedServer server = opened(ScriptedServer.answering(fault.script()));
        LLMAdapter adapter = opened(opening.to(server));
        try (ChatStream stream = adapter.stream(HELLO)) {
            Iterator<ChatEvent> events = stream.iterator();
            events.next();
            events.next();
            if (fault.type() == BrokenAnswerException.class) {
                server.release(); // a reset takes what was not read yet
            }
            long begin = System.nanoTime();
            ModelRunnerException e = catchThrowableOfType(fault.type(), events::next);
            assertThat(e).isNotNull();
            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .isLessThan(fault.limit().plus(SOON));
            assertThat(e.partialText()).isEqualTo("la la ");
            assertThat(server.requests()).hasSize(1);
            awaitNoConnection(server);
        }
    }

    /** As by a runner that closed what was idle while this machine slept. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void connectionsThatTheServerHasClosedCostNothing(boolean streamed) {
        Script closing = exchange -> {
            CHAT.answer(exchange);
            exchange.stall().cut();
        };
        ScriptedServer server = opened(ScriptedServer.answering(closing, streamed ? STREAM : CHAT));
        HttpAdapter http = opened(http(server, SOON));
        http.chat(HELLO);
        server.release();
        awaitNoConnection(server);
        assertThat(ask(http, streamed).timeline().attempts()).hasSize(1);
        assertThat(server.connectionsAccepted()).isEqualTo(2);
    }

    /** As behind a router that forgot the connection: what is sent there is lost, and nobody tells. */
    @Test
    void connectionThatIsDeadInSilenceIsGivenUpByItsLimit() {
        ScriptedServer server = opened(ScriptedServer.answering(CHAT, exchange -> exchange.stall(), CHAT));
        HttpAdapter http = opened(http(server, SOON));
        http.chat(HELLO);
        ChatRequest limited = HELLO.toBuilder()
                .timeouts(Timeouts.builder().answer(LIMIT).build())
                .build();
        TimedOutException e = catchThrowableOfType(TimedOutException.class, () -> http.chat(limited));
        assertThat(e.phase()).isEqualTo(Phase.ANSWER);
        assertThat(server.connectionsAccepted()).isEqualTo(1);
        assertThat(http.chat(HELLO)).isComplete();
        assertThat(server.connectionsAccepted()).isEqualTo(2);
    }

    /** A real one says nothing for 30 seconds; a second try that could not end is none. */
    @ParameterizedTest
    @EnumSource(
            value = Phase.class,
            names = {"LOAD", "ANSWER"})
    void emptyFailureThatComesTooLateIsNotAskedAgain(Phase phase) {
        ScriptedServer server =
                opened(ScriptedServer.answering(exchange -> EMPTY_500.answer(exchange.pause(LIMIT.minusMillis(60)))));
        HttpAdapter http = opened(http(server, LIMIT));
        ModelRunnerException e = catchThrowableOfType(ModelRunnerException.class, () -> ask(http, phase == Phase.LOAD));
        assertThat(e).isInstanceOfAny(EngineFailedException.class, TimedOutException.class);
        assertThat(server.requests()).hasSize(1);
    }

    private <T extends AutoCloseable> T opened(T one) {
        opened.add(one);
        return one;
    }

    private static HttpAdapter http(ScriptedServer server, Duration limit) {
        Timeouts limits = Timeouts.builder()
                .load(limit)
                .firstToken(limit)
                .betweenTokens(limit)
                .answer(limit)
                .build();
        return HttpAdapter.builder(server.url() + "/v1").timeouts(limits).build();
    }

    private static HttpAdapter httpBetweenTokens(ScriptedServer server, Duration limit) {
        Timeouts limits = Timeouts.builder().betweenTokens(limit).build();
        return HttpAdapter.builder(server.url() + "/v1").timeouts(limits).build();
    }

    private static MockAdapter mock() {
        return MockAdapter.builder().otherwise(MockReply.text(MOCKED)).build();
    }

    private static ChatResponse ask(LLMAdapter adapter, boolean streamed) {
        if (!streamed) {
            return adapter.chat(HELLO);
        }
        try (ChatStream stream = adapter.stream(HELLO)) {
            return stream.join();
        }
    }

    private static void nothingIsLeft(ScriptedServer server, Fault fault, LLMAdapter adapter) {
        if (fault.type() == EngineFailedException.class) {
            adapter.close(); // the answer came whole, and its connection is kept for the next one
        }
        awaitNoConnection(server);
    }

    private static void awaitNoConnection(ScriptedServer server) {
        long end = System.nanoTime() + SOON.toNanos();
        while (server.connectionsOpen() > 0) {
            assertThat(System.nanoTime()).as("connections that are left").isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
