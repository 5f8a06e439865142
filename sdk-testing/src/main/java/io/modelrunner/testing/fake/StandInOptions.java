package io.modelrunner.testing.fake;

import io.modelrunner.RunnerEndpoint;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Function;
import java.util.stream.Stream;

/** What the command line of a {@link StandIn} says. */
final class StandInOptions {
    static final String USAGE = """
            Options:
              --host HOST               where to listen; 127.0.0.1 unless given, 0.0.0.0 for all who reach this machine
              --port PORT               12434 unless given; 0 for any that is free
              --model NAME[=FILE]       a model that is there; several may be given; FILE is its GGUF file
              --offer NAME[=FILE]       a model that can be pulled
              --store DIRECTORY         where models are kept for the next one; in memory unless given
              --pace MILLISECONDS       how long to wait after each line of progress; not at all unless given
              --chat-upstream URL       the llama.cpp server that answers chats and completions
              --embedding-upstream URL  the one that embeds
              --rerank-upstream URL     the one that reranks
              --await SECONDS           how long to wait for them to be ready before listening; not at all unless given

            FILE may begin with chat:, embedding:, reranking: or vision: to have the model described as one for that;
            a second file, behind a comma, is the projector of the latter.
            """;

    private static final Map<String, Function<String, FakeModel>> KINDS = Map.of(
            "chat", FakeModel::chat,
            "embedding", FakeModel::embedding,
            "reranking", FakeModel::reranking,
            "vision", FakeModel::vision);

    private final FakeModelRunner.Builder builder = FakeModelRunner.builder().standIn();
    private final List<RunnerEndpoint> engines = new ArrayList<>();
    private String host = "127.0.0.1";
    private int port = 12434;
    private Duration patience = Duration.ZERO;

    private StandInOptions() {}

    /**
     * {@return the options that were given}
     *
     * @throws IllegalArgumentException if they are wrong
     */
    static StandInOptions parse(String... args) {
        StandInOptions options = new StandInOptions();
        Deque<String> left = new ArrayDeque<>(List.of(args));
        while (!left.isEmpty()) {
            String option = left.remove();
            options.take(option, value(left, option));
        }
        return options;
    }

    private void take(String option, String value) {
        switch (option) {
            case "--host" -> host = value;
            case "--port" -> port = number(option, value, 65_535);
            case "--model" -> builder.model(model(value));
            case "--offer" -> builder.registry(model(value));
            case "--store" -> builder.store(Path.of(value));
            case "--pace" -> builder.pace(Duration.ofMillis(number(option, value, 3_600_000)));
            case "--chat-upstream" -> builder.chatEngine(engine(value));
            case "--embedding-upstream" -> builder.embeddingEngine(engine(value));
            case "--rerank-upstream" -> builder.rerankEngine(engine(value));
            case "--await" -> patience = Duration.ofSeconds(number(option, value, 3_600));
            default -> throw new IllegalArgumentException("unknown option " + option);
        }
    }

    private String engine(String url) {
        engines.add(RunnerEndpoint.parse(url));
        return url;
    }

    private static String value(Deque<String> left, String option) {
        try {
            return left.remove();
        } catch (NoSuchElementException e) {
            throw new IllegalArgumentException("option " + option + " has no value", e);
        }
    }

    private static int number(String option, String value, int most) {
        try {
            int number = Integer.parseInt(value);
            if (number >= 0 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalArgumentException(option + ": must be from 0 to " + most + ", is " + value);
    }

    private static FakeModel model(String value) {
        String[] named = value.split("=", 2);
        if (named.length == 1) {
            return FakeModel.chat(value);
        }
        String[] described = named[1].split(":", 2);
        Function<String, FakeModel> kind = KINDS.get(described[0]);
        if (kind == null) {
            return FakeModel.of(named[0], Path.of(named[1]));
        }
        List<Path> files = Stream.of(described[1].split(",", -1)).map(Path::of).toList();
        return kind.apply(named[0])
                .withFiles(files.get(0), files.subList(1, files.size()).toArray(Path[]::new));
    }

    String host() {
        return host;
    }

    /**
     * {@return a runner that has been started, before whose engines are ready}
     *
     * @throws IllegalStateException if an engine is not ready in time
     * @throws java.io.UncheckedIOException if it can't listen where it is told to, or can't use its store
     */
    FakeModelRunner start() {
        if (!patience.isZero()) {
            EngineReadiness.await(engines, patience);
        }
        return builder.listen(new InetSocketAddress(host, port)).start();
    }
}
