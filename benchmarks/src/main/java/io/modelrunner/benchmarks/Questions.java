package io.modelrunner.benchmarks;

/** The request of the clients by hand, as a constant: for them writing it costs nothing. */
final class Questions {
    private static final String COMMON =
            "{\"model\":\"ai/tiny\",\"messages\":[{\"role\":\"user\",\"content\":\"What is a container?\"}]";

    private Questions() {}

    static String json(boolean streamed) {
        return COMMON + (streamed ? ",\"stream\":true,\"stream_options\":{\"include_usage\":true}}" : "}");
    }
}
