package io.modelrunner.http;

import io.modelrunner.ModelName;
import io.modelrunner.OperationMissingException;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.adapter.Preloader.Purpose;
import io.modelrunner.control.ConfigurationChange;
import io.modelrunner.control.EngineStatus;
import io.modelrunner.control.ModelConfiguration;
import io.modelrunner.control.RunnerStatus;
import io.modelrunner.control.RunningModel;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Control of Ollama, which loads and unloads by requests without a prompt and keeps no configurations.
 *
 * <p>Unloading and the list of what runs are recorded; that a request without a prompt loads, that it may carry
 * {@code keep_alive}, and that a request for embeddings without texts does the same are taken from Ollama's documentation.
 */
record OllamaControl(HttpAdapter adapter, Site site) implements DialectControl {
    private static final String NO_CONFIGURATIONS = "keeps no configurations of models";

    private ControlCalls calls() {
        return new ControlCalls(adapter, Dialect.OLLAMA, site);
    }

    @Override
    public RunnerStatus status() {
        String label = Dialect.OLLAMA.label();
        String version = version().orElse(null);
        return RunnerStatus.of(
                label, version, List.of(new EngineStatus(label, EngineStatus.State.RUNNING, orEmpty(version))));
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    @Override
    public Optional<String> version() {
        JsonObject told = calls().get("/api/version", null).as(JsonObject::parse, "its version");
        return Optional.ofNullable(told.text("version"));
    }

    @Override
    public List<RunningModel> running() {
        return calls().get("/api/ps", null).as(RunningReader::ofOllama, "a list of running models");
    }

    /** Ollama says the same whether the model was loaded or not. */
    @Override
    public int unload(ModelName model) {
        String name = OllamaName.canonical(model);
        boolean loaded = running().stream()
                .anyMatch(one -> OllamaName.canonical(one.model()).equals(name));
        if (!loaded) {
            return 0;
        }
        calls().post("/api/generate", order(model, 0), Phase.ANSWER, model);
        return 1;
    }

    @Override
    public int unloadAll() {
        List<RunningModel> all = running();
        all.forEach(one -> calls().post("/api/generate", order(one.model(), 0), Phase.ANSWER, one.model()));
        return all.size();
    }

    private static byte[] order(ModelName model, @Nullable Integer keepAlive) {
        return Json.write(json -> {
            json.writeStringProperty("model", model.text());
            if (keepAlive != null) {
                json.writeNumberProperty("keep_alive", keepAlive);
            }
        });
    }

    @Override
    public void preload(ModelName model, Purpose purpose) {
        load(model, purpose, null);
    }

    /** Any negative number keeps it loaded. */
    @Override
    public void keepWarm(ModelName model, Purpose purpose) {
        load(model, purpose, -1);
    }

    private void load(ModelName model, Purpose purpose, @Nullable Integer keepAlive) {
        String path = switch (purpose) {
            case CHAT -> "/api/generate";
            case EMBEDDING -> "/api/embed";
            case RERANKING -> throw site.lacks(Dialect.OLLAMA, "can't rerank");
        };
        calls().post(path, order(model, keepAlive), Phase.LOAD, model);
    }

    @Override
    public List<ModelConfiguration> configurations() {
        throw lacksConfigurations();
    }

    @Override
    public Optional<ModelConfiguration> configuration(ModelName model, Purpose purpose) {
        throw lacksConfigurations();
    }

    @Override
    public ModelConfiguration configure(ModelName model, ConfigurationChange change) {
        throw lacksConfigurations();
    }

    private OperationMissingException lacksConfigurations() {
        return site.lacks(Dialect.OLLAMA, NO_CONFIGURATIONS);
    }
}
