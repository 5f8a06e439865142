package io.modelrunner.http;

import static io.modelrunner.http.Pulls.SOON;
import static io.modelrunner.http.Pulls.SUCCEEDING;
import static io.modelrunner.http.Pulls.SUCCESS;
import static io.modelrunner.http.Pulls.asked;
import static io.modelrunner.http.Pulls.progress;
import static io.modelrunner.http.Pulls.runner;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.modelrunner.CancelledException;
import io.modelrunner.Failure;
import io.modelrunner.ModelName;
import io.modelrunner.internal.PullRoad;
import io.modelrunner.internal.PullWatcher;
import io.modelrunner.internal.SharedPull;
import io.modelrunner.internal.TransferProgress;
import io.modelrunner.store.DiskFullException;
import io.modelrunner.store.PullEvent;
import io.modelrunner.store.PullStream;
import io.modelrunner.testing.LeakCheck;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who wants the same model of the same runner watches one pull. */
@Timeout(60)
class SharedPullTest {
    private static final String MODEL = "ai/shared";

    /** Half of a model, then as long as the test wants nothing, then the rest. */
    private static final Script HALTING = exchange -> exchange.head(200, "Transfer-Encoding: chunked")
            .send(progress(50))
            .stall()
            .send(progress(100))
            .send(SUCCESS)
            .end();

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @RegisterExtension
    final LeakCheck leaks = LeakCheck.of();

    @AfterEach
    void stop() throws InterruptedException {
        threads.shutdownNow();
        assertThat(threads.awaitTermination(SOON.toMillis(), TimeUnit.MILLISECONDS))
                .isTrue();
    }

    @Test
    void manyThreadsAndAdaptersMakeOneRequest() throws Exception {
        try (ScriptedServer server = runner(HALTING);
                HttpAdapter one = Pulls.to(server).build();
                HttpAdapter other = Pulls.to(server).build()) {
            CountDownLatch halfway = new CountDownLatch(8);
            List<Future<PullEvent.Done>> pulls = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                pulls.add(pulling(i % 2 == 0 ? one : other, MODEL, halfway));
            }
            await(halfway);
            server.release();
            for (Future<PullEvent.Done> pull : pulls) {
                assertThat(pull.get(10, TimeUnit.SECONDS).percent()).isEqualTo(100);
            }
            assertThat(asked(server)).containsExactly("POST /models/create");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"shared", "ai/Shared", "docker.io/ai/shared:latest", "index.docker.io/shared", "ai/shared:"})
    void otherSpellingIsTheSamePull(String spelling) {
        try (ScriptedServer server = runner(HALTING);
                HttpAdapter adapter = Pulls.to(server).build()) {
            CountDownLatch halfway = new CountDownLatch(2);
            Future<PullEvent.Done> one = pulling(adapter, MODEL, halfway);
            Future<PullEvent.Done> other = pulling(adapter, spelling, halfway);
            await(halfway);
            server.release();
            assertThat(one).succeedsWithin(SOON);
            assertThat(other).succeedsWithin(SOON);
            assertThat(asked(server)).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/engines/v1", "/", "localhost"})
    void otherSpellingOfTheAddressIsTheSameRunner(String spelling) {
        try (ScriptedServer server = runner(HALTING)) {
            String address =
                    spelling.equals("localhost") ? "http://localhost:" + server.port() : server.url() + spelling;
            try (HttpAdapter adapter = Pulls.to(server).build();
                    HttpAdapter other = HttpAdapter.at(address)) {
                CountDownLatch halfway = new CountDownLatch(2);
                Future<PullEvent.Done> one = pulling(adapter, MODEL, halfway);
                Future<PullEvent.Done> two = pulling(other, MODEL, halfway);
                await(halfway);
                server.release();
                assertThat(one).succeedsWithin(SOON);
                assertThat(two).succeedsWithin(SOON);
                assertThat(asked(server)).hasSize(1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ai/shared:v2", "ai/shared:LATEST", "hf.co/ai/shared", "localhost:5000/ai/shared"})
    void otherModelHasItsOwnPull(String model) {
        try (ScriptedServer server = runner(HALTING);
                HttpAdapter adapter = Pulls.to(server).build()) {
            CountDownLatch halfway = new CountDownLatch(2);
            Future<PullEvent.Done> one = pulling(adapter, MODEL, halfway);
            Future<PullEvent.Done> other = pulling(adapter, model, halfway);
            await(halfway);
            server.release();
            server.release();
            assertThat(one).succeedsWithin(SOON);
            assertThat(other).succeedsWithin(SOON);
            assertThat(asked(server)).hasSize(2);
        }
    }

    @Test
    void otherRunnerHasItsOwnPull() {
        try (ScriptedServer server = runner(HALTING);
                ScriptedServer second = runner(SUCCEEDING);
                HttpAdapter adapter = Pulls.to(server).build();
                HttpAdapter other = Pulls.to(second).build()) {
            CountDownLatch halfway = new CountDownLatch(1);
            Future<PullEvent.Done> one = pulling(adapter, MODEL, halfway);
            await(halfway);
            try (PullStream pull = new HttpModelStore(other).pull(MODEL)) {
                assertThat(pull.join().percent()).isEqualTo(100);
            }
            server.release();
            assertThat(one).succeedsWithin(SOON);
            assertThat(asked(server)).hasSize(1);
            assertThat(asked(second)).hasSize(1);
        }
    }

    @Test
    @SuppressWarnings("try") // closed early: that is the test
    void watcherWhoLeavesDoesNotEndThePullOfTheOthersAndTheLastOneDoes() {
        try (ScriptedServer server = runner(HALTING);
                HttpAdapter adapter = Pulls.to(server).build();
                PullStream first = new HttpModelStore(adapter).pull(MODEL);
                PullStream second = new HttpModelStore(adapter).pull(MODEL);
                PullStream third = new HttpModelStore(adapter).pull(MODEL)) {
            Iterator<PullEvent> events = Pulls.halfway(first);
            Pulls.halfway(second);
            Pulls.halfway(third);
            first.close();
            first.close();
            assertThatExceptionOfType(CancelledException.class).isThrownBy(events::next);
            assertThat(server.connectionsOpen()).isPositive();
            second.close();
            third.close();
            server.awaitClientClosed(SOON);
            assertThat(asked(server)).hasSize(1);
        }
    }

    @Test
    void whoComesLateSeesTheStateAndTheEnd() {
        try (ScriptedServer server = runner(HALTING);
                HttpAdapter adapter = Pulls.to(server).build();
                PullStream first = new HttpModelStore(adapter).pull(MODEL);
                PullStream late = new HttpModelStore(adapter).pull(MODEL)) {
            Pulls.halfway(first);
            Iterator<PullEvent> events = Pulls.halfway(late);
            server.release();
            PullEvent last = events.next();
            while (events.hasNext()) {
                last = events.next();
            }
            assertThat(last).isInstanceOf(PullEvent.Done.class);
            assertThat(first.join().percent()).isEqualTo(100);
        }
    }

    @Test
    @SuppressWarnings("try") // closed early: that is the test
    void closingTheAdapterOfWhoBeganLetsTheOthersGoOnByTheirs() {
        Script rest = exchange -> exchange.head(200, "Transfer-Encoding: chunked")
                .send(progress(10))
                .send(progress(70))
                .send(SUCCESS)
                .end();
        try (ScriptedServer server = runner(HALTING, rest);
                HttpAdapter beginner = Pulls.to(server).build();
                HttpAdapter other = Pulls.to(server).build();
                PullStream begun = new HttpModelStore(beginner).pull(MODEL);
                PullStream watched = new HttpModelStore(other).pull(MODEL);
                PullStream alsoWatched = new HttpModelStore(other).pull(MODEL)) {
            Pulls.halfway(begun);
            List<PullEvent> events = Collections.synchronizedList(new ArrayList<>());
            CountDownLatch halfway = new CountDownLatch(2);
            Future<?> one = threads.submit(() -> watched.forEach(event -> {
                events.add(event);
                halfway(event, halfway);
            }));
            Future<?> two = threads.submit(() -> alsoWatched.forEach(event -> halfway(event, halfway)));
            await(halfway);
            beginner.close();
            assertThat(one).succeedsWithin(SOON);
            assertThat(two).succeedsWithin(SOON);
            assertThat(events).last().isInstanceOf(PullEvent.Done.class);
            assertThat(events).extracting(PullEvent::percent).isSorted();
            assertThat(events).extracting(PullEvent::completedBytes).isSorted();
            assertThat(asked(server)).hasSize(2);
            assertThatExceptionOfType(CancelledException.class).isThrownBy(begun::join);
        }
    }

    @Test
    @SuppressWarnings("try") // closed early: that is the test
    void pullRightBehindACancelledOneIsAnotherOne() {
        for (int i = 0; i < 20; i++) {
            try (ScriptedServer server = runner(HALTING, SUCCEEDING);
                    HttpAdapter adapter = Pulls.to(server).build();
                    PullStream cancelled = new HttpModelStore(adapter).pull(MODEL);
                    PullStream pull = new HttpModelStore(adapter).pull(MODEL)) {
                Pulls.halfway(cancelled);
                cancelled.close();
                assertThat(pull.join().percent()).isEqualTo(100);
                assertThat(asked(server)).hasSize(2);
            }
        }
    }

    @Test
    void pullBehindOneThatIsBeingCancelledWaitsForItsEnd() throws Exception {
        CountDownLatch ending = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        PullEvent.Done done = new PullEvent.Done(ModelName.of(MODEL), PullEvent.Progress.NONE, "there");
        PullStream first = PullStream.of(new PullWatcher(new Road(() -> {
            ending.countDown();
            await(end);
            throw new IllegalStateException("ended");
        })));
        threads.submit(() -> first.join());
        await(ending);
        first.close();
        Future<PullEvent.Done> next = threads.submit(
                () -> PullStream.of(new PullWatcher(new Road(() -> done))).join());
        assertThat(next).isNotDone();
        end.countDown();
        assertThat(next).succeedsWithin(SOON).isEqualTo(done);
    }

    /** A pull that goes nowhere. */
    private record Road(Supplier<PullEvent.Done> work) implements PullRoad {
        @Override
        public SharedPull.Key key() {
            return new SharedPull.Key("http://localhost:1", MODEL);
        }

        @Override
        public void cancel() {
            // nothing is asked
        }

        @Override
        public Task task(Consumer<PullEvent> listener, TransferProgress progress) {
            return new Task() {
                @Override
                public PullEvent.Done run() {
                    return work.get();
                }

                @Override
                public void cancel() {
                    // ends in its own time
                }
            };
        }

        @Override
        public boolean isClosed() {
            return false;
        }

        @Override
        public Failure.Builder facts(String what) {
            return Failure.of(what);
        }
    }

    @Test
    void failedPullFailsForAllAndTheNextOneIsAnother() {
        Script full = exchange -> exchange.head(200, "Transfer-Encoding: chunked")
                .send(progress(50))
                .stall()
                .send(Pulls.error("Error: no space left on device"))
                .end();
        try (ScriptedServer server = runner(full, SUCCEEDING);
                HttpAdapter adapter = Pulls.to(server).build()) {
            CountDownLatch halfway = new CountDownLatch(3);
            List<Future<PullEvent.Done>> pulls = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                pulls.add(pulling(adapter, MODEL, halfway));
            }
            await(halfway);
            server.release();
            assertThat(pulls)
                    .allSatisfy(pull -> assertThat(pull)
                            .failsWithin(SOON)
                            .withThrowableThat()
                            .withCauseInstanceOf(DiskFullException.class));
            try (PullStream pull = new HttpModelStore(adapter).pull(MODEL)) {
                assertThat(pull.join().percent()).isEqualTo(100);
            }
            assertThat(asked(server)).hasSize(2);
        }
    }

    @Test
    void slowWatcherHoldsNobodyAndGetsTheLatestOfEachLayer() {
        int layers = 3;
        Script many = exchange -> {
            exchange.head(200, "Transfer-Encoding: chunked").send(progress(Pulls.LAYER, 3_000, 1_000, 0));
            exchange.stall();
            for (int i = 1; i <= 1_000; i++) {
                for (int layer = 0; layer < layers; layer++) {
                    exchange.send(progress("sha256:" + layer, 3_000, 1_000, i));
                }
            }
            exchange.send(SUCCESS).end();
        };
        try (ScriptedServer server = runner(many);
                HttpAdapter adapter = Pulls.to(server).build();
                PullStream slow = new HttpModelStore(adapter).pull(MODEL)) {
            Iterator<PullEvent> events = Pulls.halfway(slow);
            CountDownLatch begun = new CountDownLatch(1);
            Future<PullEvent.Done> quick = pulling(adapter, MODEL, begun);
            await(begun);
            server.release();
            assertThat(quick).succeedsWithin(SOON);
            List<PullEvent> seen = new ArrayList<>();
            events.forEachRemaining(seen::add);
            assertThat(seen).hasSizeLessThanOrEqualTo(layers + 2).last().isInstanceOf(PullEvent.Done.class);
            assertThat(seen)
                    .filteredOn(PullEvent.LayerProgress.class::isInstance)
                    .extracting(event -> ((PullEvent.LayerProgress) event).current())
                    .contains(1_000L);
            assertThat(seen).extracting(PullEvent::percent).isSorted();
        }
    }

    @Test
    void stepsWithoutNumberDoNotFillTheMemory() {
        int count = 20_000;
        Script talkative = exchange -> {
            exchange.head(200, "Transfer-Encoding: chunked").send(progress(50)).stall();
            String some = Pulls.step("s".repeat(2_000)).repeat(10);
            for (int i = 0; i < count / 20; i++) {
                exchange.send(some).send(progress("layer " + i, 100, 1, 1).repeat(10));
            }
            exchange.send(SUCCESS).end();
        };
        try (ScriptedServer server = runner(talkative);
                HttpAdapter adapter = Pulls.to(server).build();
                PullStream slow = new HttpModelStore(adapter).pull(MODEL)) {
            Iterator<PullEvent> events = Pulls.halfway(slow);
            CountDownLatch begun = new CountDownLatch(1);
            Future<PullEvent.Done> quick = pulling(adapter, MODEL, begun);
            await(begun);
            server.release();
            assertThat(quick).succeedsWithin(SOON.multipliedBy(2));
            List<PullEvent> seen = new ArrayList<>();
            events.forEachRemaining(seen::add);
            assertThat(seen).hasSizeLessThanOrEqualTo(1_000).last().isInstanceOf(PullEvent.Done.class);
            assertThat(seen)
                    .filteredOn(PullEvent.Step.class::isInstance)
                    .extracting(event -> ((PullEvent.Step) event).message().length())
                    .isNotEmpty()
                    .containsOnly(1_000);
        }
    }

    @Test
    void threadOfThePullEndsWithItAndIsADaemon() throws InterruptedException {
        try (ScriptedServer server = runner(HALTING);
                HttpAdapter adapter = Pulls.to(server).build();
                PullStream pull = new HttpModelStore(adapter).pull(MODEL)) {
            Pulls.halfway(pull);
            Thread thread = Thread.getAllStackTraces().keySet().stream()
                    .filter(one -> one.getName().equals("model-runner-pull"))
                    .findFirst()
                    .orElseThrow();
            assertThat(thread.isDaemon()).isTrue();
            server.release();
            pull.join();
            thread.join(SOON.toMillis());
            assertThat(thread.isAlive()).isFalse();
        }
    }

    private Future<PullEvent.Done> pulling(HttpAdapter adapter, String model, CountDownLatch halfway) {
        CompletableFuture<PullEvent.Done> done = new CompletableFuture<>();
        threads.execute(() -> {
            try (PullStream pull = new HttpModelStore(adapter).pull(model)) {
                done.complete(pull.join(event -> halfway(event, halfway)));
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    private static void halfway(PullEvent event, CountDownLatch halfway) {
        if (event.percent() < 100 && event instanceof PullEvent.LayerProgress) {
            halfway.countDown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(SOON.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
