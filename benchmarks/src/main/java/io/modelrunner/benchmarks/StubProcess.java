package io.modelrunner.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A server started as a child, and ended with its parent. */
final class StubProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;
    private final int port;

    StubProcess(int chunks, long pauseMillis) {
        this(StubServer.class, chunks, pauseMillis);
    }

    private StubProcess(Class<?> main, int chunks, long pauseMillis) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        ProcessBuilder builder = new ProcessBuilder(
                java,
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                String.valueOf(chunks),
                String.valueOf(pauseMillis));
        try {
            process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
            output = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
            port = (int) number("port ");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return a {@link PacedServer}} */
    static StubProcess paced(int chunks, long pauseMillis) {
        return new StubProcess(PacedServer.class, chunks, pauseMillis);
    }

    int port() {
        return port;
    }

    /** {@return the base URL for clients} */
    String url() {
        return "http://127.0.0.1:" + port + "/engines/v1";
    }

    /**
     * Waits until the server has seen a client close.
     *
     * @return when, by {@link System#nanoTime()} of the server's process: on Linux the clock behind it is CLOCK_MONOTONIC,
     *     which is one for all processes of a machine, so that it can be compared with ours
     */
    long awaitClosed() {
        return number("closed ");
    }

    private long number(String word) {
        try {
            String line = output.readLine();
            if (line == null || !line.startsWith(word)) {
                throw new IllegalStateException("the stub server said " + line);
            }
            return Long.parseLong(line.substring(word.length()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
