package io.modelrunner.testing;

import org.jspecify.annotations.Nullable;

/**
 * Threads of the kind that the test runs on: a test on a virtual thread starts virtual threads.
 *
 * <p>They are found by reflection, as this module also runs where there are none.
 */
final class TestThreads {
    private TestThreads() {}

    /** {@return whether this Java has virtual threads for good} */
    static boolean canBeVirtual() {
        return Runtime.version().feature() >= 21;
    }

    static Thread startLikeThis(Runnable work) {
        if (isVirtual(Thread.currentThread())) {
            return startVirtual(work);
        }
        Thread thread = new Thread(work, "contract-test");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    static boolean isVirtual(Thread thread) {
        return canBeVirtual() && (boolean) call("isVirtual", new Class<?>[0], thread);
    }

    static Thread startVirtual(Runnable work) {
        return (Thread) call("startVirtualThread", new Class<?>[] {Runnable.class}, null, work);
    }

    private static Object call(String method, Class<?>[] types, @Nullable Object target, Object... arguments) {
        try {
            return Thread.class.getMethod(method, types).invoke(target, arguments);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Thread." + method + " can't be called", e);
        }
    }
}
