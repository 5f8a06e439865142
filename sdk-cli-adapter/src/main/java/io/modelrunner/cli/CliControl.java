package io.modelrunner.cli;

import static java.util.Objects.requireNonNull;

import io.modelrunner.ModelName;
import io.modelrunner.OperationMissingException;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.control.ConfigurationChange;
import io.modelrunner.control.EngineStatus;
import io.modelrunner.control.KeepAlive;
import io.modelrunner.control.LogOptions;
import io.modelrunner.control.ModelConfiguration;
import io.modelrunner.control.RunnerControl;
import io.modelrunner.control.RunnerStatus;
import io.modelrunner.control.RunningModel;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Control of a runner as far as the command has it.
 *
 * <p>It configures a model as a whole and can't take a part of it back, so what is stored is read first and told again with the change; what
 * its options have no word for makes that impossible, and is refused.
 */
record CliControl(CliAdapter adapter) implements RunnerControl {
    @Override
    public RunnerStatus status() {
        CliStatus status = adapter.run(new Command.Status());
        List<EngineStatus> engines = status.engines().entrySet().stream()
                .map(engine -> EngineStatus.parse(engine.getKey(), engine.getValue()))
                .toList();
        return RunnerStatus.of("Docker Model Runner", version().orElse(null), engines);
    }

    @Override
    public Optional<String> version() {
        return adapter.version().server();
    }

    @Override
    public List<RunningModel> running() {
        return adapter.run(new Command.Running());
    }

    @Override
    public int unload(String model) {
        return adapter.run(new Command.Unload(ModelName.of(model)));
    }

    @Override
    public int unloadAll() {
        return adapter.run(new Command.Unload(null));
    }

    @Override
    public List<ModelConfiguration> configurations() {
        return CliConfigurations.read(adapter.run(new Command.ShowConfigurations(null)));
    }

    @Override
    public Optional<ModelConfiguration> configuration(String model, Purpose purpose) {
        requireNonNull(purpose, "purpose");
        List<JsonTree> stored = adapter.run(new Command.ShowConfigurations(ModelName.of(model)));
        return CliConfigurations.read(stored).stream()
                .filter(configuration -> configuration.purpose().equals(Optional.of(purpose)))
                .findFirst();
    }

    @Override
    public ModelConfiguration configure(String model, ConfigurationChange change) {
        ModelName name = ModelName.of(model);
        requireNonNull(change, "change");
        adapter.run(new Command.Inspect(name, false)); // as a configuration would be taken for any name
        adapter.beginConfiguring(name);
        try {
            return configured(name, change);
        } finally {
            adapter.endConfiguring();
        }
    }

    private ModelConfiguration configured(ModelName name, ConfigurationChange change) {
        CliConfigurations.check(adapter.run(new Command.ShowConfigurations(name)));
        Optional<ModelConfiguration> stored = configuration(name.text(), change.purpose());
        adapter.run(new Command.Configure(name, CliConfigurations.settings(stored, change)));
        return configuration(name.text(), change.purpose())
                .orElseThrow(() -> Shape.missing(
                        new Printed(List.of("configure", "show"), 0, "", ""), "the configuration of " + name));
    }

    @Override
    public void preload(String model, Purpose purpose) {
        if (requireNonNull(purpose, "purpose") != Purpose.CHAT) {
            throw lacks("can load a model for chats only");
        }
        ModelName name = ModelName.of(model);
        Deadline deadline = Deadline.of(Phase.LOAD, adapter.timeouts());
        // It would bring a model that is not there.
        adapter.execution().run(new Command.Inspect(name, false), deadline);
        adapter.execution().run(new Command.Preload(name), deadline);
    }

    @Override
    public void keepWarm(String model, Purpose purpose) {
        if (requireNonNull(purpose, "purpose") != Purpose.CHAT) {
            throw lacks("can load a model for chats only");
        }
        configure(model, ConfigurationChange.of(KeepAlive.forever()));
        preload(model, purpose);
    }

    @Override
    public Stream<String> logs(LogOptions options) {
        return new CliLog(adapter, options).lines();
    }

    private static OperationMissingException lacks(String what) {
        return new OperationMissingException(new CliContext(null, "")
                .facts("the command docker model " + what)
                .remedy("HttpAdapter.at(…)", "the runner can be reached over HTTP")
                .build());
    }
}
