package io.modelrunner.retrieval;

import io.modelrunner.ModelRunnerException;

/** The power to turn texts into vectors. Safe for use by several threads. */
public interface Embedder {
    /**
     * Turns texts into vectors.
     *
     * @param request what to embed; not null
     * @return a vector for each text, in the order of the texts
     * @throws ModelRunnerException if there is not a vector for every text; its category says what to do next
     */
    EmbeddingResponse embed(EmbeddingRequest request);
}
