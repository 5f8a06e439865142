package io.modelrunner.http;

/** Makes virtual threads, by reflection: the tests are compiled for Java 17. */
final class VirtualThreads {
    private VirtualThreads() {}

    static Thread unstarted(Runnable work) {
        try {
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            Class<?> type = Class.forName("java.lang.Thread$Builder");
            return (Thread) type.getMethod("unstarted", Runnable.class).invoke(builder, work);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
