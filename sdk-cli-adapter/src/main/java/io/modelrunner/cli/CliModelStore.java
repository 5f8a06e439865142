package io.modelrunner.cli;

import static java.util.Objects.requireNonNull;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.Model;
import io.modelrunner.ModelName;
import io.modelrunner.OperationMissingException;
import io.modelrunner.internal.PullWatcher;
import io.modelrunner.internal.TransferProgress;
import io.modelrunner.store.DiskUsage;
import io.modelrunner.store.ModelStore;
import io.modelrunner.store.PullEvent;
import io.modelrunner.store.PullStream;
import io.modelrunner.store.PurgeConfirmation;
import io.modelrunner.store.RegistryRequest;
import io.modelrunner.store.Removal;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** The models of a runner by the command, which knows no archives. */
record CliModelStore(CliAdapter adapter) implements ModelStore {
    @Override
    public List<Model> list() {
        return adapter.run(new Command.ListModels());
    }

    @Override
    public Model inspect(String model) {
        return adapter.run(new Command.Inspect(ModelName.of(model), false));
    }

    @Override
    public Model inspectRemote(String model) {
        return adapter.run(new Command.Inspect(ModelName.of(model), true));
    }

    @Override
    public PullStream pull(RegistryRequest request) {
        requireNonNull(request, "request");
        return PullStream.of(new PullWatcher(new CliPull(adapter, request)));
    }

    @Override
    public void push(RegistryRequest request, Consumer<? super PullEvent> listener) {
        requireNonNull(listener, "listener");
        listener.accept(new CliTransfer(adapter, "push", request, listener, new TransferProgress()).run());
    }

    @Override
    public void tag(String model, String target) {
        adapter.run(new Command.Tag(ModelName.of(model), target(target)));
    }

    @Override
    public Removal remove(String model, boolean force) {
        return adapter.run(new Command.Remove(ModelName.of(model), force));
    }

    @Override
    public Model load(Path gguf, String name) {
        ModelName made = target(name);
        if (!Files.isReadable(gguf)) {
            throw new InvalidRequestException("gguf", "a file that can be read", gguf.toString());
        }
        adapter.run(new Command.Pack(gguf, made));
        return inspect(name);
    }

    @Override
    public Model loadArchive(InputStream archive, String name) {
        throw lacks("can't load an archive");
    }

    @Override
    public void export(String model, OutputStream archive) {
        throw lacks("can't export a model");
    }

    @Override
    public Model repackage(String model, String target, int contextTokens) {
        if (contextTokens < 1) {
            throw new InvalidRequestException("contextTokens", "at least 1", String.valueOf(contextTokens));
        }
        adapter.run(new Command.Repack(ModelName.of(model), target(target), contextTokens));
        return inspect(target);
    }

    @Override
    public void purge(PurgeConfirmation confirmation) {
        requireNonNull(confirmation, "confirmation");
        adapter.run(new Command.Purge());
    }

    @Override
    public DiskUsage diskUsage() {
        return adapter.run(new Command.Df());
    }

    private static ModelName target(String name) {
        ModelName target = ModelName.of(name);
        if (target.isId() || target.text().indexOf('@') >= 0) {
            throw new InvalidRequestException("target", "a name, as ids are the runner's to give", "an id");
        }
        return target;
    }

    private static OperationMissingException lacks(String what) {
        return new OperationMissingException(new CliContext(null, "")
                .facts("the command docker model " + what)
                .remedy("HttpAdapter.at(…)", "the runner can be reached over HTTP")
                .build());
    }
}
