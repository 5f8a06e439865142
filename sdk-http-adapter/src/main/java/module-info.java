/** A model runner over HTTP; begin with {@link io.modelrunner.http.HttpAdapter}. */
module io.modelrunner.http {
    requires transitive io.modelrunner;
    requires org.apache.httpcomponents.client5.httpclient5;
    requires org.apache.httpcomponents.core5.httpcore5;
    requires tools.jackson.core;
    requires static org.jspecify;

    exports io.modelrunner.http;

    uses io.modelrunner.discovery.EndpointLocator;
}
