/**
 * Finding texts by meaning: embeddings and reranking.
 *
 * <p>Begin with {@link io.modelrunner.retrieval.EmbeddingRequest} and {@link io.modelrunner.retrieval.RerankRequest}; ask an
 * adapter for its {@link io.modelrunner.retrieval.Embedder} or {@link io.modelrunner.retrieval.Reranker} by
 * {@code adapter.power(…)}.
 */
@NullMarked
package io.modelrunner.retrieval;

import org.jspecify.annotations.NullMarked;
