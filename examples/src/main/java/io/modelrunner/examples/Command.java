package io.modelrunner.examples;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** A child process whose end is awaited, but not for ever. */
final class Command {
    /**
     * Time for the last output of a process that has ended: all of it comes at once but on a machine that stalls, unless a process
     * of its own lives on and holds it open.
     */
    private static final long DRAIN_MILLIS = 10_000;

    private final List<String> words;
    private final List<String> output = Collections.synchronizedList(new ArrayList<>());

    private Command(List<String> words) {
        this.words = words;
    }

    /** How it ended, and what it wrote to its standard output, without white space at the ends. */
    record Result(int exitCode, String output) {
        boolean succeeded() {
            return exitCode == 0;
        }
    }

    /**
     * Runs a command.
     *
     * @param limit how long it may take; it is ended when it takes longer
     * @param errors takes each line of its standard error while it runs
     * @throws IOException if it can't be started, takes too long, or the thread is interrupted
     */
    static Result run(Duration limit, Consumer<String> errors, List<String> words) throws IOException {
        return run(limit, line -> {}, errors, words);
    }

    /**
     * Runs a command.
     *
     * @param limit how long it may take; it is ended when it takes longer
     * @param output takes each line of its standard output while it runs
     * @param errors takes each line of its standard error while it runs
     * @throws IOException if it can't be started, takes too long, or the thread is interrupted
     */
    static Result run(Duration limit, Consumer<String> output, Consumer<String> errors, List<String> words)
            throws IOException {
        return new Command(words).run(limit, output, errors);
    }

    private Result run(Duration limit, Consumer<String> lines, Consumer<String> errors) throws IOException {
        Process process = new ProcessBuilder(words).start();
        process.getOutputStream().close();
        Thread out = reader(process.getInputStream(), lines.andThen(output::add));
        Thread err = reader(process.getErrorStream(), errors);
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(shown() + " took longer than " + limit.toSeconds() + " s");
            }
            out.join(DRAIN_MILLIS);
            err.join(DRAIN_MILLIS);
            return new Result(
                    process.exitValue(), String.join("\n", List.copyOf(output)).strip());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while " + shown() + " was running");
        } finally {
            process.destroyForcibly();
        }
    }

    private static Thread reader(InputStream stream, Consumer<String> lines) {
        Thread thread = new Thread(() -> {
            try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                reader.lines().forEach(lines);
            } catch (IOException | UncheckedIOException e) {
                // The process was ended; its exit tells how.
                return;
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private String shown() {
        return words.stream().limit(2).collect(Collectors.joining(" "));
    }
}
