package io.modelrunner.http;

import io.modelrunner.ModelName;
import io.modelrunner.OperationMissingException;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.adapter.Preloader.Purpose;
import io.modelrunner.control.ConfigurationChange;
import io.modelrunner.control.EngineStatus;
import io.modelrunner.control.KeepAlive;
import io.modelrunner.control.ModelConfiguration;
import io.modelrunner.control.RunnerStatus;
import io.modelrunner.control.RunningModel;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Control of Docker Model Runner. */
final class DockerControl implements DialectControl {
    private final HttpAdapter adapter;
    private final ControlCalls calls;
    private final StoredConfigurations stored;

    DockerControl(HttpAdapter adapter, Site site) {
        this.adapter = adapter;
        this.calls = new ControlCalls(adapter, Dialect.MODEL_RUNNER, site);
        this.stored = new StoredConfigurations(adapter, site, calls);
    }

    @Override
    public RunnerStatus status() {
        JsonObject engines = calls.get("/engines/status", null).as(JsonObject::parse, "the status of its engines");
        List<EngineStatus> all = engines.names().stream()
                .map(name -> EngineStatus.parse(name, engines.textOrEmpty(name)))
                .toList();
        return RunnerStatus.of(Dialect.MODEL_RUNNER.label(), version().orElse(null), all);
    }

    /** Before v1.0.30 the runner has no such path, and Docker Desktop may not pass it on. */
    @Override
    public Optional<String> version() {
        try {
            JsonObject told = calls.get("/version", null).as(JsonObject::parse, "its version");
            return Optional.ofNullable(told.text("version"));
        } catch (OperationMissingException untold) {
            return Optional.empty();
        }
    }

    @Override
    public List<RunningModel> running() {
        return calls.get("/engines/ps", null).as(RunningReader::ofDocker, "a list of running models");
    }

    @Override
    public int unload(ModelName model) {
        byte[] body = Json.write(json -> {
            json.writeArrayPropertyStart("models");
            json.writeString(model.text());
            json.writeEndArray();
        });
        return unload(body, model);
    }

    @Override
    public int unloadAll() {
        return unload(Json.write(json -> json.writeBooleanProperty("all", true)), null);
    }

    private int unload(byte[] body, @Nullable ModelName model) {
        return calls.post("/engines/unload", body, Phase.ANSWER, model)
                .as(DockerControl::unloaded, "how many models were unloaded");
    }

    private static @Nullable Integer unloaded(byte[] body) {
        JsonObject told = JsonObject.parse(body);
        return told == null ? null : told.integer("unloaded_runners");
    }

    @Override
    public List<ModelConfiguration> configurations() {
        return stored.all().stream().map(StoredConfiguration::value).toList();
    }

    @Override
    public Optional<ModelConfiguration> configuration(ModelName model, Purpose purpose) {
        return stored.find(model, purpose);
    }

    @Override
    public ModelConfiguration configure(ModelName model, ConfigurationChange change) {
        return stored.change(model, change);
    }

    @Override
    public void preload(ModelName model, Purpose purpose) {
        new HttpPreloader(adapter).preload(model, purpose);
    }

    @Override
    public void keepWarm(ModelName model, Purpose purpose) {
        stored.change(
                model,
                ConfigurationChange.builder()
                        .purpose(purpose)
                        .keepAlive(KeepAlive.forever())
                        .build());
        preload(model, purpose);
    }
}
