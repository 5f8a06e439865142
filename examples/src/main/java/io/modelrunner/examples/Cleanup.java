package io.modelrunner.examples;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** What must be ended, the newest first and each once: at the end of the program, or by a signal before. */
final class Cleanup implements AutoCloseable {
    private final Deque<Runnable> ends = new ArrayDeque<>();
    private volatile boolean begun;

    /** Remembers an end; runs it at once if it comes too late. */
    void add(Runnable end) {
        synchronized (ends) {
            if (!begun) {
                ends.push(end);
                return;
            }
        }
        end.run();
    }

    /** {@return whether the end has begun} */
    boolean begun() {
        return begun;
    }

    @Override
    public void close() {
        for (Runnable end = next(); end != null; end = next()) {
            end.run();
        }
    }

    private @Nullable Runnable next() {
        synchronized (ends) {
            begun = true;
            return ends.poll();
        }
    }
}
