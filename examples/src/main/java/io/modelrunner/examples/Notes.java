package io.modelrunner.examples;

import java.io.PrintStream;

/** What is told beside the answer: lines on the error stream. */
record Notes(PrintStream err) {
    /** Tells a line of our own. */
    void tell(String line) {
        // A detail from elsewhere may have line ends; each note is one line.
        pass("quickstart: " + line.replaceAll("\\s*\\R\\s*", " "));
    }

    /** Tells that a road is taken. */
    void taken(Road road, String detail) {
        tell(road.name() + ": taken, " + detail);
    }

    /** Tells that a road is not taken. */
    void notTaken(Road road, String reason) {
        tell(road.name() + ": not taken, " + reason);
    }

    /** Passes on a line of another program. */
    void pass(String line) {
        err.println(line);
        err.flush();
    }
}
