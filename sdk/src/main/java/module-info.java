/** The SDK in one piece: the core, its adapters, and the front door {@link io.modelrunner.sdk.ModelRunner}. */
module io.modelrunner.sdk {
    requires static transitive org.jspecify;
    requires transitive io.modelrunner;
    requires transitive io.modelrunner.cli;
    requires transitive io.modelrunner.http;

    exports io.modelrunner.sdk;
}
