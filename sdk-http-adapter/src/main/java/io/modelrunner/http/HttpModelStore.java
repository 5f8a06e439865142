package io.modelrunner.http;

import static java.util.Objects.requireNonNull;

import io.modelrunner.Model;
import io.modelrunner.ModelName;
import io.modelrunner.internal.PullWatcher;
import io.modelrunner.store.DiskUsage;
import io.modelrunner.store.ModelStore;
import io.modelrunner.store.PullEvent;
import io.modelrunner.store.PullStream;
import io.modelrunner.store.PurgeConfirmation;
import io.modelrunner.store.RegistryRequest;
import io.modelrunner.store.Removal;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** The models of a runner over HTTP: what is asked goes to the part that speaks the server's dialect. */
record HttpModelStore(HttpAdapter adapter) implements ModelStore {
    @Override
    public List<Model> list() {
        return spoken().list();
    }

    @Override
    public Model inspect(String model) {
        return spoken(model).inspect(model);
    }

    @Override
    public Model inspectRemote(String model) {
        return spoken(model).inspectRemote(model);
    }

    @Override
    public PullStream pull(RegistryRequest request) {
        requireNonNull(request, "request");
        return PullStream.of(new PullWatcher(new HttpPull(adapter, request)));
    }

    @Override
    public void push(RegistryRequest request, Consumer<? super PullEvent> listener) {
        requireNonNull(request, "request");
        requireNonNull(listener, "listener");
        spoken().push(request, listener);
    }

    @Override
    public void tag(String model, String target) {
        spoken(model, target).tag(model, target);
    }

    @Override
    public Removal remove(String model, boolean force) {
        return spoken(model).remove(model, force);
    }

    @Override
    public Model load(Path gguf, String name) {
        return spoken(name).load(gguf, name);
    }

    @Override
    public Model loadArchive(InputStream archive, String name) {
        return spoken(name).loadArchive(archive, name);
    }

    @Override
    public void export(String model, OutputStream archive) {
        spoken(model).export(model, archive);
    }

    @Override
    public Model repackage(String model, String target, int contextTokens) {
        return spoken(model, target).repackage(model, target, contextTokens);
    }

    @Override
    public void purge(PurgeConfirmation confirmation) {
        requireNonNull(confirmation, "confirmation");
        spoken().purge(confirmation);
    }

    @Override
    public DiskUsage diskUsage() {
        return spoken().diskUsage();
    }

    /** Refuses what can't be a name before the server is asked what it is. */
    private StoreDialect spoken(String... names) {
        for (String name : names) {
            ModelName.of(name).qualified();
        }
        Attempts.Spoken spoken = new Attempts(adapter, adapter.timeouts()).spoken();
        Site site = spoken.site();
        return switch (spoken.dialect()) {
            case MODEL_RUNNER -> new RunnerStore(adapter, site);
            case OLLAMA -> new OllamaStore(adapter, site);
            case LLAMA_CPP, OPENAI -> new StoreDialect(adapter, site, spoken.dialect());
        };
    }
}
