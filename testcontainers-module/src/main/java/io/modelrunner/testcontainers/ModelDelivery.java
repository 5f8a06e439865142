package io.modelrunner.testcontainers;

import io.modelrunner.ModelNotFoundException;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.TimedOutException;
import io.modelrunner.Timeouts;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.adapter.Preloader.Purpose;
import io.modelrunner.control.ConfigurationChange;
import io.modelrunner.control.RunnerControl;
import io.modelrunner.http.HttpAdapter;
import io.modelrunner.store.ModelStore;
import io.modelrunner.store.PullStream;
import io.modelrunner.store.RegistryRequest;
import io.modelrunner.store.StoreDamagedException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.utility.MountableFile;

/** The models that a runner is to have once it has started, with their settings. */
final class ModelDelivery {
    private static final Duration USUAL_LIMIT = Duration.ofMinutes(30);
    private static final String OWN_PRELOAD =
            "\n  → without withPreload, load it by an adapter of your own for endpoint(), "
                    + "whose Timeouts allow more time";

    private final Set<String> pulled = new LinkedHashSet<>();
    private final Map<String, MountableFile> packed = new LinkedHashMap<>();
    private Timeouts pullLimit = limit(USUAL_LIMIT);
    private @Nullable ConfigurationChange configuration;
    private @Nullable Purpose preload;

    void pull(String... models) {
        for (String model : models) {
            pulled.add(checked(model));
        }
    }

    void pack(MountableFile gguf, String model) {
        packed.put(checked(model), gguf);
    }

    void pullLimit(Duration limit) {
        pullLimit = limit(limit);
    }

    void contextSize(int tokens) {
        configuration = ConfigurationChange.builder().contextSize(tokens).build();
    }

    void preload(Purpose purpose) {
        preload = purpose;
    }

    /** Refuses what can't be a name before a container is started for it. */
    private static String checked(String model) {
        return RegistryRequest.of(model).model().text();
    }

    private static Timeouts limit(Duration limit) {
        return Timeouts.builder().total(limit).build();
    }

    /** Refuses settings that no model would get. */
    void check() {
        if (!models().isEmpty()) {
            return;
        }
        if (configuration != null) {
            throw forNoModel("withContextSize");
        }
        if (preload != null) {
            throw forNoModel("withPreload");
        }
    }

    private static IllegalStateException forNoModel(String setting) {
        return new IllegalStateException(
                setting + " is for the models that the container is told to have, and there is none"
                        + "\n  → name them by withModel; those that are there already are not pulled again");
    }

    /**
     * Brings what the runner does not have yet.
     *
     * @param adapter reaches the runner
     * @param log is told of the progress
     * @throws ContainerLaunchException with the reason, if something could not be done
     */
    void deliver(HttpAdapter adapter, Logger log) {
        ModelStore store = adapter.power(ModelStore.class).orElseThrow();
        packed.forEach((model, gguf) -> step("load " + model, () -> load(store, model, gguf, log)));
        pulled.forEach(model -> step("pull " + model, () -> bring(store, model, log)));
        RunnerControl control = adapter.power(RunnerControl.class).orElseThrow();
        models().forEach(model -> prepare(control, model, log));
    }

    private List<String> models() {
        return Stream.concat(packed.keySet().stream(), pulled.stream())
                .distinct()
                .toList();
    }

    private static void load(ModelStore store, String model, MountableFile gguf, Logger log) {
        Path file = Path.of(gguf.getResolvedPath());
        log.info("{}: loaded as {}", model, store.load(file, model).id().orElse("a model"));
    }

    private void bring(ModelStore store, String model, Logger log) {
        if (isThere(store, model)) {
            log.info("{}: there already", model);
            return;
        }
        RegistryRequest request =
                RegistryRequest.builder(model).timeouts(pullLimit).build();
        log.info("{}: pulling", model);
        try (PullStream pull = store.pull(request)) {
            pull.join(new PullLog(log, System::nanoTime));
        }
    }

    private static boolean isThere(ModelStore store, String model) {
        try {
            store.inspect(model);
            return true;
        } catch (ModelNotFoundException | StoreDamagedException e) {
            // A pull mends what is damaged.
            return false;
        }
    }

    private void prepare(RunnerControl control, String model, Logger log) {
        ConfigurationChange change = configuration;
        if (change != null) {
            step("configure " + model, () -> control.configure(model, change));
        }
        Purpose purpose = preload;
        if (purpose != null) {
            step("preload " + model, () -> preload(control, model, purpose));
            log.info("{}: loaded", model);
        }
    }

    /** The limit is that of the adapter, which the container has no setting for. */
    private static void preload(RunnerControl control, String model, Purpose purpose) {
        try {
            control.preload(model, purpose);
        } catch (TimedOutException e) {
            if (e.phase() == Phase.LOAD) {
                throw new ContainerLaunchException(
                        "could not preload %s: it was not loaded within %s s%s"
                                .formatted(model, seconds(e.limit()), OWN_PRELOAD),
                        e);
            }
            throw e;
        }
    }

    private static void step(String name, Runnable step) {
        try {
            step.run();
        } catch (ModelRunnerException e) {
            throw new ContainerLaunchException("could not " + name + ": " + reason(e), e);
        }
    }

    private static String reason(ModelRunnerException failure) {
        if (failure instanceof TimedOutException late && late.phase() == Phase.TOTAL) {
            return "it was not there within " + seconds(late.limit())
                    + " s\n  → withPullTimeout(Duration) allows more time";
        }
        if (LastWords.isOfTheRunner(failure)) {
            // What helps is for a runner that is installed, or for an adapter of the user's.
            return failure.what();
        }
        return String.valueOf(failure.getMessage());
    }

    private static String seconds(Duration time) {
        return BigDecimal.valueOf(time.toMillis(), 3).stripTrailingZeros().toPlainString();
    }
}
