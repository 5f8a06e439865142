package io.modelrunner.cli;

import io.modelrunner.Failure;
import io.modelrunner.internal.PullRoad;
import io.modelrunner.internal.SharedPull;
import io.modelrunner.internal.TransferProgress;
import io.modelrunner.store.PullEvent;
import io.modelrunner.store.RegistryRequest;
import java.util.function.Consumer;

/**
 * How a model is pulled by the command.
 *
 * @param adapter runs it
 * @param wanted what to pull
 */
record CliPull(CliAdapter adapter, RegistryRequest wanted) implements PullRoad {
    /** One command in one environment has one runner; which one is not asked for, as that takes as long as a small pull. */
    @Override
    public SharedPull.Key key() {
        adapter.tool().checkOpen();
        return new SharedPull.Key(adapter.tool().identity(), wanted.model().canonical());
    }

    @Override
    public void cancel() {
        // nothing is asked
    }

    @Override
    public Task task(Consumer<PullEvent> listener, TransferProgress progress) {
        return new CliTransfer(adapter, "pull", wanted, listener, progress);
    }

    @Override
    public boolean isClosed() {
        return adapter.tool().isClosed();
    }

    @Override
    public Failure.Builder facts(String what) {
        return new CliContext(wanted.model(), "").facts(what);
    }
}
