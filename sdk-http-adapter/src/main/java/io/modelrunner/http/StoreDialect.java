package io.modelrunner.http;

import io.modelrunner.Model;
import io.modelrunner.OperationMissingException;
import io.modelrunner.store.DiskUsage;
import io.modelrunner.store.PullEvent;
import io.modelrunner.store.PurgeConfirmation;
import io.modelrunner.store.RegistryRequest;
import io.modelrunner.store.Removal;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a kind of server does with its models: by itself nothing but to list them, as any OpenAI-compatible server does. Those that
 * do more override it.
 */
class StoreDialect {
    final HttpAdapter adapter;
    final Site site;
    private final Dialect dialect;

    StoreDialect(HttpAdapter adapter, Site site, Dialect dialect) {
        this.adapter = adapter;
        this.site = site;
        this.dialect = dialect;
    }

    List<Model> list() {
        return adapter.listModels();
    }

    Model inspect(String model) {
        throw lacks("can't tell more of a model than its name");
    }

    Model inspectRemote(String model) {
        throw lacks("can't look into a registry");
    }

    void push(RegistryRequest request, Consumer<? super PullEvent> listener) {
        throw lacks("can't push a model");
    }

    void tag(String model, String target) {
        throw lacks("can't give a model another name");
    }

    Removal remove(String model, boolean force) {
        throw lacks("can't remove a model");
    }

    Model load(Path gguf, String name) {
        throw lacks("can't load a model from a file");
    }

    Model loadArchive(InputStream archive, String name) {
        throw lacks("can't load an archive");
    }

    void export(String model, OutputStream archive) {
        throw lacks("can't export a model");
    }

    Model repackage(String model, String target, int contextTokens) {
        throw lacks("can't repackage a model");
    }

    void purge(PurgeConfirmation confirmation) {
        throw lacks("can't remove all models");
    }

    DiskUsage diskUsage() {
        throw lacks("can't tell how much room models take");
    }

    /** {@return what asks the place that this was made for, and no other} */
    final Attempts attempts() {
        return new Attempts(adapter, adapter.timeouts()).at(site);
    }

    private OperationMissingException lacks(String what) {
        return site.lacks(dialect, what);
    }
}
