package io.modelrunner.examples;

import io.modelrunner.CancelledException;
import io.modelrunner.Failure;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.adapter.Health;
import io.modelrunner.sdk.ModelRunner;
import java.time.Duration;

/** The wait until a runner has loaded its model. */
final class Readiness {
    private static final long PAUSE_MILLIS = 20;

    private Readiness() {}

    /** Waits until the runner answers that it is up, and fails when that takes too long. */
    static void await(ModelRunner runner, Duration limit) {
        long start = System.nanoTime();
        Health health = runner.health();
        while (!health.isUp()) {
            if (System.nanoTime() - start > limit.toNanos()) {
                throw new RunnerUnreachableException(
                        Failure.of("not ready within " + limit.toSeconds() + " s: " + health.detail())
                                .remedy("try again", "the machine was busy")
                                .build());
            }
            pause();
            health = runner.health();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException(
                    Failure.of("interrupted while waiting for the runner").build());
        }
    }
}
