package io.modelrunner.pinned;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Code under test that needs classes which another thread may be loading or initialising at that moment. */
public final class NeedsSlowClasses {
    /** Counted down when the slow class is being initialised. */
    public static final CountDownLatch BEGUN = new CountDownLatch(1);

    /** Lets the initialising go on. */
    public static final CountDownLatch MAY_END = new CountDownLatch(1);

    private NeedsSlowClasses() {}

    /** Takes as long to be initialised as the test wants. */
    private static final class Slow {
        static {
            BEGUN.countDown();
            try {
                boolean ignored = MAY_END.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        static void use() {}
    }

    /** Has the class initialised, the first time. */
    public static void initialise() {
        Slow.use();
    }

    /** Asks a loader for a class that it has not. */
    public static void load(ClassLoader loader) {
        try {
            Class.forName("io.modelrunner.pinned.Missing", false, loader);
        } catch (ClassNotFoundException e) {
            // as expected
        }
    }
}
