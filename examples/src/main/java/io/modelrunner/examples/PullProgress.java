package io.modelrunner.examples;

import io.modelrunner.store.PullEvent;
import java.io.Console;
import java.io.PrintStream;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Shows how far a pull is; close it, whether the pull succeeded or not. */
interface PullProgress extends Consumer<PullEvent>, AutoCloseable {
    /** {@return a bar if standard output is a terminal that can show one, else a line from time to time} */
    static PullProgress on(PrintStream standardOutput) {
        boolean bar = !"dumb".equals(System.getenv("TERM")) && isTerminal(System.console());
        return bar ? new PullBar(standardOutput) : new PullLines(standardOutput, System::nanoTime);
    }

    @Override
    void close();

    /** From Java 22 on there may be a console without a terminal, and a method to ask it. */
    private static boolean isTerminal(@Nullable Console console) {
        if (console == null) {
            return false;
        }
        try {
            return Boolean.TRUE.equals(Console.class.getMethod("isTerminal").invoke(console));
        } catch (ReflectiveOperationException olderJava) {
            return true;
        }
    }
}
