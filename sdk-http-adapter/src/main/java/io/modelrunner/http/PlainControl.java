package io.modelrunner.http;

import io.modelrunner.ModelName;
import io.modelrunner.OperationMissingException;
import io.modelrunner.adapter.Health;
import io.modelrunner.adapter.Preloader.Purpose;
import io.modelrunner.control.ConfigurationChange;
import io.modelrunner.control.EngineStatus;
import io.modelrunner.control.ModelConfiguration;
import io.modelrunner.control.RunnerStatus;
import io.modelrunner.control.RunningModel;
import java.util.List;
import java.util.Optional;

/**
 * What can be told of servers that only answer: of llama.cpp's own its build, which stands in {@code /props} (recorded), and
 * whether it is loading; of others nothing.
 */
record PlainControl(HttpAdapter adapter, Site site, Dialect dialect) implements DialectControl {
    @Override
    public RunnerStatus status() {
        if (dialect != Dialect.LLAMA_CPP) {
            return RunnerStatus.of(dialect.label(), null, List.of());
        }
        boolean loading = isLoading();
        String version = loading ? null : build().orElse(null);
        String detail = loading ? "loading its model" : version == null ? "" : version;
        EngineStatus engine = new EngineStatus(dialect.label(), EngineStatus.State.RUNNING, detail);
        return RunnerStatus.of(dialect.label(), version, List.of(engine));
    }

    @Override
    public Optional<String> version() {
        return dialect != Dialect.LLAMA_CPP || isLoading() ? Optional.empty() : build();
    }

    /** A loading server answers 503 to all else, which would be waited for. */
    private boolean isLoading() {
        return adapter.health().status() == Health.Status.LOADING;
    }

    private Optional<String> build() {
        JsonObject properties =
                new ControlCalls(adapter, dialect).get("/props", null).as(JsonObject::parse, "its properties");
        return Optional.ofNullable(properties.text("build_info"));
    }

    @Override
    public List<RunningModel> running() {
        throw lacks("can't tell what is loaded");
    }

    @Override
    public int unload(ModelName model) {
        throw lacks("can't unload a model");
    }

    @Override
    public int unloadAll() {
        throw lacks("can't unload models");
    }

    @Override
    public List<ModelConfiguration> configurations() {
        throw lacks("keeps no configurations of models");
    }

    @Override
    public Optional<ModelConfiguration> configuration(ModelName model, Purpose purpose) {
        throw lacks("keeps no configurations of models");
    }

    @Override
    public ModelConfiguration configure(ModelName model, ConfigurationChange change) {
        throw lacks("can't configure a model");
    }

    @Override
    public void preload(ModelName model, Purpose purpose) {
        throw lacks("can't load a model in advance");
    }

    @Override
    public void keepWarm(ModelName model, Purpose purpose) {
        throw lacks("can't keep a model loaded");
    }

    private OperationMissingException lacks(String what) {
        return site.lacks(dialect, what);
    }
}
