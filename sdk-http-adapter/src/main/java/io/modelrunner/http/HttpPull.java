package io.modelrunner.http;

import io.modelrunner.AttemptTimeline;
import io.modelrunner.Failure;
import io.modelrunner.ModelName;
import io.modelrunner.internal.PullRoad;
import io.modelrunner.internal.SharedPull;
import io.modelrunner.internal.TransferProgress;
import io.modelrunner.store.PullEvent;
import io.modelrunner.store.RegistryRequest;
import java.util.function.Consumer;

/** How a model is pulled over HTTP: what the server speaks decides. */
final class HttpPull implements PullRoad {
    private final HttpAdapter adapter;
    private final RegistryRequest wanted;
    private final Cancellation asking = new Cancellation();
    private TransferProtocol protocol = RunnerTransfer.PULL;

    HttpPull(HttpAdapter adapter, RegistryRequest wanted) {
        this.adapter = adapter;
        this.wanted = wanted;
    }

    @Override
    public SharedPull.Key key() {
        Attempts attempts = new Attempts(adapter, adapter.timeouts(), AttemptTimeline.empty(), asking);
        Site site = adapter.site(attempts);
        Dialect dialect = site.dialect(attempts);
        String socket = site.endpoint().unixSocket().map(String::valueOf).orElse("");
        // Two spellings of one address must not make two pulls.
        String runner = socket + site.endpoint().management().replaceFirst("://127\\.0\\.0\\.1\\b", "://localhost");
        return new SharedPull.Key(runner, name(site, dialect));
    }

    private String name(Site site, Dialect dialect) {
        ModelName model = wanted.model();
        return switch (dialect) {
            case MODEL_RUNNER -> model.canonical();
            case OLLAMA -> {
                protocol = OllamaTransfer.PULL;
                yield OllamaName.canonical(model);
            }
            case LLAMA_CPP, OPENAI -> throw site.lacks(dialect, "can't pull a model");
        };
    }

    @Override
    public void cancel() {
        asking.cancel();
    }

    @Override
    public Task task(Consumer<PullEvent> listener, TransferProgress progress) {
        return new Transfer(adapter, protocol, wanted, listener, progress);
    }

    @Override
    public boolean isClosed() {
        return adapter.isClosed();
    }

    @Override
    public Failure.Builder facts(String what) {
        return Failure.of(what)
                .adapter(adapter.name())
                .endpoint(adapter.where())
                .model(wanted.model());
    }
}
