package io.modelrunner.cli;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.modelrunner.BrokenAnswerException;
import io.modelrunner.EngineFailedException;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.TimedOutException;
import io.modelrunner.Timeouts;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.fallback.Fallback;
import io.modelrunner.http.HttpAdapter;
import io.modelrunner.mock.MockAdapter;
import io.modelrunner.mock.MockReply;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.time.Duration;
import java.util.Iterator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What becomes of a call over the command when the runner behind it or the command itself does ill: alone, and in a chain, which goes
 * on before the first piece and not after it. No process, thread or connection is left.
 */
class FaultsTest extends CliTestCase {
    private static final Duration LIMIT = Duration.ofMillis(1_500);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration LIMIT_OF_SECONDS = Duration.ofMillis(1_600);
    private static final Duration GONE = SOON;
    private static final String MOCKED = "I am a mock.";
    private static final String LA = ScriptedRunner.text("la ");

    /** In one piece, as a limit holds between the two. */
    private static final String LA_LA = "data: " + LA + "\n\ndata: " + LA + "\n\n";

    private static final Script ANSWER = Script.events(
            ScriptedRunner.text("Hi"), "{\"choices\":[{\"finish_reason\":\"stop\",\"index\":0,\"delta\":{}}]}");

    /** What happens, by the runner's script or the command's reply, and what a call fails with that has come so far. */
    private record Fault(Class<? extends ModelRunnerException> type, Duration limit, Script runner, Reply command) {
        static Fault of(Class<? extends ModelRunnerException> type, Script runner) {
            return new Fault(type, LIMIT, runner, Reply.silent());
        }

        static Fault of(Class<? extends ModelRunnerException> type, Reply command) {
            return new Fault(type, LIMIT, exchange -> exchange.stall(), command);
        }

        boolean isOfTheRunner() {
            return command.steps().isEmpty() && command.exitCode() == 0;
        }
    }

    static Stream<Arguments> beforeTheFirstPiece() {
        Script empty = exchange -> exchange.head(500, "Content-Length: 0").end();
        Script slow = exchange -> exchange.events().trickle(" ".repeat(60), SECOND);
        return Stream.of(
                argumentSet("runner never answers", Fault.of(TimedOutException.class, exchange -> exchange.stall())),
                argumentSet(
                        "runner sends one byte a second",
                        new Fault(TimedOutException.class, LIMIT_OF_SECONDS, slow, Reply.silent())),
                argumentSet("runner resets", Fault.of(RunnerUnreachableException.class, exchange -> exchange.reset())),
                argumentSet("runner closes", Fault.of(RunnerUnreachableException.class, exchange -> exchange.cut())),
                argumentSet("empty 500 of the runner", Fault.of(EngineFailedException.class, empty)),
                argumentSet(
                        "command hangs",
                        Fault.of(TimedOutException.class, Reply.silent().stall())),
                argumentSet(
                        "command floods its errors and hangs",
                        Fault.of(
                                TimedOutException.class,
                                Reply.silent().errFlood("warning\n", 1 << 20).stall())),
                argumentSet(
                        "plugin is killed",
                        Fault.of(BrokenAnswerException.class, Reply.silent().crash())),
                argumentSet(
                        "command is killed",
                        Fault.of(BrokenAnswerException.class, Reply.silent().crashOfDocker())));
    }

    static Stream<Arguments> behindTheFirstPiece() {
        return Stream.of(
                argumentSet(
                        "runner stops",
                        Fault.of(
                                TimedOutException.class,
                                exchange -> exchange.events().send(LA_LA).stall())),
                argumentSet(
                        "runner closes",
                        Fault.of(
                                BrokenAnswerException.class,
                                exchange -> exchange.events(LA, LA).cut())),
                argumentSet(
                        "command hangs",
                        Fault.of(
                                TimedOutException.class,
                                Reply.silent().out("la la ").stall())),
                argumentSet(
                        "plugin is killed",
                        Fault.of(
                                BrokenAnswerException.class,
                                Reply.silent().out("la la ").crash())),
                argumentSet(
                        "command is killed",
                        Fault.of(
                                BrokenAnswerException.class,
                                Reply.silent().out("la la ").crashOfDocker())));
    }

    private LLMAdapter over(Fault fault, ScriptedServer server) {
        docker.runner(server.url());
        if (!fault.isOfTheRunner()) {
            docker.on(fault.command(), "run");
        }
        return adapter();
    }

    private static ChatRequest limited(Fault fault, Phase... phases) {
        Timeouts.Builder limits = Timeouts.builder();
        if (fault.type() == TimedOutException.class) { // where nothing is waited for, a busy machine may take its time
            Stream.of(phases).forEach(phase -> limits.limit(phase, fault.limit()));
        }
        return hello().toBuilder().timeouts(limits.build()).build();
    }

    private static ChatRequest atFirst(Fault fault) {
        return limited(fault, Phase.LOAD, Phase.FIRST_TOKEN);
    }

    private static ChatRequest later(Fault fault) {
        return limited(fault, Phase.BETWEEN_TOKENS);
    }

    @AfterEach
    void noProcessIsLeft() {
        docker.awaitNoneRunning(GONE);
        long end = System.nanoTime() + GONE.toNanos();
        while (ProcessHandle.current().descendants().findAny().isPresent()) {
            assertThat(System.nanoTime()).as("processes that are left").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    @ParameterizedTest
    @MethodSource("beforeTheFirstPiece")
    void overTheCommandAlone(Fault fault) {
        try (ScriptedServer server = ScriptedServer.answering(fault.runner())) {
            LLMAdapter cli = over(fault, server);
            ModelRunnerException e = fails(fault, cli, atFirst(fault));
            assertThat(e.partialText()).isEmpty();
            assertThat(e.elsewhere()).isTrue();
            docker.awaitNoneRunning(GONE);
            awaitNoConnection(server);
        }
    }

    private static ModelRunnerException fails(Fault fault, LLMAdapter adapter, ChatRequest request) {
        try (ChatStream stream = adapter.stream(request)) {
            ModelRunnerException e = catchThrowableOfType(fault.type(), stream::join);
            assertThat(e).isNotNull();
            return e;
        }
    }

    @ParameterizedTest
    @MethodSource("beforeTheFirstPiece")
    void chainGoesOnBeforeTheFirstPiece(Fault fault) {
        try (ScriptedServer server = ScriptedServer.answering(fault.runner());
                Fallback chain = Fallback.of(over(fault, server), mock())) {
            ChatResponse response = chain.stream(atFirst(fault)).join();
            assertThat(response).hasText(MOCKED).wasAnsweredBy("mock");
        }
    }

    @ParameterizedTest
    @MethodSource("behindTheFirstPiece")
    void overTheCommandAloneBehindTheFirstPiece(Fault fault) {
        try (ScriptedServer server = ScriptedServer.answering(fault.runner())) {
            ModelRunnerException e = fails(fault, over(fault, server), later(fault));
            assertThat(e.partialText()).isEqualTo("la la ");
        }
    }

    @ParameterizedTest
    @MethodSource("behindTheFirstPiece")
    void chainDoesNotMixTwoAnswers(Fault fault) {
        try (ScriptedServer server = ScriptedServer.answering(fault.runner());
                Fallback chain = Fallback.of(over(fault, server), mock())) {
            ModelRunnerException e = fails(fault, chain, later(fault));
            assertThat(e.partialText()).isEqualTo("la la ");
        }
    }

    /** The same runner, over its other road. */
    @Test
    void chainGoesOnFromHttpToTheCommand() {
        try (ScriptedServer server = ScriptedServer.answering(exchange -> exchange.stall(), ANSWER)) {
            docker.runner(server.url());
            Timeouts limits = Timeouts.builder().load(LIMIT).build();
            HttpAdapter http =
                    HttpAdapter.builder(server.url() + "/v1").timeouts(limits).build();
            try (Fallback chain = Fallback.of(http, adapter())) {
                assertThat(chain.stream(hello())).hasText("Hi").wasAnsweredBy("cli");
            }
            awaitNoConnection(server);
        }
    }

    @Test
    void chainStartsNoCommandBehindTheFirstEvent() {
        try (ScriptedServer server = ScriptedServer.answering(
                exchange -> exchange.events(LA, LA).stall().cut(), ANSWER)) {
            docker.runner(server.url());
            try (Fallback chain = Fallback.of(HttpAdapter.at(server.url() + "/v1"), adapter());
                    ChatStream stream = chain.stream(hello())) {
                Iterator<ChatEvent> events = stream.iterator();
                events.next();
                events.next();
                server.release();
                BrokenAnswerException e = catchThrowableOfType(BrokenAnswerException.class, events::next);
                assertThat(e.partialText()).isEqualTo("la la ");
            }
            assertThat(docker.invocations()).isEmpty();
        }
    }

    private static MockAdapter mock() {
        return MockAdapter.builder().otherwise(MockReply.text(MOCKED)).build();
    }

    private static void awaitNoConnection(ScriptedServer server) {
        long end = System.nanoTime() + SOON.toNanos();
        while (server.connectionsOpen() > 0) {
            assertThat(System.nanoTime()).as("connections that are left").isLessThan(end);
            Thread.onSpinWait();
        }
    }
}
