package io.modelrunner.benchmarks;

/** The clients that are compared. */
public enum Clients {
    /** The adapter. */
    OURS,
    /** By hand, on Apache HttpClient 5. */
    HC5,
    /** By hand, on the JDK's client. */
    JDK;

    Client at(String url) {
        return switch (this) {
            case OURS -> new AdapterClient(url);
            case HC5 -> new HttpClient5Client(url);
            case JDK -> new JdkClient(url);
        };
    }
}
