package io.modelrunner.http;

import static java.util.Objects.requireNonNull;

import io.modelrunner.CancelledException;
import io.modelrunner.InvalidRequestException;
import io.modelrunner.Model;
import io.modelrunner.ModelName;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.http.archive.ManifestDigest;
import io.modelrunner.http.archive.ModelArchive;
import io.modelrunner.internal.TransferProgress;
import io.modelrunner.store.DiskUsage;
import io.modelrunner.store.PullEvent;
import io.modelrunner.store.PurgeConfirmation;
import io.modelrunner.store.RegistryRequest;
import io.modelrunner.store.Removal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.hc.client5.http.classic.methods.HttpDelete;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.jspecify.annotations.Nullable;

/**
 * The models of Docker Model Runner, by its management API.
 *
 * <p>Paths are made of {@linkplain ModelName#qualified() qualified} names alone: the runner routes by the text of a path, in which
 * a name can be an action.
 */
final class RunnerStore extends StoreDialect {
    private static final String ONE = "a description of a model";

    RunnerStore(HttpAdapter adapter, Site site) {
        super(adapter, site, Dialect.MODEL_RUNNER);
    }

    @Override
    List<Model> list() {
        Call call = call(site -> new HttpGet(site.management("/models")), null, StoreRefusals::ofStore);
        return call.json("a list of models", StoreReaders::models);
    }

    @Override
    Model inspect(String model) {
        ModelName name = ModelName.of(model);
        return inspect(name, ManagementPath.ofModel(name), StoreRefusals::ofStore);
    }

    @Override
    Model inspectRemote(String model) {
        ModelName name = ModelName.of(model);
        return inspect(name, "/models/" + ofRegistry(name) + "?remote=true", StoreRefusals::ofRegistry);
    }

    private Model inspect(ModelName name, String path, Attempts.Refused refused) {
        Call call = call(site -> new HttpGet(site.management(path)), name, refused);
        return call.json(ONE, json -> StoredModelReader.read(json, name));
    }

    @Override
    void push(RegistryRequest request, Consumer<? super PullEvent> listener) {
        if (request.model().isId() || request.model().text().indexOf('@') >= 0) {
            throw new InvalidRequestException("model", "a name, as an id has no registry", "an id");
        }
        listener.accept(
                new Transfer(adapter, RunnerTransfer.PUSH, site, request, listener, new TransferProgress()).run());
    }

    @Override
    void tag(String model, String target) {
        ModelName name = ModelName.of(model);
        String path = ManagementPath.ofModel(name) + "/tag?" + Target.of(target).query();
        call(site -> new HttpPost(site.management(path)), name, StoreRefusals::ofStore)
                .readSome(HttpAdapter.LONGEST_ERROR);
    }

    @Override
    Removal remove(String model, boolean force) {
        ModelName name = ModelName.of(model);
        String path = ManagementPath.ofModel(name) + (force ? "?force=true" : "");
        Call call = call(site -> new HttpDelete(site.management(path)), name, StoreRefusals::ofRemoval);
        return call.json("what was removed", StoreReaders::removal);
    }

    @Override
    Model load(Path gguf, String name) {
        Target target = Target.of(name);
        ModelArchive archive = ModelArchive.ofGguf(gguf);
        send(new Upload(archive.length(), archive::writeTo), target.name());
        return named(archive.id(), target);
    }

    @Override
    Model loadArchive(InputStream archive, String name) {
        Target target = Target.of(name);
        ManifestDigest watched = new ManifestDigest(requireNonNull(archive, "archive"));
        Call call = send(new Upload(-1, watched::transferTo), target.name());
        String id = watched.id()
                .orElseThrow(() -> HttpAdapter.notTheForm(call, "a refusal of an archive without manifest.json", null));
        return named(id, target);
    }

    private Call send(Upload archive, ModelName name) {
        Attempts attempts = attempts();
        try {
            Call call = attempts.open(
                    site -> {
                        HttpPost post = new HttpPost(site.management("/models/load"));
                        post.setEntity(archive);
                        return post;
                    },
                    Phase.LOAD,
                    name,
                    StoreRefusals::ofArchive);
            call.readSome(HttpAdapter.LONGEST_ERROR);
            return call;
        } catch (CancelledException e) {
            throw e;
        } catch (ModelRunnerException e) {
            throw archive.failure().<RuntimeException>map(RunnerStore::local).orElse(e);
        }
    }

    /** What went wrong with a file or a stream of the caller's is no fault of the runner's. */
    private static RuntimeException local(Exception failure) {
        return failure instanceof IOException io ? new UncheckedIOException(io) : (RuntimeException) failure;
    }

    /** The runner checks a loaded model's files, but not its description: without that, it is there and can't be used. */
    private Model named(String id, Target target) {
        tag(id, target.name().text());
        return inspect(target.name().text());
    }

    @Override
    void export(String model, OutputStream archive) {
        requireNonNull(archive, "archive");
        ModelName name = ModelName.of(model);
        String path = ManagementPath.ofModel(name) + "/export";
        Attempts attempts = attempts();
        Call call = attempts.open(site -> new HttpGet(site.management(path)), Phase.LOAD, name, StoreRefusals::ofStore);
        call.copyTo(archive);
    }

    @Override
    Model repackage(String model, String target, int contextTokens) {
        ModelName name = ModelName.of(model);
        ModelName made = Target.of(target).name();
        if (contextTokens < 1) {
            throw new InvalidRequestException("contextTokens", "at least 1", String.valueOf(contextTokens));
        }
        byte[] body = Json.write(json -> {
            json.writeStringProperty("target", made.qualified());
            json.writeNumberProperty("context_size", contextTokens);
        });
        String path = ManagementPath.ofModel(name) + "/repackage";
        call(
                        site -> {
                            HttpPost post = new HttpPost(site.management(path));
                            post.setEntity(new ByteArrayEntity(body, ContentType.APPLICATION_JSON));
                            return post;
                        },
                        name,
                        StoreRefusals::ofStore)
                .readSome(HttpAdapter.LONGEST_ERROR);
        return inspect(made.text());
    }

    @Override
    void purge(PurgeConfirmation confirmation) {
        requireNonNull(confirmation, "confirmation");
        call(site -> new HttpDelete(site.management("/models/purge")), null, StoreRefusals::ofStore)
                .readSome(HttpAdapter.LONGEST_ERROR);
    }

    @Override
    DiskUsage diskUsage() {
        Call call = call(site -> new HttpGet(site.management("/engines/df")), null, StoreRefusals::ofStore);
        return call.json("how much room is taken", StoreReaders::diskUsage);
    }

    private Call call(
            Function<Site, HttpUriRequestBase> requests, @Nullable ModelName model, Attempts.Refused refused) {
        return attempts().open(requests, Phase.ANSWER, model, refused);
    }

    /**
     * {@return the name as registries take it} In lower case but for the tag, which the runner sees to by itself everywhere but in
     * pushes and in looks into a registry (tried). Hugging Face is asked with the case of its names.
     */
    static String ofRegistry(ModelName name) {
        String qualified = name.qualified();
        int end = qualified.indexOf('@') < 0 ? qualified.lastIndexOf(':') : qualified.indexOf('@');
        boolean hub = qualified.startsWith("hf.co/") || qualified.startsWith("huggingface.co/");
        return end < 0 || hub
                ? qualified
                : qualified.substring(0, end).toLowerCase(Locale.ROOT) + qualified.substring(end);
    }

    /**
     * A name to give to a model.
     *
     * @param name the name as typed
     * @param repository its part before the tag
     * @param tag its tag
     */
    private record Target(ModelName name, String repository, String tag) {
        static Target of(String text) {
            ModelName name = ModelName.of(text);
            String whole = name.qualified();
            if (name.isId() || whole.indexOf('@') >= 0) {
                throw new InvalidRequestException("target", "a name, as ids are the runner's to give", "an id");
            }
            int colon = whole.lastIndexOf(':');
            return new Target(name, whole.substring(0, colon), whole.substring(colon + 1));
        }

        String query() {
            return "repo=" + repository + "&tag=" + tag;
        }
    }
}
