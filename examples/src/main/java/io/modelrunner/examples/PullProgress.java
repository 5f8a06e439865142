package io.modelrunner.examples;

import io.modelrunner.store.PullEvent;
import java.io.PrintStream;
import java.util.function.Consumer;

/** Shows how far a pull is; close it, whether the pull succeeded or not. */
interface PullProgress extends Consumer<PullEvent>, AutoCloseable {
    /** {@return a bar if there is a terminal that can show one, else a line from time to time} */
    static PullProgress on(PrintStream out) {
        boolean bar = !"dumb".equals(System.getenv("TERM")) && Terminal.isThere();
        return bar ? new PullBar(out) : new PullLines(out, System::nanoTime);
    }

    @Override
    void close();
}
