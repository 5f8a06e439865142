package io.modelrunner.testcontainers;

import java.util.List;

/** The end of what a container has logged. */
final class LastWords {
    private static final int LINES = 12;

    private LastWords() {}

    /** {@return its last lines; empty if there are none} */
    static String of(String log) {
        List<String> lines = log.strip().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES), lines.size()));
    }
}
