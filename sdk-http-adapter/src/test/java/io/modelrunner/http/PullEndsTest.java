package io.modelrunner.http;

import static io.modelrunner.http.Pulls.SOON;
import static io.modelrunner.http.Pulls.SUCCEEDING;
import static io.modelrunner.http.Pulls.SUCCESS;
import static io.modelrunner.http.Pulls.asked;
import static io.modelrunner.http.Pulls.progress;
import static io.modelrunner.http.Pulls.runner;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.modelrunner.CancelledException;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.TimedOutException;
import io.modelrunner.Timeouts;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.store.PullEvent;
import io.modelrunner.store.PullStream;
import io.modelrunner.store.RegistryRequest;
import io.modelrunner.testing.LeakCheck;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
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

/** Everything that ends a pull or a push before its time: limits, cancels, interrupts, listeners, the end of the adapter. */
@Timeout(60)
class PullEndsTest {
    private static final String MODEL = "ai/wanted";
    private static final Duration LIMIT = Duration.ofMillis(200);
    private static final Duration TICK = Duration.ofMillis(10);

    /** Where the end of the limit is what must not come, or not too soon: a busy machine may stop for a second or two. */
    private static final Duration LONG = Duration.ofSeconds(3);

    @RegisterExtension
    final LeakCheck leaks = LeakCheck.of();

    @Test
    void stallEndsThePullWithinTheLimitAndClosesTheConnection() {
        Script script = exchange -> exchange.head(200, "Transfer-Encoding: chunked")
                .send(progress(50))
                .stall();
        Timeouts limits = Timeouts.builder().betweenTokens(LIMIT).build();
        try (ScriptedServer server = runner(script);
                HttpAdapter adapter = Pulls.to(server).timeouts(limits).build()) {
            long begin = System.nanoTime();
            assertTimedOut(Pulls.failure(adapter, MODEL, new ArrayList<>()), Phase.BETWEEN_TOKENS);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(LIMIT, LIMIT.plus(SOON));
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
                .trickle("  " + progress(50).strip().substring(0, 50), LONG.dividedBy(45))
                .send(progress(50).strip().substring(50) + "\n" + SUCCESS)
                .end();
        Timeouts limits = Timeouts.builder().betweenTokens(LONG).build();
        try (ScriptedServer server = runner(script);
                HttpAdapter adapter = Pulls.to(server).timeouts(limits).build()) {
            assertThat(Pulls.events(adapter, MODEL))
                    .extracting(PullEvent::percent)
                    .contains(50, 100);
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
        Timeouts limits = Timeouts.builder().total(LONG).build();
        try (ScriptedServer server = runner(script);
                HttpAdapter adapter = Pulls.to(server).timeouts(limits).build()) {
            assertTimedOut(Pulls.failure(adapter, MODEL, new ArrayList<>()), Phase.TOTAL, LONG);
            server.awaitClientClosed(SOON);
        }
    }

    @Test
    void totalLimitCoversTheRepetitionsToo() {
        Script unready =
                exchange -> exchange.pause(LONG.multipliedBy(2).dividedBy(3)).answer(503, "text/plain", "gateway");
        Timeouts limits = Timeouts.builder().total(LONG).build();
        try (ScriptedServer server = runner(unready);
                HttpAdapter adapter = Pulls.to(server).timeouts(limits).build()) {
            assertThat(Pulls.failure(adapter, MODEL, new ArrayList<>()))
                    .isInstanceOfAny(TimedOutException.class, RunnerUnreachableException.class);
            assertThat(asked(server)).hasSizeBetween(1, 2);
        }
    }

    /** It would tell of a wait of a millisecond in place of what the server said. */
    @Test
    void nothingIsTriedBehindTheLimit() {
        Timeouts limits = Timeouts.builder().total(LONG).build();
        try (ScriptedServer server = runner(exchange -> exchange.answer(503, "text/plain", "gateway"));
                HttpAdapter adapter = Pulls.to(server).timeouts(limits).build()) {
            RunnerUnreachableException e = catchThrowableOfType(
                    RunnerUnreachableException.class,
                    () -> new HttpModelStore(adapter).push(RegistryRequest.of(MODEL), event -> {
                        if (event instanceof PullEvent.Warning) {
                            await(new CountDownLatch(1), LONG); // the listener itself is what is slow here
                        }
                    }));
            assertThat(e.status()).hasValue(503);
            assertThat(asked(server)).hasSize(1);
        }
    }

    @Test
    void pauseThatWouldOutlastTheLimitIsNotBegun() {
        Timeouts limits = Timeouts.builder().total(Duration.ofSeconds(30)).build();
        try (ScriptedServer server = runner(exchange -> exchange.answer(503, "text/plain", "gateway"));
                HttpAdapter adapter = HttpAdapter.builder(server.url())
                        .transferPauses(List.of(Duration.ofSeconds(50)))
                        .timeouts(limits)
                        .build()) {
            assertThat(Pulls.failure(adapter, MODEL, new ArrayList<>()).status())
                    .hasValue(503);
        }
    }

    @Test
    @SuppressWarnings("try") // closed early: that is the test
    void closeFromAnotherThreadWakesTheReaderAndEndsThePull() throws Exception {
        try (ScriptedServer server = runner(stalling());
                HttpAdapter adapter = Pulls.to(server).build();
                PullStream pull = new HttpModelStore(adapter).pull(MODEL)) {
            Iterator<PullEvent> events = Pulls.halfway(pull);
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
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
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
            Iterator<PullEvent> events = Pulls.halfway(pull);
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
            assertThat(Pulls.failure(adapter, MODEL, new ArrayList<>())).isInstanceOf(CancelledException.class);
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
        Timeouts limits = Timeouts.builder().betweenTokens(LONG).build();
        try (ScriptedServer server = runner(script);
                HttpAdapter adapter = Pulls.to(server).timeouts(limits).build()) {
            List<PullEvent> events = new ArrayList<>();
            new HttpModelStore(adapter).push(RegistryRequest.of(MODEL), event -> {
                events.add(event);
                if (event instanceof PullEvent.LayerProgress) {
                    // the listener itself is what is slow here
                    await(new CountDownLatch(1), LONG.plusMillis(100));
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

    private static Script stalling() {
        return exchange -> exchange.head(200, "Transfer-Encoding: chunked")
                .send(progress(50))
                .stall();
    }

    private static void assertTimedOut(ModelRunnerException e, Phase phase) {
        assertTimedOut(e, phase, LIMIT);
    }

    private static void assertTimedOut(ModelRunnerException e, Phase phase, Duration limit) {
        assertThat(e).isInstanceOfSatisfying(TimedOutException.class, late -> {
            assertThat(late.phase()).isEqualTo(phase);
            assertThat(late.limit()).isEqualTo(limit);
        });
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
