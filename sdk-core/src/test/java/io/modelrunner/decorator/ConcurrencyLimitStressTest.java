package io.modelrunner.decorator;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.CancelledException;
import io.modelrunner.TimedOutException;
import io.modelrunner.Timeouts;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;

/** Many threads that ask, cancel, interrupt and time out at random. */
@Timeout(60)
class ConcurrencyLimitStressTest {
    private static final int THREADS = 64;
    private static final int CALLS = 150;
    private static final Map<String, Integer> LIMITS = Map.of("ai/a", 1, "ai/b", 4, "ai/c", 16);

    private final CountingAdapter counting = new CountingAdapter();
    private final ConcurrencyLimit limit = ConcurrencyLimit.builder(counting)
            .perModel(16)
            .model("a", 1)
            .model("b", 4)
            .build();
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final ScheduledExecutorService disturber = Executors.newScheduledThreadPool(2);
    private final ConcurrentLinkedQueue<Throwable> unexpected = new ConcurrentLinkedQueue<>();

    @AfterEach
    void end() {
        threads.shutdownNow();
        disturber.shutdownNow();
        limit.close();
    }

    @RepeatedTest(5)
    void neverMoreThanTheLimitAndAllPlacesComeBack() throws Exception {
        List<Future<?>> all = Stream.<Future<?>>generate(() -> threads.submit(this::callsAtRandom))
                .limit(THREADS)
                .toList();
        for (Future<?> each : all) {
            each.get(50, TimeUnit.SECONDS);
        }

        assertThat(unexpected).isEmpty();
        LIMITS.forEach((model, most) -> {
            assertThat(counting.most(model)).as("most at once of " + model).isBetween(1, most);
            assertThat(limit.running(model)).as("running of " + model).isZero();
            assertThat(limit.waiting(model)).as("waiting of " + model).isZero();
        });
        assertThat(counting.answered()).isGreaterThan(100);
    }

    private void callsAtRandom() {
        List<String> models = List.copyOf(LIMITS.keySet());
        IntStream.range(0, CALLS).forEach(i -> {
            ThreadLocalRandom random = ThreadLocalRandom.current();
            Timeouts patience = Timeouts.builder()
                    .queue(Duration.ofMillis(1 + random.nextInt(30)))
                    .build();
            ChatRequest request = ChatRequest.builder(models.get(random.nextInt(models.size())))
                    .user("Hello")
                    .timeouts(patience)
                    .build();
            try {
                callAtRandom(request, random);
            } catch (CancelledException | TimedOutException expected) {
                // which it was
            } catch (Throwable e) {
                unexpected.add(e);
            }
        });
    }

    private void callAtRandom(ChatRequest request, ThreadLocalRandom random) throws Exception {
        int micros = random.nextInt(3_000);
        switch (random.nextInt(5)) {
            case 0 -> limit.chat(request);
            case 1 -> limit.stream(request).join();
            case 2 -> interrupted(() -> limit.chat(request), micros);
            case 3 -> interrupted(() -> limit.stream(request).join(), micros);
            default -> closedByAnother(limit.stream(request), micros);
        }
    }

    private void interrupted(Runnable call, int micros) {
        Interrupt interrupt = new Interrupt(Thread.currentThread());
        disturber.schedule(interrupt::send, micros, TimeUnit.MICROSECONDS);
        try {
            call.run();
        } finally {
            interrupt.withdraw();
        }
    }

    /** An interrupt that meets one call and none after it. */
    private static final class Interrupt {
        private final Thread thread;
        private boolean withdrawn;

        Interrupt(Thread thread) {
            this.thread = thread;
        }

        synchronized void send() {
            if (!withdrawn) {
                thread.interrupt();
            }
        }

        synchronized void withdraw() {
            withdrawn = true;
            boolean ignored = Thread.interrupted();
        }
    }

    private void closedByAnother(ChatStream stream, int micros) throws Exception {
        Future<?> close = disturber.schedule(stream::close, micros, TimeUnit.MICROSECONDS);
        try {
            for (ChatEvent event : stream) {
                assertThat(event).isNotNull();
            }
        } finally {
            close.get(30, TimeUnit.SECONDS);
        }
    }
}
