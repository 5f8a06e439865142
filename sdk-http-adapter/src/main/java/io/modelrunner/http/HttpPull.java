package io.modelrunner.http;

import static java.util.Objects.requireNonNull;

import io.modelrunner.AttemptTimeline;
import io.modelrunner.Failure;
import io.modelrunner.ModelName;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.internal.PullRoad;
import io.modelrunner.internal.SharedPull;
import io.modelrunner.internal.TransferProgress;
import io.modelrunner.store.PullEvent;
import io.modelrunner.store.RegistryRequest;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How a model is pulled over HTTP: what the server speaks decides. */
final class HttpPull implements PullRoad {
    private final HttpAdapter adapter;
    private final RegistryRequest wanted;
    private final Cancellation asking = new Cancellation();
    private TransferProtocol protocol = RunnerTransfer.PULL;
    private @Nullable Site site;

    HttpPull(HttpAdapter adapter, RegistryRequest wanted) {
        this.adapter = adapter;
        this.wanted = wanted;
    }

    /** Who is there is asked as often as the pull itself would be. */
    @Override
    public SharedPull.Key key() {
        for (int attempt = 0; ; attempt++) {
            try {
                Attempts attempts = new Attempts(adapter, adapter.timeouts(), AttemptTimeline.empty(), asking);
                return key(attempts.spoken());
            } catch (ModelRunnerException e) {
                List<Duration> pauses = adapter.transferPauses();
                if (attempt >= pauses.size() || !Transfer.isPassing(e) || isEnded(pauses.get(attempt))) {
                    throw e;
                }
            }
        }
    }

    /** {@return whether a pause ended early} */
    private boolean isEnded(Duration pause) {
        try {
            return adapter.pause(asking, pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private SharedPull.Key key(Attempts.Spoken spoken) {
        site = spoken.site();
        String socket = site.endpoint().unixSocket().map(String::valueOf).orElse("");
        // Two spellings of one address must not make two pulls.
        String runner = socket + site.endpoint().management().replaceFirst("://127\\.0\\.0\\.1\\b", "://localhost");
        ModelName model = wanted.model();
        return switch (spoken.dialect()) {
            case MODEL_RUNNER -> {
                protocol = RunnerTransfer.PULL;
                yield new SharedPull.Key(runner, model.canonical());
            }
            case OLLAMA -> {
                protocol = OllamaTransfer.PULL;
                yield new SharedPull.Key(runner, OllamaName.canonical(model));
            }
            case LLAMA_CPP, OPENAI -> throw site.lacks(spoken.dialect(), "can't pull a model");
        };
    }

    @Override
    public void cancel() {
        asking.cancel();
    }

    @Override
    public Task task(Consumer<PullEvent> listener, TransferProgress progress) {
        // The place was found out with the key.
        return new Transfer(adapter, protocol, requireNonNull(site), wanted, listener, progress);
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
