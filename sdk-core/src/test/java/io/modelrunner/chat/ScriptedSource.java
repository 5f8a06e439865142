package io.modelrunner.chat;

import io.modelrunner.ModelName;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A source that gives what it was told to, and remembers how it was used. */
final class ScriptedSource implements ChatStream.Source {
    final AtomicInteger closes = new AtomicInteger();
    final AtomicInteger pulls = new AtomicInteger();
    final CountDownLatch waiting = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Deque<Supplier<ChatEvent>> script = new ArrayDeque<>();

    static ChatResponse response(String text) {
        return ChatResponse.builder(ModelName.of("tiny"), "test")
                .appendText(text)
                .build();
    }

    /** Pieces of text, and then the end. */
    static ScriptedSource of(String... pieces) {
        ScriptedSource source = new ScriptedSource();
        for (String piece : pieces) {
            source.then(new ChatEvent.Text(piece));
        }
        return source.then(new ChatEvent.Completed(response(String.join("", pieces))));
    }

    ScriptedSource then(ChatEvent event) {
        script.add(() -> event);
        return this;
    }

    ScriptedSource thenThrow(Supplier<? extends RuntimeException> failure) {
        script.add(() -> {
            throw failure.get();
        });
        return this;
    }

    ScriptedSource thenError(Error error) {
        script.add(() -> {
            throw error;
        });
        return this;
    }

    /** Waits until it is closed, and then throws. */
    ScriptedSource thenWait(Supplier<? extends RuntimeException> whenClosed) {
        script.add(() -> {
            waiting.countDown();
            try {
                if (!closed.await(20, TimeUnit.SECONDS)) {
                    throw new AssertionError("nobody closed the source");
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            throw whenClosed.get();
        });
        return this;
    }

    @Override
    public ChatEvent next() {
        pulls.incrementAndGet();
        Supplier<ChatEvent> step = script.poll();
        if (step == null) {
            throw new AssertionError("pulled behind the end");
        }
        return step.get();
    }

    @Override
    public void close() {
        closes.incrementAndGet();
        closed.countDown();
    }
}
