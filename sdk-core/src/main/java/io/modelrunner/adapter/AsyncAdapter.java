package io.modelrunner.adapter;

import static java.util.Objects.requireNonNull;

import io.modelrunner.Model;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The calls of an adapter as futures.
 *
 * <p>Each call runs on a thread of the executor, which it occupies: virtual threads are a good choice. Cancelling a
 * future interrupts its call, which ends the connection behind it; a call that has not begun never does. Failures complete
 * the future exceptionally with the adapter's own exception. The adapter and the executor stay the caller's to close.
 */
public final class AsyncAdapter {
    private final LLMAdapter adapter;
    private final Executor executor;

    private AsyncAdapter(LLMAdapter adapter, Executor executor) {
        this.adapter = requireNonNull(adapter, "adapter");
        this.executor = requireNonNull(executor, "executor");
    }

    /**
     * {@return the calls of an adapter as futures}
     *
     * @param adapter does the work; not null
     * @param executor runs it; not null
     */
    public static AsyncAdapter of(LLMAdapter adapter, Executor executor) {
        return new AsyncAdapter(adapter, executor);
    }

    /** {@return the future of {@link LLMAdapter#health()}} */
    public CompletableFuture<Health> health() {
        return run(adapter::health);
    }

    /** {@return the future of {@link LLMAdapter#listModels()}} */
    public CompletableFuture<List<Model>> listModels() {
        return run(adapter::listModels);
    }

    /**
     * {@return the future of {@link LLMAdapter#chat}}
     *
     * @param request what to ask; not null
     */
    public CompletableFuture<ChatResponse> chat(ChatRequest request) {
        requireNonNull(request, "request");
        return run(() -> adapter.chat(request));
    }

    /**
     * {@return the future of the whole answer of {@link LLMAdapter#stream}}
     *
     * @param request what to ask; not null
     * @param events is given each event as it comes, on the thread of the call; what it throws ends the stream; not null
     */
    public CompletableFuture<ChatResponse> stream(ChatRequest request, Consumer<? super ChatEvent> events) {
        requireNonNull(request, "request");
        requireNonNull(events, "events");
        return run(() -> {
            try (ChatStream stream = adapter.stream(request)) {
                stream.forEach(events);
                return stream.join();
            }
        });
    }

    private <T> CompletableFuture<T> run(Supplier<T> call) {
        Call<T> future = new Call<>(call);
        try {
            executor.execute(future::run);
        } catch (RejectedExecutionException e) {
            future.completeExceptionally(e);
        }
        return future;
    }

    /** A future whose cancellation interrupts the thread that works for it, and no later work of that thread. */
    private static final class Call<T> extends CompletableFuture<T> {
        private final Supplier<T> call;
        private final Object lock = new Object();
        private @Nullable Thread worker;
        private boolean interrupted;

        Call(Supplier<T> call) {
            this.call = call;
        }

        void run() {
            synchronized (lock) {
                if (isDone()) {
                    return;
                }
                worker = Thread.currentThread();
            }
            try {
                T result = call.get();
                complete(result);
            } catch (Throwable e) {
                completeExceptionally(e);
            } finally {
                release();
            }
        }

        private void release() {
            synchronized (lock) {
                worker = null;
                if (interrupted) {
                    // The interrupt that may be pending is ours; the pool's next task must not find it.
                    Thread.interrupted();
                }
            }
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            boolean cancelled = super.cancel(mayInterruptIfRunning);
            synchronized (lock) {
                if (cancelled && worker != null) {
                    interrupted = true;
                    worker.interrupt();
                }
            }
            return cancelled;
        }
    }
}
