package io.modelrunner.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.modelrunner.CancelledException;
import io.modelrunner.adapter.AsyncAdapter;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Whoever ends a call, and wherever it is: the connection is closed and the reader woken, at once. */
@Timeout(60)
class CancelTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String CHUNK = "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}]}";
    private static final Script STALLS_IN_MID_STREAM =
            exchange -> exchange.events(CHUNK).stall();
    private static final Script STREAMS =
            exchange -> exchange.events().repeat("data: " + CHUNK + "\n\n", Duration.ofMillis(1));
    private static final Script NEVER_ANSWERS = exchange -> exchange.stall();

    private final CountDownLatch reading = new CountDownLatch(1);
    private final AtomicReference<Throwable> outcome = new AtomicReference<>();
    private final AtomicReference<Boolean> interrupted = new AtomicReference<>();

    private final Way way = way();

    private ScriptedServer server;
    private HttpAdapter adapter;

    /** {@return how to get to the server} */
    Way way() {
        return Way.tcp();
    }

    @BeforeEach
    void noServerYet() {
        server = ScriptedServer.answering(NEVER_ANSWERS);
        adapter = way.to(server, "/v1").build();
    }

    @AfterEach
    void nothingIsLeft() throws InterruptedException {
        adapter.close();
        server.close();
        way.close();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("model-runner")) {
                thread.join(SOON.toMillis());
                assertThat(thread.isAlive()).as(thread.getName()).isFalse();
            }
        }
    }

    @Test
    void closeFromAnotherThreadInMidStream() throws InterruptedException {
        serve(STALLS_IN_MID_STREAM);
        cancelsStream(Thread::new, (stream, reader) -> stream.close());
    }

    @Test
    void closeWhileEventsPour() throws InterruptedException {
        serve(STREAMS);
        cancelsStream(Thread::new, (stream, reader) -> stream.close());
    }

    @Test
    void closeBeforeTheHeaders() throws InterruptedException {
        ChatStream stream = adapter.stream(request());
        Thread reader = start(Thread::new, stream::join);
        server.awaitRequests(1, SOON);
        stream.close();
        assertCancelled(reader);
    }

    @Test
    void closeWhileTheServerIsAskedWhatItIs() throws InterruptedException {
        try (HttpAdapter bare = way.to(server, "").build()) {
            ChatStream stream = bare.stream(request());
            Thread reader = start(Thread::new, stream::join);
            server.awaitRequests(1, SOON);
            long begin = System.nanoTime();
            stream.close();
            assertCancelled(reader);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void closeBeforeTheFirstPull() {
        ChatStream stream = adapter.stream(request());
        stream.close();
        assertThatExceptionOfType(CancelledException.class).isThrownBy(stream::join);
        assertThat(server.connectionsAccepted()).isZero();
    }

    @Test
    void interruptInMidStream() throws InterruptedException {
        serve(STALLS_IN_MID_STREAM);
        cancelsStream(Thread::new, (stream, reader) -> reader.interrupt());
        assertThat(interrupted.get()).isTrue();
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void interruptOfAVirtualThreadInMidStream() throws InterruptedException {
        serve(STALLS_IN_MID_STREAM);
        cancelsStream(VirtualThreads::unstarted, (stream, reader) -> reader.interrupt());
        assertThat(interrupted.get()).isTrue();
    }

    @Test
    void interruptOfAWholeAnswer() throws InterruptedException {
        Thread caller = start(Thread::new, () -> adapter.chat(request()));
        server.awaitRequests(1, SOON);
        caller.interrupt();
        assertCancelled(caller);
        assertThat(interrupted.get()).isTrue();
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void interruptOfAWholeAnswerOnAVirtualThread() throws InterruptedException {
        Thread caller = start(VirtualThreads::unstarted, () -> adapter.chat(request()));
        server.awaitRequests(1, SOON);
        caller.interrupt();
        assertCancelled(caller);
    }

    @Test
    void interruptBeforeTheCall() throws InterruptedException {
        Thread caller = start(Thread::new, () -> {
            Thread.currentThread().interrupt();
            adapter.chat(request());
        });
        caller.join(SOON.toMillis());
        assertThat(outcome.get()).isInstanceOf(CancelledException.class);
        assertThat(interrupted.get()).isTrue();
    }

    @Test
    void cancelOfAFuture() {
        serve(STREAMS);
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            CompletableFuture<?> answer =
                    AsyncAdapter.of(adapter, executor).stream(request(), event -> reading.countDown());
            await(reading);
            answer.cancel(true);
            server.awaitClientClosed(SOON);
            assertThat(CompletableFuture.supplyAsync(Thread::interrupted, executor)
                            .orTimeout(20, TimeUnit.SECONDS)
                            .join())
                    .isFalse();
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void cancelOfASubscription() {
        serve(STREAMS);
        ChatStream stream = adapter.stream(request());
        stream.publisher().subscribe(new CancellingSubscriber(reading));
        await(reading);
        server.awaitClientClosed(SOON);
    }

    @Test
    void closeOfTheAdapterInMidStream() throws InterruptedException {
        serve(STALLS_IN_MID_STREAM);
        cancelsStream(Thread::new, (stream, reader) -> adapter.close());
        assertThat(outcome.get()).hasMessageContaining("the adapter was closed");
    }

    @Test
    void closeOfTheAdapterDuringAWholeAnswer() throws InterruptedException {
        Thread caller = start(Thread::new, () -> adapter.chat(request()));
        server.awaitRequests(1, SOON);
        adapter.close();
        assertCancelled(caller);
    }

    @Test
    void theTextSoFarIsKept() throws InterruptedException {
        serve(STALLS_IN_MID_STREAM);
        cancelsStream(Thread::new, (stream, reader) -> stream.close());
        assertThat(((CancelledException) outcome.get()).partialText()).isEqualTo("x");
    }

    private void serve(Script script) {
        adapter.close();
        server.close();
        server = ScriptedServer.answering(script);
        adapter = way.to(server, "/v1").build();
    }

    private void cancelsStream(Function<Runnable, Thread> threads, BiConsumer<ChatStream, Thread> cancel)
            throws InterruptedException {
        ChatStream stream = adapter.stream(request());
        Thread reader = start(threads, () -> {
            Iterator<ChatEvent> events = stream.iterator();
            events.next();
            reading.countDown();
            while (events.hasNext()) {
                events.next();
            }
        });
        await(reading);
        cancel.accept(stream, reader);
        assertCancelled(reader);
    }

    private void assertCancelled(Thread reader) throws InterruptedException {
        server.awaitClientClosed(SOON);
        reader.join(SOON.toMillis());
        assertThat(reader.isAlive()).isFalse();
        assertThat(outcome.get()).isInstanceOf(CancelledException.class);
    }

    private Thread start(Function<Runnable, Thread> threads, Runnable work) {
        Thread thread = threads.apply(() -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                outcome.set(e);
            }
            interrupted.set(Thread.currentThread().isInterrupted());
        });
        thread.start();
        return thread;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static ChatRequest request() {
        return ChatRequest.of("m", "Hello");
    }

    /** Cancels at the first event. */
    private static final class CancellingSubscriber implements Flow.Subscriber<ChatEvent> {
        private final CountDownLatch cancelled;
        private Flow.Subscription subscription;

        CancellingSubscriber(CountDownLatch cancelled) {
            this.cancelled = cancelled;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            given.request(10);
        }

        @Override
        public void onNext(ChatEvent event) {
            subscription.cancel();
            cancelled.countDown();
        }

        @Override
        public void onError(Throwable failure) {
            throw new AssertionError("no signal may follow a cancel", failure);
        }

        @Override
        public void onComplete() {
            throw new AssertionError("no signal may follow a cancel");
        }
    }
}
