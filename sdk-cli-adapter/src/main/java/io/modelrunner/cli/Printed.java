package io.modelrunner.cli;

import java.util.List;

/**
 * What a command printed, and how it ended.
 *
 * @param arguments what it was told to do
 * @param exitValue 0 for success, as far as that says something
 * @param output what it wrote
 * @param errors what it wrote to its error output
 */
record Printed(List<String> arguments, int exitValue, String output, String errors) {
    /** {@return both outputs: a reason can be on either (recorded)} */
    String all() {
        return errors.isBlank() ? output : errors + "\n" + output;
    }

    /** {@return the last line of the output that is not blank; empty if there is none} */
    String lastLine() {
        return output.lines().map(String::strip).filter(line -> !line.isEmpty()).reduce("", (first, second) -> second);
    }

    /** {@return the first line of a text that is not blank, cut to a length that fits an exception; empty if there is none} */
    static String headline(String text) {
        String line = text.lines()
                .map(String::strip)
                .filter(found -> !found.isEmpty())
                .findFirst()
                .orElse("");
        return line.length() <= 300 ? line : line.substring(0, 300) + "…";
    }
}
