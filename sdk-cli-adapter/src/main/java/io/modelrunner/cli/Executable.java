package io.modelrunner.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Finds a program as a shell would, but never in the working directory, and on Windows nothing that would be run by a shell.
 *
 * @param windows whether names and paths are those of Windows
 * @param isProgram tells whether a file is there and can be run
 */
record Executable(boolean windows, Predicate<Path> isProgram) {
    /**
     * {@return the program's absolute path; empty if there is none}
     *
     * @param name such as {@code docker}, or a path to a program
     * @param path the directories to look in, as in the environment variable {@code PATH}
     */
    Optional<Path> find(String name, String path) {
        if (name.indexOf('/') >= 0 || (windows && name.indexOf('\\') >= 0)) {
            return program(name);
        }
        return Pattern.compile(windows ? ";" : ":")
                .splitAsStream(path)
                .filter(directory -> !directory.isBlank()) // which means the working directory
                .flatMap(directory -> program(directory + "/" + name).stream())
                .findFirst();
    }

    private Optional<Path> program(String name) {
        try {
            // Files of other kinds, such as .bat and .cmd, are run by a shell, which takes arguments apart again.
            boolean complete = !windows || name.toLowerCase(Locale.ROOT).endsWith(".exe");
            Path file = Path.of(complete ? name : name + ".exe");
            return file.isAbsolute() && isProgram.test(file) ? Optional.of(file) : Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }
}
