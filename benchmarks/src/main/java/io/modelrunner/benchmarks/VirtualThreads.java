package io.modelrunner.benchmarks;

/** Virtual threads, by reflection: the code is compiled for Java 17. */
final class VirtualThreads {
    private VirtualThreads() {}

    /** {@return whether this Java knows them} */
    static boolean exist() {
        return Runtime.version().feature() >= 21;
    }

    static Thread unstarted(Runnable task) {
        try {
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            Class<?> type = Class.forName("java.lang.Thread$Builder");
            return (Thread) type.getMethod("unstarted", Runnable.class).invoke(builder, task);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
