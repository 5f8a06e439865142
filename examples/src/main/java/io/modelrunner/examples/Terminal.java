package io.modelrunner.examples;

import java.io.Console;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Whether somebody sits before this program. */
@SuppressWarnings("SystemConsoleNull") // there is none without a terminal, on older Java
final class Terminal {
    private Terminal() {}

    static boolean isThere() {
        return isTerminal(System.console());
    }

    /** {@return what asks that person whether to go on; empty if nobody is there} What is asked is told by {@code notes}. */
    static Optional<Predicate<String>> asking(Notes notes) {
        Console console = System.console();
        return console == null || !isTerminal(console)
                ? Optional.empty()
                : Optional.of(question -> {
                    notes.tell(question + " [y/N]");
                    String answer = console.readLine();
                    return answer != null
                            && answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
                });
    }

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
