package io.modelrunner.store;

import io.modelrunner.Model;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * The power over the models that a runner keeps.
 *
 * <p>Names are checked before anything is sent, and travel with their tag written out: none can be taken for an action of the
 * runner's, whose paths are those of names (a model called {@code purge} would empty the store). A name that can't be one is an
 * {@link io.modelrunner.InvalidRequestException}; a model that is not there a {@link io.modelrunner.ModelNotFoundException}; what
 * a runner of another kind lacks an {@link io.modelrunner.OperationMissingException} that names the kind. Safe for use by
 * several threads; but Docker Model Runner does not lock pulls, removals and purges against each other, and nobody here does so
 * for it, as others may use the same runner.
 */
public interface ModelStore {
    /** {@return the models, each with its id and all its names; immutable, empty if there are none} */
    List<Model> list();

    /**
     * {@return what the runner knows of a model}
     *
     * @param model its name, or its id; not null
     */
    Model inspect(String model);

    /**
     * {@return what the registry knows of a model, which need not be pulled for that}
     *
     * @param model its name; not null
     * @throws NotInRegistryException if the registry has none of that name
     * @throws RegistryAccessException if the registry asks for credentials that the runner lacks
     * @throws RegistryUnavailableException if the registry can't be reached, or fails
     */
    Model inspectRemote(String model);

    /**
     * Brings a model to the runner.
     *
     * @param model its name; not null
     * @return the pull to come; the caller closes it
     */
    default PullStream pull(String model) {
        return pull(RegistryRequest.of(model));
    }

    /**
     * Brings a model to the runner. In this JVM one model is pulled once at a time for one runner, as pulls of one model at the
     * same time damage the runner's store (seen): who asks for it meanwhile watches the pull that is under way, whose token and
     * limits then count.
     *
     * <p>By a digest ({@code ai/smollm2@sha256:…}) that very model is brought, and the runner then calls it {@code latest}, whatever
     * had that tag before.
     *
     * <p>A connection that breaks, and the statuses 502, 503 and 504, are tried again after 1, 2, 4 and 8 seconds; the runner goes
     * on where it was.
     *
     * @param request what to bring; not null
     * @return the pull to come; reading it throws {@link NotInRegistryException}, {@link RegistryAccessException},
     *     {@link RegistryUnavailableException}, {@link UnsupportedArtifactException}, {@link StoreDamagedException},
     *     {@link DiskFullException}, or what every call may throw; the caller closes it
     */
    PullStream pull(RegistryRequest request);

    /**
     * Mends a model whose copy is damaged, by pulling it again.
     *
     * @param model its name; not null
     * @return the model
     * @throws StoreDamagedException if it is damaged still; then only {@link #purge} helps
     */
    default Model repair(String model) {
        return repair(model, event -> {});
    }

    /**
     * Mends a model whose copy is damaged, by pulling it again, and tells a listener of the progress.
     *
     * @param model its name; not null
     * @param listener called by this thread; not null
     * @return the model
     * @throws StoreDamagedException if it is damaged still; then only {@link #purge} helps
     */
    default Model repair(String model, Consumer<? super PullEvent> listener) {
        try (PullStream pull = pull(model)) {
            pull.join(listener);
        }
        return inspect(model);
    }

    /**
     * Takes a model to its registry, which its name begins with. Ends when the runner says that it is there; interrupting the
     * thread ends it before.
     *
     * @param request the model, by a name and not by its id, and the token; not null
     * @param listener called by this thread with the progress; not null
     * @throws RegistryAccessException if the registry asks for credentials that the runner lacks
     * @throws RegistryUnavailableException if the registry can't be reached, or fails
     */
    void push(RegistryRequest request, Consumer<? super PullEvent> listener);

    /**
     * Takes a model to its registry.
     *
     * @param model its name; not null
     */
    default void push(String model) {
        push(RegistryRequest.of(model), event -> {});
    }

    /**
     * Gives a model a further name. A name that another model has is taken from it.
     *
     * @param model its name, or its id; not null
     * @param target the new name; not null
     */
    void tag(String model, String target);

    /**
     * Removes a name, and with the last name the model. It stays loaded if it is, and its configuration is kept.
     *
     * @param model its name, or its id if it has one name at most; not null
     * @return what was removed
     * @throws io.modelrunner.RequestRefusedException for the id of a model with several names
     */
    default Removal remove(String model) {
        return remove(model, false);
    }

    /**
     * Removes a name, and with the last name the model.
     *
     * @param model its name, or its id; not null
     * @param force for an id, removes all names of the model
     * @return what was removed
     */
    Removal remove(String model, boolean force);

    /**
     * Brings a file to the runner as a model, without a registry.
     *
     * <p>The file is read twice: for its digest, which the runner wants to see before it, and to send it. It is never in memory.
     *
     * @param gguf a file in the format GGUF; not null
     * @param name what to call the model; not null
     * @return the model, as the runner knows it now
     * @throws io.modelrunner.InvalidRequestException if the file is none
     */
    Model load(Path gguf, String name);

    /**
     * Brings models from an archive, such as {@link #export} makes.
     *
     * @param archive a tar with blobs and {@code manifest.json}; read once to its end, not closed; not null
     * @param name what to call the model, as an archive has no name; not null
     * @return the model, as the runner knows it now
     * @throws UnsupportedArtifactException if it is none, is cut off, or its digests are wrong
     */
    Model loadArchive(InputStream archive, String name);

    /**
     * Writes a model as an archive, which another runner can load. Its size is that of the model, so it is not kept in memory.
     *
     * @param model its name, or its id; not null
     * @param archive where to write it; neither closed nor flushed; not null
     */
    void export(String model, OutputStream archive);

    /**
     * Makes a model of another context size out of a model; they share their files.
     *
     * @param model its name, or its id; not null
     * @param target what to call the new one; not null
     * @param contextTokens the size, 1 to 2,147,483,647
     * @return the new model
     */
    Model repackage(String model, String target, int contextTokens);

    /**
     * Removes all models, of everybody who uses this runner. Those that are loaded stay so.
     *
     * @param confirmation that this is meant; not null
     */
    void purge(PurgeConfirmation confirmation);

    /** {@return how much room the runner takes} */
    DiskUsage diskUsage();
}
