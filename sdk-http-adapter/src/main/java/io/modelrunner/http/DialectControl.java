package io.modelrunner.http;

import io.modelrunner.ModelName;
import io.modelrunner.adapter.Preloader.Purpose;
import io.modelrunner.control.ConfigurationChange;
import io.modelrunner.control.ModelConfiguration;
import io.modelrunner.control.RunnerControl;
import io.modelrunner.control.RunnerStatus;
import io.modelrunner.control.RunningModel;
import java.util.List;
import java.util.Optional;

/** What {@link RunnerControl} promises, in one dialect, for names that were checked. */
interface DialectControl {
    RunnerStatus status();

    Optional<String> version();

    List<RunningModel> running();

    int unload(ModelName model);

    int unloadAll();

    List<ModelConfiguration> configurations();

    Optional<ModelConfiguration> configuration(ModelName model, Purpose purpose);

    ModelConfiguration configure(ModelName model, ConfigurationChange change);

    void preload(ModelName model, Purpose purpose);

    void keepWarm(ModelName model, Purpose purpose);
}
