package io.modelrunner.testing.fake;

import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * A {@link FakeModelRunner} that is started from a command line, where {@code docker/model-runner} cannot be had.
 *
 * <pre>{@code
 * java -cp … io.modelrunner.testing.fake.StandIn --port 12434 --model ai/tiny=tiny.gguf --chat-upstream http://localhost:8080
 * }</pre>
 *
 * <p>Inference is passed on, as it comes, to real servers of llama.cpp; the rest is pretended. Its banner begins with the
 * words of the real one, by which programs know a runner, and goes on to say that it is none: a person who asks
 * {@code GET /}, and the log of a build, must not be left in doubt of what was tested.
 */
public final class StandIn {
    private StandIn() {}

    /**
     * Starts it, and serves until the process is ended.
     *
     * @param args see {@code --help}
     * @throws InterruptedException if it is interrupted
     */
    public static void main(String[] args) throws InterruptedException {
        if (List.of(args).contains("--help")) {
            System.out.print(StandInOptions.USAGE);
            return;
        }
        FakeModelRunner runner;
        try {
            runner = start(args, System.out);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.print(StandInOptions.USAGE);
            System.exit(2);
            return;
        } catch (UncheckedIOException | IllegalStateException e) {
            System.err.println(e.getMessage());
            System.exit(1);
            return;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(runner::close, "stand-in-close"));
        Thread.currentThread().join();
    }

    /**
     * {@return a stand-in that has been started, and has said so}
     *
     * @throws IllegalArgumentException if the arguments are wrong
     */
    static FakeModelRunner start(String[] args, PrintStream out) {
        StandInOptions options = StandInOptions.parse(args);
        FakeModelRunner runner = options.start();
        out.print(runner.banner());
        out.println("It listens on " + options.host() + ": " + runner.baseUrl());
        return runner;
    }
}
