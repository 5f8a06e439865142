/** A model runner over the command {@code docker model}; begin with {@link io.modelrunner.cli.CliAdapter}. */
module io.modelrunner.cli {
    requires transitive io.modelrunner;
    requires tools.jackson.core;
    requires static org.jspecify;

    exports io.modelrunner.cli;

    provides io.modelrunner.discovery.EndpointLocator with
            io.modelrunner.cli.CliEndpointLocator;
}
