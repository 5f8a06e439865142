package io.modelrunner.testing.fake;

import java.util.function.BooleanSupplier;

/** Waits for what the runner does in the background. */
final class Awaited {
    private static final long LIMIT_NANOS = 10_000_000_000L;

    private Awaited() {}

    static void awaitUntil(BooleanSupplier condition) {
        long end = System.nanoTime() + LIMIT_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited in vain");
            }
            Thread.onSpinWait();
        }
    }
}
