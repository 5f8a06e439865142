package io.modelrunner.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.fallback.Fallback;
import io.modelrunner.http.HttpAdapter;
import io.modelrunner.testcontainers.SoakFigures.Held;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/**
 * Many callers for many minutes against real llama.cpp, which must cost neither an error nor anything that is kept; run by
 * the profile {@code soak} alone, for {@code -Dmodel-runner.soak.minutes}.
 */
@RequiresDocker
class Soak {
    private static final int THREADS = 32;

    /**
     * For all callers and for what was given up a moment ago. With 8, requests waited in a queue of llama.cpp, and once in ten minutes
     * six of them stayed there though all slots were idle (build 11669): they would have ended by their limit.
     */
    private static final int SLOTS = 2 * THREADS;

    private static final Duration SAMPLE = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration LONGEST_WARM_UP = Duration.ofMinutes(1);

    /** What may differ by what the collector has not found yet, and by classes that were not needed before. */
    private static final double HEAP_TOLERANCE_MIB = 8;

    /** Kept, as the level of a logger that nobody holds is forgotten: every step that is left would be told. */
    private static final Logger QUIET = Logger.getLogger("io.modelrunner");

    /** Those of the JVM and of the Docker client come and go; one that is lost by every hundredth call would be noticed. */
    private static final int THREAD_TOLERANCE = 4;

    private final Duration time = Duration.ofMinutes(Integer.getInteger("model-runner.soak.minutes", 10));
    private final long seed = Long.getLong("model-runner.soak.seed", System.nanoTime());
    private final SoakFigures warmUp = new SoakFigures();
    private final SoakFigures figures = new SoakFigures();

    @Test
    void manyCallersForLongCostNothingThatIsKept() throws InterruptedException {
        QUIET.setLevel(Level.OFF);
        try (LlamaCppContainer llama = new LlamaCppContainer()
                .withTinyModel()
                .withArgs("--context-shift", "--no-kv-unified")
                .withArgs("--parallel", "" + SLOTS, "--ctx-size", "" + 512 * SLOTS)) {
            llama.start();
            int port = llama.getFirstMappedPort();
            HttpAdapter http = alone(llama);
            Fallback chain = Fallback.of(HttpAdapter.at("http://127.0.0.1:1/v1"), alone(llama));
            Held begin;
            Held end;
            try (http;
                    chain) {
                List<LLMAdapter> adapters = List.of(http, chain);
                Duration first = time.dividedBy(5);
                first = first.compareTo(LONGEST_WARM_UP) < 0 ? first : LONGEST_WARM_UP;
                run(adapters, warmUp, first, port);
                begin = Held.now(port);
                run(adapters, figures, time.minus(first), port);
                end = Held.now(port);
            }
            Held closed = Held.now(port);
            report(begin, end, closed);
            check(begin, end, closed);
        }
    }

    /** As many connections as callers: one that is lost, and not given back, is missed at once. */
    private static HttpAdapter alone(LlamaCppContainer llama) {
        return HttpAdapter.builder(llama.openAiBaseUrl())
                .maxConnections(THREADS)
                .build();
    }

    private void run(List<LLMAdapter> adapters, SoakFigures counted, Duration time, int port)
            throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        ScheduledExecutorService others = Executors.newScheduledThreadPool(4);
        try {
            List<Thread> workers = new ArrayList<>();
            for (int number = 0; number < THREADS; number++) {
                Random random = new Random(seed + number);
                workers.add(new Thread(new SoakWorker(adapters, counted, others, random, end), "soak-" + number));
            }
            workers.forEach(Thread::start);
            watch(counted, end, port);
            for (Thread worker : workers) {
                worker.join(PATIENCE.toMillis());
                assertThat(worker.isAlive()).as(worker.getName() + " hangs").isFalse();
            }
        } finally {
            others.shutdownNow();
            assertThat(others.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        }
    }

    private static void watch(SoakFigures counted, long end, int port) throws InterruptedException {
        long begin = System.nanoTime();
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            Thread.sleep(Duration.ofNanos(Math.min(left, SAMPLE.toNanos())).toMillis() + 1); // time is the test
            long seconds = Duration.ofNanos(System.nanoTime() - begin).toSeconds();
            say("soak, %4d s: %d calls; %s".formatted(seconds, counted.calls(), Held.now(port)));
        }
    }

    private void report(Held begin, Held end, Held closed) {
        say("soak of " + time + " by " + THREADS + " threads, seed " + seed);
        say(figures.report());
        say("behind the warm-up of " + warmUp.calls() + " calls: " + begin);
        say("at the end: " + end);
        say("adapters closed: " + closed);
    }

    private static void say(String line) {
        System.out.println(line);
    }

    private void check(Held begin, Held end, Held closed) {
        assertThat(warmUp.unexpected()).isEmpty();
        assertThat(figures.unexpected()).isEmpty();
        assertThat(figures.calls()).isGreaterThan(THREADS);
        assertThat(end.heapMib()).as("heap").isLessThan(begin.heapMib() + HEAP_TOLERANCE_MIB);
        assertThat(end.threads()).as("threads").isLessThanOrEqualTo(begin.threads() + THREAD_TOLERANCE);
        assertThat(end.sockets()).as("connections").isLessThanOrEqualTo(2 * THREADS);
        assertThat(closed.sockets()).as("connections when closed").isZero();
    }
}
