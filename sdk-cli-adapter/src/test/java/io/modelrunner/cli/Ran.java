package io.modelrunner.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A whole run of a scripted {@code docker}, from a test of the script itself.
 *
 * @param exitCode its exit code
 * @param stdout what it wrote to standard output
 * @param stderr what it wrote to standard error
 */
record Ran(int exitCode, byte[] stdout, byte[] stderr) {
    String out() {
        return new String(stdout, UTF_8);
    }

    String err() {
        return new String(stderr, UTF_8);
    }

    /** Runs {@code docker model …}, or a standalone binary without that word, with an empty environment. */
    static Ran in(Path directory, ScriptedDocker docker, byte[] stdin, String... arguments) {
        Process process = start(directory, docker, arguments);
        try (OutputStream in = process.getOutputStream()) {
            in.write(stdin);
        } catch (IOException e) {
            // it ended without reading all
        }
        return of(process);
    }

    static Ran of(Process process) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Thread reader = new Thread(() -> copy(process.getErrorStream(), err), "stderr");
        reader.start();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        copy(process.getInputStream(), out);
        try {
            reader.join(60_000);
            if (!process.waitFor(60, SECONDS)) {
                throw new AssertionError("docker does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
        return new Ran(process.exitValue(), out.toByteArray(), err.toByteArray());
    }

    static Process start(Path directory, ScriptedDocker docker, String... arguments) {
        List<String> command = new ArrayList<>(List.of(docker.executable().toString()));
        if (docker.executable().endsWith("docker")) {
            command.add("model");
        }
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().clear();
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(InputStream from, OutputStream to) {
        try (from) {
            from.transferTo(to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
