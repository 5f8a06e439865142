package io.modelrunner.testing.fake;

import static java.util.Objects.requireNonNull;

import io.modelrunner.RunnerEndpoint;
import io.modelrunner.testing.ReceivedRequest;
import io.modelrunner.testing.ScriptedServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A Docker Model Runner in the test's JVM: a real HTTP server that answers as a real runner was recorded to answer, keeps
 * state (a pull adds, a removal deletes, {@code ps} follows), streams, and fails on demand.
 *
 * <pre>{@code
 * try (FakeModelRunner runner = FakeModelRunner.start()) {
 *   runner.answerWith("It is blue.");
 *   try (LLMAdapter adapter = HttpAdapter.at(runner.baseUrl())) {
 *     … adapter.chat(ChatRequest.of("ai/tiny", "What colour is the sky?")) …
 *   }
 *   runner.fail(Fault.cutStream(3));            // the next streamed answer breaks off
 *   runner.fail(Fault.errorInPull("no space left on device"));
 * }
 * }</pre>
 *
 * <p>Inference is a pretence: a chat is answered by what {@link #answerWith(String)} said, or as the tiny model of the
 * recordings would ("Hello" is greeted, to most else it has no answer, tools are called when asked for the weather or
 * required); vectors and scores are made of the words of the text and mean nothing. All else is as recorded: names,
 * statuses, texts of errors, forms of answers, {@link Fault}s.
 *
 * <p>Not pretended: the queue for engines when there are more models than slots, the live stream of recorded requests,
 * engines other than llama.cpp, which are absent as in the smallest image.
 *
 * <p>Safe for use by many threads. Nothing in it waits for ever: {@link #close()} ends every connection.
 */
public final class FakeModelRunner implements AutoCloseable {
    private static final String BANNER = "Docker Model Runner is running";
    private static final String STAND_IN = BANNER
            + "\n\nThis is not docker/model-runner: it is a stand-in for it (FakeModelRunner of the Model Runner SDK for"
            + " Java).\nModels and engines are pretended, as recorded from the real one; ";

    private final Store store;
    private final Registry registry = new Registry();
    private final Faults faults = new Faults();
    private final Answers answers = new Answers();
    private final Engines engines;
    private final String banner;
    private final ScriptedServer server;

    private FakeModelRunner(Builder builder) {
        Configurations configurations = new Configurations();
        Recorder recorder = new Recorder(configurations, builder.clock);
        this.engines = new Engines(configurations, builder.clock, recorder::forget);
        this.banner = builder.banner();
        this.store = builder.store == null ? new Store() : Store.in(builder.store);
        builder.present.forEach(this::add);
        builder.offered.forEach(this::offer);
        InferenceRoutes inference = new InferenceRoutes(
                store,
                engines,
                configurations,
                new LlamaServer(answers),
                recorder,
                faults,
                builder.pace,
                Map.copyOf(builder.upstreams));
        Transfers transfers = new Transfers(store, registry, faults, builder.pace);
        ModelRoutes models = new ModelRoutes(store, registry, transfers);
        EngineRoutes engineRoutes = new EngineRoutes(store, engines, configurations, recorder, inference);
        List<Routing> routings = List.of(
                models,
                engineRoutes,
                new ResponsesRoutes(inference),
                inference,
                new AnthropicRoutes(store, inference),
                new OllamaRoutes(store, engines, models, transfers, engineRoutes, new OllamaChat(inference)));
        this.server = ScriptedServer.listening(builder.address, new Routes(banner, routings, engines, faults));
    }

    /**
     * {@return a runner on a port of its own that has the models {@code ai/tiny} (chat), {@code ai/tiny-embed} and
     * {@code ai/tiny-rerank}}
     */
    public static FakeModelRunner start() {
        return builder()
                .model("ai/tiny")
                .model(FakeModel.embedding("ai/tiny-embed"))
                .model(FakeModel.reranking("ai/tiny-rerank"))
                .start();
    }

    /** {@return a builder of a runner that has no models, and whose registry has none} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return its address, such as {@code http://127.0.0.1:43210}} */
    public String baseUrl() {
        return server.url();
    }

    /** {@return its address} */
    public RunnerEndpoint endpoint() {
        return RunnerEndpoint.parse(baseUrl());
    }

    /**
     * Has every chat and completion answered by one text from now on.
     *
     * @param text the answer
     * @return this
     */
    public FakeModelRunner answerWith(String text) {
        FakeAnswer answer = FakeAnswer.text(text);
        return answerWith(question -> answer);
    }

    /**
     * Has every chat and completion answered by a function from now on.
     *
     * @param answer makes the answer from what the user said last; called by the server's threads
     * @return this
     */
    public FakeModelRunner answerWith(Function<String, FakeAnswer> answer) {
        answers.tell(requireNonNull(answer, "answer"));
        return this;
    }

    /**
     * Has a coming request fail; several faults strike in the order in which they were given, each by its own count.
     *
     * @param fault how, and how often
     * @return this
     */
    public FakeModelRunner fail(Fault fault) {
        faults.add(requireNonNull(fault, "fault"));
        return this;
    }

    /** Forgets the faults that have not struck yet. */
    public void heal() {
        faults.clear();
    }

    /**
     * Adds a model, as if it had been pulled; its registry has it too.
     *
     * @param model the model
     */
    public void add(FakeModel model) {
        store.add(model.offered());
        offer(model);
    }

    /**
     * Offers a model in the registry from which pulls come.
     *
     * @param model the model
     */
    public void offer(FakeModel model) {
        registry.offer(model.offered());
    }

    /**
     * Damages a model as two pulls at once do: it has gone from the list, inspections and removals fail, chats are told that
     * it is unavailable. To pull it again mends it.
     *
     * @param name the model, in any form that the runner understands
     * @throws IllegalArgumentException if there is no such model
     */
    public void damage(String name) {
        store.damage(store.idOf(name).orElseThrow(() -> new IllegalArgumentException("there is no model " + name)));
    }

    /** {@return the names of all models that are there and whole, as the runner stores them} */
    public List<String> models() {
        return store.all().stream().flatMap(model -> model.tags().stream()).toList();
    }

    /** {@return the requests so far, in the order in which they were read; the latest 1000} */
    public List<ReceivedRequest> requests() {
        return server.requests();
    }

    /**
     * {@return the server underneath, to ask after connections}, for a test in which these matter
     */
    public ScriptedServer server() {
        return server;
    }

    /** {@return what {@code GET /} answers} */
    String banner() {
        return banner;
    }

    /**
     * Ends all connections, and all that waits.
     *
     * @throws AssertionError if an answer failed for a reason of its own, which is a bug of this or of an answering function
     */
    @Override
    public void close() {
        engines.close();
        server.close();
    }

    /** {@return its address} */
    @Override
    public String toString() {
        return "fake model runner at " + baseUrl();
    }

    /** Makes runners; each has a state of its own. */
    public static final class Builder {
        private final List<FakeModel> present = new ArrayList<>();
        private final List<FakeModel> offered = new ArrayList<>();
        private final Map<String, RunnerEndpoint> upstreams = new LinkedHashMap<>();
        private InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        private Duration pace = Duration.ZERO;
        private Clock clock = Clock.systemUTC();
        private @Nullable Path store;
        private boolean standIn;

        private Builder() {}

        /**
         * Has a model for chat from the start; its registry has it too.
         *
         * @param name in any form that the runner understands, such as {@code ai/smollm2}
         * @return this
         * @throws IllegalArgumentException if it is no name
         */
        public Builder model(String name) {
            return model(FakeModel.chat(name));
        }

        /**
         * Has a model from the start; its registry has it too.
         *
         * @param model the model
         * @return this
         */
        public Builder model(FakeModel model) {
            present.add(requireNonNull(model, "model"));
            return this;
        }

        /**
         * Has a model in the registry from which pulls come. All others are not found there.
         *
         * @param model the model
         * @return this
         */
        public Builder registry(FakeModel model) {
            offered.add(requireNonNull(model, "model"));
            return this;
        }

        /**
         * Sets how long to wait after each event of a stream and each line of progress; not at all unless this is said.
         *
         * @param time how long
         * @return this
         */
        public Builder pace(Duration time) {
            this.pace = requireNonNull(time, "time");
            return this;
        }

        /**
         * Sets the clock by which models are idle, and are unloaded for that.
         *
         * @param source the clock; that of the system unless this is said
         * @return this
         */
        public Builder clock(Clock source) {
            this.clock = requireNonNull(source, "source");
            return this;
        }

        /**
         * Sets where to listen: on a free port that only this machine reaches unless this is said.
         *
         * @param where host and port
         * @return this
         */
        public Builder listen(InetSocketAddress where) {
            this.address = requireNonNull(where, "where");
            return this;
        }

        /**
         * Passes chats and completions on to a real engine, byte for byte. The runner is a stand-in from then on, and says
         * so in its banner; what has no real engine is refused, not pretended.
         *
         * @param llamaServer the address of llama.cpp's server, such as {@code http://localhost:8080}
         * @return this
         */
        public Builder chatEngine(String llamaServer) {
            return engine("completion", llamaServer);
        }

        /**
         * Passes embeddings on to a real engine, as {@link #chatEngine} does chats.
         *
         * @param llamaServer the address of llama.cpp's server, started to embed
         * @return this
         */
        public Builder embeddingEngine(String llamaServer) {
            return engine("embedding", llamaServer);
        }

        /**
         * Passes reranking on to a real engine, as {@link #chatEngine} does chats.
         *
         * @param llamaServer the address of llama.cpp's server, started to rerank
         * @return this
         */
        public Builder rerankEngine(String llamaServer) {
            return engine("reranking", llamaServer);
        }

        private Builder engine(String mode, String llamaServer) {
            upstreams.put(mode, RunnerEndpoint.parse(llamaServer));
            return standIn();
        }

        /** Keeps the models in a directory, of which no other runner makes use at the same time. */
        Builder store(Path directory) {
            this.store = directory;
            return this;
        }

        /** Has it say in its banner that it is not the real one. */
        Builder standIn() {
            standIn = true;
            return this;
        }

        private String banner() {
            if (!standIn) {
                return BANNER;
            }
            return STAND_IN
                    + (upstreams.isEmpty()
                            ? "so is inference.\n"
                            : "inference is passed on as it comes to " + upstreams + ".\n");
        }

        /**
         * {@return a runner that has been started}
         *
         * @throws java.io.UncheckedIOException if it can't listen where it is told to
         */
        public FakeModelRunner start() {
            return new FakeModelRunner(this);
        }
    }
}
