package io.modelrunner.testing.fake;

import static io.modelrunner.testing.fake.Fault.Stage.LOAD;
import static io.modelrunner.testing.fake.Fault.Stage.STREAM;
import static io.modelrunner.testing.fake.Fault.Target.INFERENCE;

import io.modelrunner.RunnerEndpoint;
import io.modelrunner.testing.Recordings;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What is passed to an engine: the runner's checks, the load, then the pretended engine or a real one. */
final class InferenceRoutes implements Routing {
    static final int MOST_BYTES = 10 * 1024 * 1024;

    private static final Pattern PATH = Pattern.compile("/engines/(?:([^/]+)/)?(v1/(?:chat/completions|completions"
            + "|embeddings|images/generations|messages|messages/count_tokens)|rerank|score)");

    private static final String CANNOT_LOAD = "unable to load runner: error waiting for runner to be ready: ";

    private final Store store;
    private final Engines engines;
    private final Configurations configurations;
    private final LlamaServer llama;
    private final Recorder recorder;
    private final Faults faults;
    private final Duration pace;
    private final Map<String, RunnerEndpoint> upstreams; // by mode

    InferenceRoutes(
            Store store,
            Engines engines,
            Configurations configurations,
            LlamaServer llama,
            Recorder recorder,
            Faults faults,
            Duration pace,
            Map<String, RunnerEndpoint> upstreams) {
        this.store = store;
        this.engines = engines;
        this.configurations = configurations;
        this.llama = llama;
        this.recorder = recorder;
        this.faults = faults;
        this.pace = pace;
        this.upstreams = upstreams;
    }

    static boolean isInference(String path) {
        return PATH.matcher(path).matches();
    }

    @Override
    public boolean answers(Call call) throws IOException {
        Matcher path = PATH.matcher(call.path());
        if (!call.method().equals("POST") || !path.matches()) {
            return false;
        }
        String backend = path.group(1) == null ? EngineRoutes.LLAMA : path.group(1);
        if (!EngineRoutes.BACKENDS.contains(backend)) {
            throw new Refusal(404, "backend not found");
        }
        infer(call, backend, path.group(2), request(call, Reply.error(400, "request too large")));
        return true;
    }

    /**
     * {@return the body of a request}
     *
     * @throws Refusal if it is too large, or no JSON object
     */
    static Map<String, @Nullable Object> request(Call call, Reply tooLarge) throws IOException {
        if (call.header("content-length").matches("\\d{9,}|[1-9]\\d{7}")
                && Long.parseLong(call.header("content-length")) > MOST_BYTES) {
            call.exchange().unread();
            throw new Refusal(tooLarge.with("Connection: close"));
        }
        if (call.exchange().requestBytes().length > MOST_BYTES) {
            throw new Refusal(tooLarge.with("Connection: close"));
        }
        return call.json(Reply.error(400, "invalid request"));
    }

    void infer(Call call, String backend, String operation, Map<String, @Nullable Object> asked) throws IOException {
        String spelling = spelling(asked);
        StoredModel model = model(spelling);
        if (!backend.equals(EngineRoutes.LLAMA)) {
            String why = String.valueOf(EngineRoutes.ABSENT.get(backend));
            throw backend.equals("vllm")
                    ? new Refusal(412, why)
                    : new Refusal(503, "backend installation failed: " + why);
        }
        String mode = mode(operation);
        Job job = job(model, spelling, operation, asked);
        Engines.Engine engine = acquire(job, mode, call.exchange()::isEnded);
        Runnable release = once(() -> engines.release(engine));
        Reply whole;
        try {
            if (call.header("x-preload-only").equals("true")) {
                whole = Reply.empty(200);
            } else if (!upstreams.isEmpty()) {
                passOn(call, mode, operation);
                return;
            } else {
                LlamaServer.Answer answer = llama.answer(job);
                whole = answer.whole();
                recorder.record(model, spelling, call, call.body(), whole.status(), whole.body());
                if (job.streamed() && whole.status() == 200 && !operation.equals("v1/embeddings")) {
                    answer.stream(LlamaServer.begin(call.exchange(), faults.take(INFERENCE, STREAM), pace)
                            .beforeTheLast(release));
                    return;
                }
            }
        } finally {
            release.run();
        }
        call.answer(whole);
    }

    /** {@return an action that does nothing a second time} */
    private static Runnable once(Runnable action) {
        AtomicBoolean done = new AtomicBoolean();
        return () -> {
            if (!done.getAndSet(true)) {
                action.run();
            }
        };
    }

    private static String spelling(Map<String, @Nullable Object> asked) {
        Object name = asked.entrySet().stream()
                .filter(member -> member.getKey().equalsIgnoreCase("model"))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("");
        if (!(name instanceof String text)) {
            throw new Refusal(400, "invalid request");
        }
        if (text.isEmpty()) {
            throw new Refusal(400, "model is required");
        }
        return text;
    }

    private StoredModel model(String name) {
        try {
            return store.model(name);
        } catch (ModelTrouble trouble) {
            throw trouble.isMissing()
                    ? new Refusal(404, "error while getting model: " + trouble.text())
                    : new Refusal(500, "model unavailable");
        }
    }

    private static String mode(String operation) {
        return switch (operation) {
            case "v1/embeddings" -> "embedding";
            case "rerank", "score" -> "reranking";
            case "v1/images/generations" -> "image-generation";
            default -> "completion";
        };
    }

    private Job job(StoredModel model, String spelling, String operation, Map<String, @Nullable Object> asked) {
        return new Job(model, spelling, operation, asked, configurations.of(model.id(), mode(operation)));
    }

    private Engines.Engine acquire(Job job, String mode, BooleanSupplier gone) throws IOException {
        checkLoads(job, mode);
        return engines.acquire(job.model(), job.spelling(), mode, this::loadTime, gone);
    }

    private void checkLoads(Job job, String mode) {
        if (mode.equals("image-generation")) {
            throw new Refusal(
                    500,
                    CANNOT_LOAD + "failed to get args for llama.cpp: unsupported backend mode \"image-generation\"");
        }
        if (!job.model().loadable() && upstreams.isEmpty()) {
            throw new Refusal(recorded("inference/model-cannot-load"));
        }
        if (job.configuration().contextSize() < 0) {
            throw new Refusal(recorded("inference/chat-cannot-start-with-configuration"));
        }
    }

    private static Reply recorded(String name) {
        String text = Recordings.load(name).response().body();
        return new Reply(500, text, List.of(Reply.TEXT, Reply.NO_SNIFF));
    }

    private Duration loadTime() {
        Fault fault = faults.take(INFERENCE, LOAD);
        return fault == null ? Duration.ZERO : fault.delay();
    }

    private void passOn(Call call, String mode, String operation) throws IOException {
        RunnerEndpoint engine = upstreams.get(mode);
        if (engine == null) {
            throw new Refusal(503, "this stand-in for docker/model-runner has no engine for " + mode);
        }
        String asked = call.exchange().requestHead().path();
        String query = asked.contains("?") ? asked.substring(asked.indexOf('?')) : "";
        PassOn.pass(call.exchange(), engine, "/" + operation + query);
    }

    /**
     * {@return what the model says to a chat that another API has brought}
     *
     * @throws Refusal as a chat would be refused
     */
    Completion complete(Call call, Map<String, @Nullable Object> asked) throws IOException {
        if (!upstreams.isEmpty()) {
            throw new Refusal(
                    501, "this stand-in for docker/model-runner does not translate this API for a real engine");
        }
        String spelling = spelling(asked);
        Job job = job(model(spelling), spelling, "v1/chat/completions", asked);
        Engines.Engine engine = acquire(job, "completion", call.exchange()::isEnded);
        try {
            return llama.complete(job, ChatQuestion.of(asked, job.model().sees()));
        } finally {
            engines.release(engine);
        }
    }

    /** {@return a stream of one of the other APIs, whose head was sent} */
    EventSink events(Call call) {
        return new EventSink(call.exchange(), faults.take(INFERENCE, STREAM), pace);
    }

    /** Loads a model in the background, as the runner does when it was configured. */
    void preload(String name, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        Thread loader = new Thread(
                () -> {
                    try {
                        Job job = job(model(name), name, "v1/chat/completions", Map.of());
                        checkLoads(job, "completion");
                        engines.preload(job.model(), name, this::loadTime, () -> System.nanoTime() > end);
                    } catch (Refusal | IOException e) {
                        // a real runner writes this to its log alone
                    }
                },
                "fake-model-runner-preload");
        loader.setDaemon(true);
        loader.start();
    }
}
