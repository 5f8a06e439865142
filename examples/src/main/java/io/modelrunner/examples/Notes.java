package io.modelrunner.examples;

import io.modelrunner.ModelRunnerException;
import java.io.PrintStream;

/** What a program tells beside the answer: lines on the error stream. */
record Notes(String program, PrintStream err) {
    Notes(PrintStream err) {
        this("quickstart", err);
    }

    /** Tells a line of our own. */
    void tell(String line) {
        // A detail from elsewhere may have line ends; each note is one line.
        pass(program + ": " + line.replaceAll("\\s*\\R\\s*", " "));
    }

    /** Tells that a road is taken. */
    void taken(Road road, String detail) {
        tell(road.name() + ": taken, " + detail);
    }

    /** Tells that a road is not taken. */
    void notTaken(Road road, String reason) {
        tell(road.name() + ": not taken, " + reason);
    }

    /** Tells what went wrong, and what to do. */
    void failed(Throwable e) {
        tell(reason(e));
    }

    /** {@return what went wrong, and what to do} */
    static String reason(Throwable e) {
        String otherwise = "run it again with --debug to see where it failed";
        if (!(e instanceof ModelRunnerException known)) {
            return "unexpected " + e + "; remedy: " + otherwise;
        }
        return known.what() + "; remedy: "
                + known.remedies().stream().findFirst().map(Object::toString).orElse(otherwise);
    }

    /** Passes on a line of another program. */
    void pass(String line) {
        err.println(line);
        err.flush();
    }
}
