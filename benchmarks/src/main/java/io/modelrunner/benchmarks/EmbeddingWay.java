package io.modelrunner.benchmarks;

import java.util.List;

/** The ways to get vectors that are compared. */
public enum EmbeddingWay {
    /** The adapter, as it comes. */
    OURS_BASE64,
    /** The adapter, asked for numbers. */
    OURS_NUMBERS,
    /** By hand, on Apache HttpClient 5, Jackson's streaming parser. */
    HC5_BASE64,
    /** The same with numbers. */
    HC5_NUMBERS,
    /** By hand, on the JDK's client, Jackson's databind. */
    JDK_NUMBERS;

    Client at(String url) {
        return switch (this) {
            case OURS_BASE64 -> new AdapterEmbedding(url, true);
            case OURS_NUMBERS -> new AdapterEmbedding(url, false);
            case HC5_BASE64 -> new HttpClient5Embedding(url, true);
            case HC5_NUMBERS -> new HttpClient5Embedding(url, false);
            case JDK_NUMBERS -> new JdkEmbedding(url);
        };
    }

    /** Who is measured. */
    interface Client extends AutoCloseable {
        /** {@return the vectors of {@link Vectors#texts()}} */
        List<float[]> embed();

        @Override
        void close();
    }
}
