package io.modelrunner.retrieval;

import io.modelrunner.ModelRunnerException;

/** The power to order texts by how well they answer a query. Safe for use by several threads. */
public interface Reranker {
    /**
     * Orders texts.
     *
     * @param request what to order; not null
     * @return the texts by rank
     * @throws ModelRunnerException if they can't be ranked; its category says what to do next
     */
    RerankResponse rerank(RerankRequest request);
}
