package io.modelrunner.testcontainers;

import io.modelrunner.RunnerEndpoint;
import io.modelrunner.http.HttpAdapter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** The adapter of a container: it brings the models first, and who stops the container meanwhile closes it. */
final class OwnedAdapter {
    private final Launch launch;
    private final ModelDelivery delivery;
    private volatile @Nullable HttpAdapter adapter;

    OwnedAdapter(Launch launch, ModelDelivery delivery) {
        this.launch = launch;
        this.delivery = delivery;
    }

    /** Opens it, and brings the models by it. */
    void open(RunnerEndpoint runner, Logger log) {
        HttpAdapter made = HttpAdapter.builder(runner).build();
        // Known before the delivery, which a stop ends by closing it.
        adapter = made;
        try {
            launch.bring(() -> delivery.deliver(made, log));
        } catch (RuntimeException e) {
            made.close();
            adapter = null;
            throw e;
        }
    }

    void close() {
        HttpAdapter owned = adapter;
        if (owned != null) {
            owned.close();
            adapter = null;
        }
    }

    /**
     * {@return the adapter}
     *
     * @throws IllegalStateException if the container is not started
     */
    HttpAdapter get() {
        HttpAdapter ready = adapter;
        if (ready == null || !launch.isDone()) {
            throw new IllegalStateException("the container is not started");
        }
        return ready;
    }
}
