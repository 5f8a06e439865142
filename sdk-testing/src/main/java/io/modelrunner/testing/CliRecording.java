package io.modelrunner.testing;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A run of the real command {@code docker model}: what it was given, and what came out.
 *
 * @param name the name of the run, such as {@code status-json}
 * @param about what is special about it; may be empty
 * @param command the command and its arguments, such as {@code docker}, {@code model}, {@code list}
 * @param environment the variables that were set for it; empty is one that was unset
 * @param stdin what it could read; empty if that was the null device
 * @param exitCode its exit code
 * @param stdout what it wrote to standard output
 * @param stderr what it wrote to standard error
 */
public record CliRecording(
        String name,
        String about,
        List<String> command,
        Map<String, Optional<String>> environment,
        Optional<String> stdin,
        int exitCode,
        String stdout,
        String stderr) {
    /** {@return what follows {@code docker model}} */
    public List<String> arguments() {
        return command.subList(2, command.size());
    }

    /** {@return the name: this is what a parameterised test shows} */
    @Override
    public String toString() {
        return name;
    }
}
