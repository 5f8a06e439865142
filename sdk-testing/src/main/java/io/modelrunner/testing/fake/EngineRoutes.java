package io.modelrunner.testing.fake;

import io.modelrunner.testing.internal.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is below {@code /engines} and concerns the engines themselves. */
final class EngineRoutes implements Routing {
    static final String LLAMA = "llama.cpp";
    static final Set<String> BACKENDS = Set.of(LLAMA, "vllm", "mlx", "sglang", "diffusers");

    /** Why the others are not there: on Linux, without a graphics card. */
    static final Map<String, String> ABSENT = Map.of(
            "vllm", "vLLM binary not found",
            "mlx", "MLX is only available on macOS ARM64",
            "sglang", "python3 not found in PATH",
            "diffusers", "failed to install diffusers: no network");

    private static final long ENGINE_BYTES = 29_623_989;
    private static final Reply INVALID = Reply.error(400, "invalid request");
    private static final Duration PRELOAD = Duration.ofMinutes(1);

    private final Store store;
    private final Engines engines;
    private final Configurations configurations;
    private final Recorder recorder;
    private final InferenceRoutes inference;

    EngineRoutes(
            Store store, Engines engines, Configurations configurations, Recorder recorder, InferenceRoutes inference) {
        this.store = store;
        this.engines = engines;
        this.configurations = configurations;
        this.recorder = recorder;
        this.inference = inference;
    }

    @Override
    public boolean answers(Call call) throws IOException {
        if (!call.path().startsWith("/engines/")) {
            return false;
        }
        String what = call.path().substring("/engines/".length());
        return switch (call.method()) {
            case "GET" -> shows(call, what);
            case "POST" -> does(call, what);
            default -> false;
        };
    }

    private boolean shows(Call call, String what) throws IOException {
        Object shown;
        switch (what) {
            case "status" ->
                shown = Json.object(
                        "diffusers",
                        "Not Installed",
                        LLAMA,
                        "Running: llama.cpp unknown",
                        "mlx",
                        "Not Installed: only supported on Apple Silicon",
                        "sglang",
                        "Error: Python not found",
                        "vllm",
                        "Not Installed: binary not found");
            case "ps" -> shown = engines.shown();
            case "df" ->
                shown = Json.object("models_disk_usage", store.diskUsage(), "default_backend_disk_usage", ENGINE_BYTES);
            case "_configure" -> shown = configured(call);
            case "requests" -> shown = recorder.shown(call.query("model").flatMap(store::idOf), call.query("model"));
            default -> {
                return false;
            }
        }
        Reply reply = Reply.json(200, shown);
        call.answer(what.equals("status") ? new Reply(200, reply.body().strip(), reply.headers()) : reply);
        return true;
    }

    private List<Map<String, @Nullable Object>> configured(Call call) {
        Optional<String> model = call.query("model").filter(name -> !name.isEmpty());
        Optional<String> id = model.flatMap(store::idOf);
        List<StoredModel> which = store.all().stream()
                .filter(each -> model.isEmpty() || id.filter(each.id()::equals).isPresent())
                .toList();
        return configurations.shown(which);
    }

    private boolean does(Call call, String what) throws IOException {
        switch (what) {
            case "unload" -> unload(call);
            case "install-backend" -> install(call, true);
            case "uninstall-backend" -> install(call, false);
            case "_configure" -> configure(call, LLAMA);
            default -> {
                if (!what.endsWith("/_configure")) {
                    return false;
                }
                configure(call, what.substring(0, what.length() - "/_configure".length()));
            }
        }
        return true;
    }

    private void unload(Call call) throws IOException {
        Map<String, @Nullable Object> asked = call.json(INVALID);
        Object models = asked.get("models");
        if (models != null && !(models instanceof List<?>)) {
            throw new Refusal(INVALID);
        }
        boolean all = Boolean.TRUE.equals(asked.get("all"));
        Object backend = asked.getOrDefault("backend", "");
        if (all) {
            configurations.clear();
        }
        boolean ours = "".equals(backend) || LLAMA.equals(backend);
        Set<String> ids = new LinkedHashSet<>();
        if (models instanceof List<?> names) {
            names.forEach(name -> store.idOf(String.valueOf(name)).ifPresent(ids::add));
        }
        if (LLAMA.equals(backend) && !all) {
            ids.forEach(configurations::remove);
        }
        int ended = engines.unload(engine -> all || (ours && ids.contains(engine.modelId())));
        call.answer(Reply.json(200, Json.object("unloaded_runners", ended)));
    }

    private void install(Call call, boolean present) throws IOException {
        Object backend = call.json(INVALID).getOrDefault("backend", "");
        if (!(backend instanceof String name) || name.isEmpty()) {
            throw new Refusal(400, "invalid request: backend is required");
        }
        if (!BACKENDS.contains(name)) {
            throw new Refusal(404, "backend not found");
        }
        if (present && ABSENT.containsKey(name)) {
            throw new Refusal(500, "backend installation failed: " + ABSENT.get(name));
        }
        if (name.equals(LLAMA)) {
            engines.install(present);
        }
        call.answer(Reply.empty(200));
    }

    private void configure(Call call, String backend) throws IOException {
        if (!BACKENDS.contains(backend)) {
            throw new Refusal(404, "backend not found");
        }
        Map<String, @Nullable Object> asked = call.json(INVALID);
        Object model = asked.getOrDefault("model", "");
        if (!(model instanceof String name)) {
            throw new Refusal(INVALID);
        }
        configure(name, asked, backend);
        call.answer(Reply.empty(202));
        store.idOf(name).ifPresent(id -> inference.preload(name, PRELOAD));
    }

    /**
     * Stores a configuration in the place of the one before.
     *
     * @throws Refusal if it is not one, or an engine is at work with the one before
     */
    void configure(String name, Map<String, @Nullable Object> asked, String backend) {
        String mode = Configurations.mode(asked);
        Configurations.Configuration configuration = Configurations.read(asked);
        Configurations.checkFlags(configuration, backend);
        String model = store.idOf(name).orElse(name);
        boolean same = configurations.of(model, mode).equals(configuration);
        if (!same && !engines.makeWay(model, mode)) {
            throw new Refusal(409, "runner already active");
        }
        configurations.put(model, mode, configuration);
    }
}
