package io.modelrunner.http;

import static java.util.Objects.requireNonNull;

import io.modelrunner.ModelName;
import io.modelrunner.control.ConfigurationChange;
import io.modelrunner.control.LogOptions;
import io.modelrunner.control.ModelConfiguration;
import io.modelrunner.control.RunnerControl;
import io.modelrunner.control.RunnerStatus;
import io.modelrunner.control.RunningModel;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Control over HTTP, in the dialect that the server speaks; refuses wrong names before anything is asked. */
record HttpControl(HttpAdapter adapter) implements RunnerControl {
    private DialectControl spoken() {
        adapter.checkOpen();
        Attempts.Spoken spoken = new Attempts(adapter, adapter.timeouts()).spoken();
        Site site = spoken.site();
        return switch (spoken.dialect()) {
            case MODEL_RUNNER -> new DockerControl(adapter, site);
            case OLLAMA -> new OllamaControl(adapter, site);
            case LLAMA_CPP, OPENAI -> new PlainControl(adapter, site, spoken.dialect());
        };
    }

    @Override
    public RunnerStatus status() {
        return spoken().status();
    }

    @Override
    public Optional<String> version() {
        return spoken().version();
    }

    @Override
    public List<RunningModel> running() {
        return spoken().running();
    }

    @Override
    public int unload(String model) {
        ModelName name = ModelName.of(model);
        return spoken().unload(name);
    }

    @Override
    public int unloadAll() {
        return spoken().unloadAll();
    }

    @Override
    public List<ModelConfiguration> configurations() {
        return spoken().configurations();
    }

    @Override
    public Optional<ModelConfiguration> configuration(String model, Purpose purpose) {
        ModelName name = ModelName.of(model);
        requireNonNull(purpose, "purpose");
        return spoken().configuration(name, purpose);
    }

    @Override
    public ModelConfiguration configure(String model, ConfigurationChange change) {
        ModelName name = ModelName.of(model);
        requireNonNull(change, "change");
        return spoken().configure(name, change);
    }

    @Override
    public void preload(String model, Purpose purpose) {
        ModelName name = ModelName.of(model);
        requireNonNull(purpose, "purpose");
        spoken().preload(name, purpose);
    }

    @Override
    public void keepWarm(String model, Purpose purpose) {
        ModelName name = ModelName.of(model);
        requireNonNull(purpose, "purpose");
        spoken().keepWarm(name, purpose);
    }

    /** Asks nothing before the first pull. */
    @Override
    public Stream<String> logs(LogOptions options) {
        return LogLines.stream(adapter, options);
    }
}
