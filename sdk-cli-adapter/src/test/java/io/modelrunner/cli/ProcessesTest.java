package io.modelrunner.cli;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThat;
import static io.modelrunner.testing.ModelRunnerAssertions.assertThatModelRunnerException;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.modelrunner.BrokenAnswerException;
import io.modelrunner.CancelledException;
import io.modelrunner.TimedOutException;
import io.modelrunner.Timeouts;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.store.ModelStore;
import io.modelrunner.store.PullEvent;
import io.modelrunner.store.PullStream;
import io.modelrunner.store.RegistryRequest;
import io.modelrunner.store.RegistryUnavailableException;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The ends of commands: each stops {@code docker} and its child, soon, whatever they do. */
class ProcessesTest extends CliTestCase {
    /** How soon a stopped command must be gone: about a second, and a lot for a busy machine; by itself it takes minutes. */
    private static final Duration GONE = SOON;

    private static final Duration LIMIT = Duration.ofMillis(400);
    private static final int MIB = 1 << 20;

    @BeforeEach
    void address() {
        docker.status("Docker Engine", NOWHERE + "/v1/", NOWHERE + "/v1/");
    }

    private static ChatRequest hello(Timeouts limits) {
        return hello().toBuilder().timeouts(limits).build();
    }

    private static Timeouts limit(Phase phase) {
        return Timeouts.builder().limit(phase, LIMIT).build();
    }

    /** {@return what a call on another thread throws} */
    private static <T> Throwable failure(CompletableFuture<T> call) {
        return Assertions.catchThrowableOfType(
                        CompletionException.class,
                        () -> call.orTimeout(20, TimeUnit.SECONDS).join())
                .getCause();
    }

    @Test
    void closeEndsDockerAndItsPlugin() {
        docker.on(Reply.silent().out("begun ").stall(), "run");
        ChatStream stream = adapter().stream(hello());
        stream.iterator().next();
        stream.close();
        docker.awaitNoneRunning(GONE);
    }

    @Test
    void closeBeforeTheFirstPullStartsNothing() {
        ChatStream stream = adapter().stream(hello());
        stream.close();
        assertThatExceptionOfType(CancelledException.class).isThrownBy(stream::join);
        assertThat(docker.invocations()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "inspect", "run"})
    void closeEndsWhateverCommandIsUnderWay(String command) {
        docker.status("Docker Desktop", "http://model-runner.docker.internal/v1/", "http://localhost/exp/vDD4.40/v1/");
        docker.on(Reply.silent().withoutReadingStdin().stall(), command, "--json")
                .on(Reply.silent().withoutReadingStdin().stall(), command);
        ChatStream stream = adapter().stream(hello());
        CompletableFuture<ChatResponse> reader = inBackground(stream::join);
        docker.await(runs -> runs.stream().anyMatch(run -> run.command().get(0).equals(command)), SOON);
        stream.close();
        assertThat(failure(reader)).isInstanceOf(CancelledException.class);
        docker.awaitNoneRunning(GONE);
    }

    @Test
    void interruptEndsDockerAndItsPlugin() throws InterruptedException {
        docker.on(Reply.silent().out("begun ").stall(), "run");
        ChatStream stream = adapter().stream(hello());
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread reader = new Thread(() -> {
            Assertions.catchThrowable(stream::join);
            interrupted.complete(Thread.currentThread().isInterrupted());
        });
        reader.start();
        docker.await(runs -> runs.stream().anyMatch(run -> run.command().get(0).equals("run")), SOON);
        reader.interrupt();
        assertThat(interrupted.orTimeout(20, TimeUnit.SECONDS).join()).isTrue();
        docker.awaitNoneRunning(GONE);
        reader.join();
    }

    @ParameterizedTest
    @EnumSource(
            value = Phase.class,
            names = {"LOAD", "FIRST_TOKEN"})
    void firstPieceHasItsLimit(Phase phase) {
        docker.on(Reply.silent().stall(), "run");
        assertThat(adapter().stream(hello(limit(phase)))).fails().satisfies(e -> assertTimedOut(e, phase));
        docker.awaitNoneRunning(GONE);
    }

    @Test
    void furtherPiecesHaveTheirLimit() {
        docker.on(Reply.silent().out("begun ").stall(), "run");
        assertThat(adapter().stream(hello(limit(Phase.BETWEEN_TOKENS))))
                .fails()
                .hasPartialText("begun ")
                .satisfies(e -> assertTimedOut(e, Phase.BETWEEN_TOKENS));
        docker.awaitNoneRunning(GONE);
    }

    @Test
    void partsOfACharacterAreNoPiece() {
        Timeouts limits = Timeouts.builder().load(SOON).betweenTokens(LIMIT).build();
        docker.on(
                Reply.silent()
                        .out("begun ")
                        .outInPiecesOf(1, LIMIT.multipliedBy(3).dividedBy(4), (byte) 0xF0, (byte) 0x9F, (byte) 0x98)
                        .stall(),
                "run");
        assertThat(adapter().stream(hello(limits))).fails().satisfies(e -> assertTimedOut(e, Phase.BETWEEN_TOKENS));
    }

    @ParameterizedTest
    @CsvSource({"TOTAL, true", "ANSWER, false"})
    void tricklingAnswerHasItsLimit(Phase phase, boolean streamed) {
        docker.on(
                Reply.silent()
                        .outInPiecesOf(
                                1, Duration.ofMillis(20), "x".repeat(2_000).getBytes(UTF_8)),
                "run");
        CliAdapter adapter = adapter();
        adapter.road(hello(), Deadline.of(Phase.ANSWER, SOON), running -> {}); // so that it knows the status
        ChatRequest request =
                hello(Timeouts.builder().limit(phase, Duration.ofSeconds(6)).build());
        assertThatModelRunnerException(() -> {
                    if (streamed) {
                        adapter.stream(request).join();
                    } else {
                        adapter.chat(request);
                    }
                })
                .satisfies(e -> {
                    assertThat(((TimedOutException) e).phase()).isEqualTo(phase);
                    assertThat(((TimedOutException) e).partialText()).startsWith("xx");
                });
        docker.awaitNoneRunning(GONE);
    }

    @Test
    void commandsHaveTheLimitOfAnAnswer() {
        docker.on(Reply.silent().stall(), "list");
        CliAdapter adapter = opened(builder().timeouts(limit(Phase.ANSWER)));
        assertThatModelRunnerException(adapter::listModels).satisfies(e -> assertTimedOut(e, Phase.ANSWER));
        docker.awaitNoneRunning(GONE);
    }

    private static void assertTimedOut(Throwable failure, Phase phase) {
        assertThat(failure).isInstanceOfSatisfying(TimedOutException.class, late -> {
            assertThat(late.phase()).isEqualTo(phase);
            assertThat(late.limit()).isEqualTo(LIMIT);
        });
    }

    @Test
    void closeOfTheAdapterEndsAll() {
        docker.on(Reply.silent().out("begun ").stall(), "run");
        CliAdapter adapter = adapter();
        Iterator<ChatEvent> one = adapter.stream(hello()).iterator();
        Iterator<ChatEvent> other = adapter.stream(hello()).iterator();
        one.next();
        other.next();
        adapter.close();
        docker.awaitNoneRunning(GONE);
        assertThatExceptionOfType(CancelledException.class).isThrownBy(one::next);
        assertThatExceptionOfType(CancelledException.class).isThrownBy(other::next);
        assertThatExceptionOfType(CancelledException.class).isThrownBy(adapter::listModels);
    }

    @Test
    void pullThatHeedsNoSignalIsStopped() {
        docker.on(Reply.silent().out("Downloaded 1MB of 2MB\n").stall(), "pull");
        PullStream pull = adapter().power(ModelStore.class).orElseThrow().pull("ai/tiny");
        Iterator<PullEvent> events = pull.iterator();
        while (!(events.next() instanceof PullEvent.LayerProgress)) {
            assertThat(events.hasNext()).isTrue();
        }
        pull.close();
        docker.awaitNoneRunning(GONE);
    }

    @Test
    void pluginThatLostItsDockerIsStopped() {
        docker.on(
                Reply.silent()
                        .out("Downloaded 1MB of 2MB\n")
                        .pause(Duration.ofSeconds(3)) // in which the adapter sees that there is a child
                        .deathOfDocker()
                        .stall(),
                "pull");
        ModelStore store = adapter().power(ModelStore.class).orElseThrow();
        assertThatModelRunnerException(() -> store.pull("ai/tiny").join()).isInstanceOf(BrokenAnswerException.class);
        docker.awaitNoneRunning(GONE);
    }

    @Test
    void dockerThatLeavesItsPluginIsNotWaitedFor() {
        docker.on(Reply.silent().untilReleased(), "run").on(Reply.silent().untilReleased(), "list");
        docker.leavingOrphans(3);
        long start = System.nanoTime();
        assertThatModelRunnerException(adapter()::listModels).isInstanceOf(BrokenAnswerException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
        docker.release();
        docker.awaitNoneRunning(SOON);
    }

    @Test
    void answerOfALeftPluginIsNotWhole() {
        docker.on(Reply.silent().out("half").untilReleased(), "run").leavingOrphans(0);
        String status = "{\"running\":true,\"endpointHost\":\"" + NOWHERE + "/v1/\"}\n";
        CliAdapter adapter = adapter();
        docker.on(Reply.silent().out(status), "status", "--json");
        assertThat(adapter.stream(hello())).fails().isInstanceOf(BrokenAnswerException.class);
        docker.release();
        docker.awaitNoneRunning(SOON);
    }

    /** The command writes the end of a line behind every answer. */
    @Test
    void answerWithoutTheEndOfItsLineIsNotWhole() {
        docker.on(Reply.silent().out("half"), "run");
        assertThat(adapter().stream(hello()))
                .fails()
                .isInstanceOf(BrokenAnswerException.class)
                .hasPartialText("half");
    }

    @Test
    void limitOfTheWholeHoldsThoughMoreIsThere() {
        docker.on(Reply.silent().outFlood("Downloaded 1MB of 2MB\n", Long.MAX_VALUE), "pull");
        Timeouts limits = Timeouts.builder().total(Duration.ofSeconds(1)).build();
        ModelStore store = adapter().power(ModelStore.class).orElseThrow();
        RegistryRequest request =
                RegistryRequest.builder("ai/tiny").timeouts(limits).build();
        assertThatModelRunnerException(() -> store.pull(request).join())
                .isInstanceOfSatisfying(
                        TimedOutException.class,
                        late -> assertThat(late.phase()).isEqualTo(Phase.TOTAL));
        docker.awaitNoneRunning(GONE);
    }

    @Test
    void limitsBeginWithTheFirstPull() throws InterruptedException {
        docker.on(Reply.silent().out("Hi\n"), "run");
        Timeouts limits = Timeouts.builder()
                .load(Duration.ofSeconds(6))
                .total(Duration.ofSeconds(6))
                .build();
        try (ChatStream stream = adapter().stream(hello(limits))) {
            TimeUnit.MILLISECONDS.sleep(6_100); // somebody does something else meanwhile
            assertThat(stream.join()).hasText("Hi");
        }
    }

    @Test
    void slowReaderGetsAllThoughDockerHasEnded() throws InterruptedException {
        String text = "0123456789".repeat(60_000);
        docker.on(Reply.silent().out(text + "\n"), "run");
        try (ChatStream stream = adapter().stream(hello())) {
            Iterator<ChatEvent> events = stream.iterator();
            events.next();
            docker.await(runs -> runs.stream().noneMatch(Invocation::isRunning), SOON);
            TimeUnit.MILLISECONDS.sleep(2_500); // longer than a command that has ended is listened to
            assertThat(stream.join()).hasText(text);
        }
    }

    @Test
    void killedPluginIsABrokenAnswer() {
        docker.on(Reply.silent().out("half").crash(), "run");
        assertThat(adapter().stream(hello()))
                .fails()
                .isInstanceOf(BrokenAnswerException.class)
                .hasPartialText("half")
                .hasMessageContaining("was killed")
                .hasMessageContaining("255");
    }

    @Test
    void outputWithoutEndIsNotKept() {
        docker.on(Reply.silent().outFlood("{", Long.MAX_VALUE), "list");
        assertThatModelRunnerException(adapter()::listModels)
                .isInstanceOf(BrokenAnswerException.class)
                .hasMessageContaining("limit");
        docker.awaitNoneRunning(GONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"warning\n", "[\n", "[1]\n", "no line end"})
    void hugeOutputOfNoUseIsTakenFastApart(String text) {
        docker.on(Reply.silent().outFlood(text, 60L * MIB).exit(0), "list");
        long start = System.nanoTime();
        assertThatModelRunnerException(adapter()::listModels).isInstanceOf(BrokenAnswerException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(90));
    }

    @Test
    void hugeErrorsDisturbNothing() {
        docker.on(Reply.silent().errFlood("warning\n", 64L * MIB).out("[]\n"), "list");
        assertThat(adapter().listModels()).isEmpty();
        docker.on(Reply.silent().errFlood("warning\n", 64L * MIB).out("Hi\n"), "run");
        assertThat(adapter().chat(hello())).hasText("Hi");
    }

    @Test
    void hugeAnswerIsNotKeptWithoutEnd() {
        docker.on(Reply.silent().outFlood("on and on\n", Long.MAX_VALUE), "run");
        assertThat(adapter().stream(hello()))
                .fails()
                .isInstanceOf(BrokenAnswerException.class)
                .hasMessageContaining("limit");
        docker.awaitNoneRunning(GONE);
    }

    @Test
    void hugeLineOfAPullIsNotKept() {
        docker.on(Reply.silent().outFlood("on and on", 64L * MIB), "pull");
        ModelStore store = adapter().power(ModelStore.class).orElseThrow();
        long start = System.nanoTime();
        assertThatModelRunnerException(() -> store.pull("ai/tiny").join())
                .isInstanceOf(RegistryUnavailableException.class)
                .satisfies(e -> assertThat(String.valueOf(e.getMessage())).hasSizeLessThan(1_000));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
    }

    @Test
    void inputThatIsNotReadBlocksNothing() {
        docker.on(Reply.silent().out("Hi\n").withoutReadingStdin(), "run");
        ChatRequest request = ChatRequest.of("ai/tiny", "x".repeat(4 * MIB));
        assertThat(adapter().chat(request)).hasText("Hi");
        docker.on(Reply.silent().withoutReadingStdin().stall(), "run");
        assertThat(adapter().stream(
                        request.toBuilder().timeouts(limit(Phase.LOAD)).build()))
                .fails()
                .satisfies(e -> assertTimedOut(e, Phase.LOAD));
        docker.awaitNoneRunning(GONE);
    }

    @Test
    void charactersMayBeCutAnywhere() {
        String text = "grün €uro 😀 \u0000 \u001b[1m end";
        docker.on(Reply.silent().outInPiecesOf(1, Duration.ofMillis(3), (text + "\n").getBytes(UTF_8)), "run");
        assertThat(adapter().stream(hello())).streamsMoreThan(3).isComplete().hasText(text);
    }

    @Test
    void wrongBytesBecomeTheSignForThem() {
        byte[] wrong = {'a', (byte) 0xFF, (byte) 0xE2, (byte) 0x82, 'b', '\n', (byte) 0xF0, (byte) 0x9F, '\n'};
        docker.on(Reply.silent().out(wrong), "run");
        assertThat(adapter().chat(hello())).hasText("a\uFFFD\uFFFDb\n\uFFFD");
    }

    @Test
    void onlyTheCommandsOwnLineEndIsTaken() {
        docker.on(Reply.silent().outInPiecesOf(1, Duration.ofMillis(3), "\n a\r\n\n\n".getBytes(UTF_8)), "run");
        assertThat(adapter().chat(hello())).hasText("\n a\r\n\n");
        docker.on(Reply.silent().out("\n"), "run");
        assertThat(adapter().chat(hello())).hasText("");
    }
}
