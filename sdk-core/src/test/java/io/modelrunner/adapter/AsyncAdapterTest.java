package io.modelrunner.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.modelrunner.BrokenAnswerException;
import io.modelrunner.CancelledException;
import io.modelrunner.Failure;
import io.modelrunner.ModelName;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.mock.MockAdapter;
import io.modelrunner.mock.MockReply;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AsyncAdapterTest {
    private static final ChatRequest REQUEST = ChatRequest.of("tiny", "one two");

    private final ExecutorService pool = Executors.newFixedThreadPool(2);
    private final CountDownLatch begun = new CountDownLatch(1);

    @AfterEach
    void stopPool() throws InterruptedException {
        pool.shutdownNow();
        assertThat(pool.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void callsGiveTheirResults() throws Exception {
        AsyncAdapter async = AsyncAdapter.of(MockAdapter.echo(), pool);
        List<ChatEvent> events = new ArrayList<>();

        assertThat(async.health().get(10, TimeUnit.SECONDS).isUp()).isTrue();
        assertThat(async.listModels().get(10, TimeUnit.SECONDS)).hasSize(1);
        assertThat(async.chat(REQUEST).get(10, TimeUnit.SECONDS).text()).isEqualTo("one two");
        ChatResponse streamed = async.stream(REQUEST, events::add).get(10, TimeUnit.SECONDS);
        assertThat(streamed.text()).isEqualTo("one two");
        assertThat(events).hasSize(3).last().isEqualTo(new ChatEvent.Completed(streamed));
    }

    @Test
    void failuresAreTheAdaptersOwn() {
        BrokenAnswerException broken =
                new BrokenAnswerException(Failure.of("cut off").build());
        AsyncAdapter async = AsyncAdapter.of(answering(MockReply.failure(() -> broken)), pool);

        assertThat(failureOf(async.chat(REQUEST))).isSameAs(broken);
        assertThat(failureOf(async.stream(REQUEST, event -> {}))).isSameAs(broken);
    }

    @Test
    void whatTheConsumerThrowsEndsTheStream() {
        IllegalStateException rude = new IllegalStateException("enough");
        AsyncAdapter async = AsyncAdapter.of(MockAdapter.echo(), pool);

        assertThat(failureOf(async.stream(REQUEST, event -> {
                    throw rude;
                })))
                .isSameAs(rude);
    }

    private static Throwable failureOf(CompletableFuture<?> future) {
        Throwable thrown = catchThrowable(() -> future.get(10, TimeUnit.SECONDS));
        assertThat(thrown).isInstanceOf(ExecutionException.class);
        return thrown.getCause();
    }

    @Test
    void cancelInterruptsTheCallAndLeavesNoFlag() throws Exception {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        ExecutorService single = Executors.newSingleThreadExecutor();
        AsyncAdapter async = AsyncAdapter.of(
                answering(MockReply.text("late").every(Duration.ofHours(1))),
                task -> single.execute(() -> {
                    begun.countDown();
                    task.run();
                }));
        CompletableFuture<ChatResponse> future = async.stream(REQUEST, event -> {});
        future.whenComplete((response, failure) -> thrown.complete(failure));
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();

        assertThat(future.cancel(true)).isTrue();

        assertThat(future).isCancelled();
        assertThat(single.submit(() -> Thread.currentThread().isInterrupted()).get(10, TimeUnit.SECONDS))
                .isFalse();
        single.shutdownNow();
    }

    @Test
    void cancelReachesAConsumerThatWaits() throws Exception {
        CompletableFuture<Throwable> seen = new CompletableFuture<>();
        CountDownLatch never = new CountDownLatch(1);
        CompletableFuture<ChatResponse> future = AsyncAdapter.of(MockAdapter.echo(), pool).stream(REQUEST, event -> {
            begun.countDown();
            seen.complete(catchThrowable(() -> never.await(20, TimeUnit.SECONDS)));
            throw new IllegalStateException("interrupted");
        });
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        future.cancel(true);

        assertThat(seen.get(10, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
    }

    @Test
    void callCancelledBeforeItBeganNeverBegins() {
        Queue<Runnable> waiting = new ArrayDeque<>();
        AtomicInteger asked = new AtomicInteger();
        LLMAdapter counting = MockAdapter.builder()
                .when(request -> asked.incrementAndGet() > 0, MockReply.text("a"))
                .build();
        CompletableFuture<ChatResponse> future =
                AsyncAdapter.of(counting, waiting::add).chat(REQUEST);
        future.cancel(false);
        waiting.forEach(Runnable::run);

        assertThat(asked).hasValue(0);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(future.cancel(true)).as("cancelling again").isTrue();
    }

    @Test
    void cancelAfterTheEndDoesNothing() throws Exception {
        CompletableFuture<ChatResponse> future =
                AsyncAdapter.of(MockAdapter.echo(), pool).chat(REQUEST);
        future.get(10, TimeUnit.SECONDS);

        assertThat(future.cancel(true)).isFalse();
    }

    /** The call ends after it was cancelled, but before the cancellation comes to interrupting it. */
    @Test
    void interruptOfSomebodyElseIsLeftToThem() throws Exception {
        LLMAdapter adapter = MockAdapter.builder()
                .when(request -> awaitAndInterruptSelf(begun), MockReply.text("a"))
                .build();
        Queue<Runnable> waiting = new ArrayDeque<>();
        CompletableFuture<ChatResponse> future =
                AsyncAdapter.of(adapter, waiting::add).chat(REQUEST);
        CompletableFuture<Boolean> flag = new CompletableFuture<>();
        Thread worker = new Thread(() -> {
            waiting.remove().run();
            flag.complete(Thread.currentThread().isInterrupted());
        });
        future.whenComplete((response, failure) -> {
            begun.countDown();
            flag.orTimeout(10, TimeUnit.SECONDS).join();
        });
        worker.start();
        while (worker.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        future.cancel(true);

        assertThat(flag.get(10, TimeUnit.SECONDS)).isTrue();
    }

    private static boolean awaitAndInterruptSelf(CountDownLatch latch) {
        try {
            boolean there = latch.await(20, TimeUnit.SECONDS);
            Thread.currentThread().interrupt();
            return there;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void executorThatRejectsFailsTheFuture() {
        RejectedExecutionException full = new RejectedExecutionException("full");
        AsyncAdapter async = AsyncAdapter.of(MockAdapter.echo(), task -> {
            throw full;
        });

        assertThat(failureOf(async.chat(REQUEST))).isSameAs(full);
    }

    @Test
    void closedAdapterCancels() {
        MockAdapter adapter = MockAdapter.echo();
        adapter.close();

        assertThat(failureOf(AsyncAdapter.of(adapter, pool).listModels())).isInstanceOf(CancelledException.class);
    }

    @Test
    void nullsAreProgrammingErrors() {
        AsyncAdapter async = AsyncAdapter.of(MockAdapter.echo(), pool);
        assertThatNullPointerException().isThrownBy(() -> AsyncAdapter.of(null, pool));
        assertThatNullPointerException().isThrownBy(() -> AsyncAdapter.of(MockAdapter.echo(), null));
        assertThatNullPointerException().isThrownBy(() -> async.chat(null));
        assertThatNullPointerException().isThrownBy(() -> async.stream(REQUEST, null));
    }

    /** Calls that end at the moment they are cancelled, on threads that others work on as well. */
    @Test
    void innocentTasksAreNeverInterrupted() throws Exception {
        AsyncAdapter async = AsyncAdapter.of(
                MockAdapter.builder()
                        .when(
                                request -> request.model().equals(ModelName.of("slow")),
                                MockReply.text("a").every(Duration.ofHours(1)))
                        .build(),
                pool);
        ChatRequest slow = ChatRequest.of("slow", "a");
        AtomicInteger interrupted = new AtomicInteger();
        AtomicInteger innocent = new AtomicInteger();
        Random random = new Random(3);
        for (int i = 0; i < 5_000; i++) {
            CompletableFuture<ChatResponse> future = async.chat(random.nextInt(4) == 0 ? slow : REQUEST);
            pool.execute(() -> {
                innocent.incrementAndGet();
                for (int spin = 0; spin < 200; spin++) {
                    if (Thread.interrupted()) {
                        interrupted.incrementAndGet();
                    }
                    Thread.onSpinWait();
                }
            });
            for (int spin = random.nextInt(300); spin > 0; spin--) {
                Thread.onSpinWait();
            }
            future.cancel(true);
        }
        pool.shutdown();

        assertThat(pool.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        assertThat(innocent).hasValue(5_000);
        assertThat(interrupted).hasValue(0);
    }

    private static LLMAdapter answering(MockReply reply) {
        return MockAdapter.builder().otherwise(reply).build();
    }
}
