package io.modelrunner.testing.fake;

import io.modelrunner.RunnerEndpoint;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Waits until servers of llama.cpp have loaded their models. */
final class EngineReadiness {
    private static final int MOST_TO_CONNECT_MILLIS = 2_000;
    private static final int MOST_TO_ANSWER_MILLIS = 10_000; // an engine on a busy machine is not asked twice
    private static final long PAUSE_NANOS = Duration.ofMillis(10).toNanos();

    private EngineReadiness() {}

    /** @throws IllegalStateException if one is not ready in time */
    static void await(List<RunnerEndpoint> engines, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        for (RunnerEndpoint engine : engines) {
            while (!isReady(engine)) {
                if (System.nanoTime() - end > 0) {
                    throw new IllegalStateException(
                            "the engine at " + engine + " is not ready after " + limit.toSeconds() + " s");
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private static boolean isReady(RunnerEndpoint engine) {
        try {
            HttpURLConnection connection = (HttpURLConnection)
                    URI.create(engine.management() + "/health").toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout(MOST_TO_CONNECT_MILLIS);
            connection.setReadTimeout(MOST_TO_ANSWER_MILLIS);
            return connection.getResponseCode() == 200;
        } catch (IOException e) {
            return false; // it does not listen yet
        }
    }
}
