package io.modelrunner.pinned;

import java.util.concurrent.locks.LockSupport;

/** Code under test that waits where its thread is pinned: in a static initialiser, which the virtual machine calls. */
public final class PinsOnPurpose {
    static {
        LockSupport.parkNanos(20_000_000);
    }

    private PinsOnPurpose() {}

    /** Runs the initialiser, the first time. */
    public static void once() {}
}
