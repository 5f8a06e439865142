package io.modelrunner.testing.fake;

import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.NoSuchElementException;

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
    private static final int PORT = 12434;
    private static final String USAGE = """
            Options:
              --host HOST               where to listen; 127.0.0.1 unless given, 0.0.0.0 for all who reach this machine
              --port PORT               12434 unless given; 0 for any that is free
              --model NAME[=FILE]       a model that is there; several may be given; FILE is its GGUF file
              --offer NAME[=FILE]       a model that can be pulled
              --chat-upstream URL       the llama.cpp server that answers chats and completions
              --embedding-upstream URL  the one that embeds
              --rerank-upstream URL     the one that reranks
            """;

    private StandIn() {}

    /**
     * Starts it, and serves until the process is ended.
     *
     * @param args see {@code --help}
     * @throws InterruptedException if it is interrupted
     */
    public static void main(String[] args) throws InterruptedException {
        if (List.of(args).contains("--help")) {
            System.out.print(USAGE);
            return;
        }
        FakeModelRunner runner;
        try {
            runner = start(args, System.out);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.print(USAGE);
            System.exit(2);
            return;
        } catch (UncheckedIOException e) {
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
        FakeModelRunner.Builder builder = FakeModelRunner.builder().standIn();
        Deque<String> left = new ArrayDeque<>(List.of(args));
        String host = "127.0.0.1";
        int port = PORT;
        while (!left.isEmpty()) {
            String option = left.remove();
            String value = value(left, option);
            switch (option) {
                case "--host" -> host = value;
                case "--port" -> port = port(value);
                case "--model" -> builder.model(model(value));
                case "--offer" -> builder.registry(model(value));
                case "--chat-upstream" -> builder.chatEngine(value);
                case "--embedding-upstream" -> builder.embeddingEngine(value);
                case "--rerank-upstream" -> builder.rerankEngine(value);
                default -> throw new IllegalArgumentException("unknown option " + option);
            }
        }
        FakeModelRunner runner =
                builder.listen(new InetSocketAddress(host, port)).start();
        out.print(runner.banner());
        out.println("It listens on " + host + ": " + runner.baseUrl());
        return runner;
    }

    private static String value(Deque<String> left, String option) {
        try {
            return left.remove();
        } catch (NoSuchElementException e) {
            throw new IllegalArgumentException("option " + option + " has no value", e);
        }
    }

    private static int port(String value) {
        try {
            int port = Integer.parseInt(value);
            if (port >= 0 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalArgumentException("--port: must be from 0 to 65535, is " + value);
    }

    private static FakeModel model(String value) {
        int equals = value.indexOf('=');
        return equals < 0
                ? FakeModel.chat(value)
                : FakeModel.of(value.substring(0, equals), Path.of(value.substring(equals + 1)));
    }
}
