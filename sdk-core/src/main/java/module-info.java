/**
 * The interface every road to a model runner implements, the domain it speaks in, and the errors it reports.
 *
 * <p>Depends on nothing but the JDK; begin with {@link io.modelrunner.adapter.LLMAdapter}.
 */
@SuppressWarnings("module") // those that internal is exported to are built later
module io.modelrunner {
    requires static transitive org.jspecify;

    exports io.modelrunner;
    exports io.modelrunner.adapter;
    exports io.modelrunner.chat;
    exports io.modelrunner.control;
    exports io.modelrunner.decorator;
    exports io.modelrunner.discovery;
    exports io.modelrunner.fallback;
    exports io.modelrunner.internal to
            io.modelrunner.http,
            io.modelrunner.cli;
    exports io.modelrunner.mock;
    exports io.modelrunner.retrieval;
    exports io.modelrunner.store;
}
