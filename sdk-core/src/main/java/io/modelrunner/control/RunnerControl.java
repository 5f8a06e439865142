package io.modelrunner.control;

import io.modelrunner.ModelRunnerException;
import io.modelrunner.adapter.Preloader;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The power to control a runner: what it runs, what it keeps loaded, how it starts the engines.
 *
 * <pre>{@code
 * RunnerControl control = adapter.power(RunnerControl.class).orElseThrow();
 * control.configure("ai/smollm2", ConfigurationChange.builder().contextSize(8_192).build());
 * control.preload("ai/smollm2", Purpose.CHAT);
 * }</pre>
 *
 * <p>Docker Model Runner has all of it. A server that lacks an operation is named by the
 * {@link io.modelrunner.OperationMissingException} of that operation: Ollama keeps no configurations and gives no log;
 * llama.cpp's own server can tell its status and version only. Safe for use by several threads.
 */
public interface RunnerControl extends Preloader {
    /**
     * {@return what the runner is, and how its engines are} The runner's words may be old: an engine that was removed stays
     * {@code RUNNING} there, a failed installation {@code INSTALLING}.
     *
     * @throws ModelRunnerException if it can't be asked
     */
    RunnerStatus status();

    /**
     * {@return the runner's version; empty if it doesn't tell}
     *
     * @throws ModelRunnerException if it can't be asked
     */
    Optional<String> version();

    /**
     * {@return what is loaded or being loaded; immutable} A model that is used for chats and for embeddings runs twice.
     *
     * @throws ModelRunnerException if it can't be asked
     */
    List<RunningModel> running();

    /**
     * Unloads a model, whatever it is loaded for. What is in use or loading is left alone, and so is what is configured.
     *
     * @param model the model's name; not null
     * @return how many of its processes ended; 0 also for a model that is not there
     * @throws ModelRunnerException if the runner can't do it
     */
    int unload(String model);

    /**
     * Unloads all models of everybody, <b>and deletes every stored configuration</b>, those of models that are not loaded too.
     * What is in use or loading is left alone, but its configuration is gone.
     *
     * @return how many processes ended
     * @throws ModelRunnerException if the runner can't do it
     */
    int unloadAll();

    /**
     * {@return what is stored for every model, engine and purpose; immutable}
     *
     * @throws ModelRunnerException if it can't be read; Docker Model Runner tells it since v1.0.10
     */
    List<ModelConfiguration> configurations();

    /**
     * {@return what is stored for a model and a purpose; empty if nothing is, also for a model that is not there} Where there
     * is something for several engines, that of the adapter's address is meant, or else that of llama.cpp.
     *
     * @param model the model's name; not null
     * @param purpose what the process is for; not null
     * @throws ModelRunnerException if it can't be read; Docker Model Runner tells it since v1.0.10
     */
    Optional<ModelConfiguration> configuration(String model, Purpose purpose);

    /**
     * Changes what is named, and nothing else, of a model's configuration: what is stored is read, changed, stored and read
     * again. Where the change makes no difference nothing is stored.
     *
     * <p>The idle process of the model ends by this, and the next one has the new settings; a process that is just loading
     * keeps the old ones. The runner then loads the model in the background, for chats, whatever the purpose: to wait
     * until it is loaded, {@linkplain #preload preload} it. The configuration is gone when the runner restarts, and whoever
     * configures the same model at the same time from elsewhere may undo the change; threads that share the adapter wait for
     * each other.
     *
     * @param model the model's name; it must be there, as the runner would take a configuration for any name; not null
     * @param change what to change; not null
     * @return what is stored now
     * @throws io.modelrunner.ModelNotFoundException if the runner has no such model
     * @throws io.modelrunner.ModelBusyException if the model is answering somebody
     * @throws io.modelrunner.InvalidConfigurationException if the runner refuses the settings, such as a flag
     * @throws io.modelrunner.EngineUnavailableException if there is no such engine
     * @throws io.modelrunner.OperationMissingException if the runner is too old to tell what is stored, and the rest of it would
     *     be lost (nothing is changed then), or too old to keep one of the settings
     * @throws ModelRunnerException for any other failure
     */
    ModelConfiguration configure(String model, ConfigurationChange change);

    /**
     * Loads a model, waits until it is loaded, and has the runner keep it loaded when it is idle. No thread is needed for that
     * and nothing has to be closed.
     *
     * <p>This can't promise that the model stays: a runner without a free place (as many as it has processors, 8 at most)
     * unloads every idle model when another one is asked for; somebody may unload it; and a runner that restarts has
     * forgotten it. The next request then loads it again, in its own time. The settings of the model stay as they are otherwise.
     *
     * <p>Keeping a model warm for embeddings or reranking has the runner start a process of it for chats besides, as every
     * change of a configuration does; that takes a place until it has been idle for its time, and can push another model
     * out. Where the model is configured to stay already it is only loaded.
     *
     * <p>To end it, {@linkplain #configure configure} another {@link KeepAlive}, or {@linkplain #unload unload} the model.
     *
     * @param model the model's name; not null
     * @param purpose what for; not null
     * @throws ModelRunnerException as of {@link #configure} and {@link #preload}
     */
    void keepWarm(String model, Purpose purpose);

    /**
     * Does the same for chats.
     *
     * @param model the model's name; not null
     * @throws ModelRunnerException as of {@link #configure} and {@link #preload}
     */
    default void keepWarm(String model) {
        keepWarm(model, Purpose.CHAT);
    }

    /**
     * Gives the lines of the runner's log, oldest first. They are read as they are pulled; failures are thrown by pulls. A line
     * of more than 65,536 bytes is cut, and then ends in {@code …}.
     *
     * <p>The log tells which models are used, and can hold answers: the runner logs those that it could not record.
     *
     * @param options which lines
     * @return the lines to come; the caller closes it, from any thread, and a reader that waits then gets a
     *     {@link io.modelrunner.CancelledException}, as after an interrupt. One that {@linkplain LogOptions#follow() follows}
     *     waits for the next line without a limit
     */
    Stream<String> logs(LogOptions options);
}
