package io.modelrunner.benchmarks;

import io.modelrunner.http.HttpAdapter;
import io.modelrunner.retrieval.Embedder;
import io.modelrunner.retrieval.EmbeddingRequest;
import java.util.List;

/** Ours: the adapter as its users use it. */
final class AdapterEmbedding implements EmbeddingWay.Client {
    private final HttpAdapter adapter;
    private final Embedder embedder;
    private final EmbeddingRequest request;

    AdapterEmbedding(String url, boolean base64) {
        adapter = HttpAdapter.at(url);
        embedder = adapter.power(Embedder.class).orElseThrow();
        request = EmbeddingRequest.builder("ai/tiny", Vectors.texts())
                .base64(base64)
                .build();
    }

    @Override
    public List<float[]> embed() {
        return embedder.embed(request).vectors();
    }

    @Override
    public void close() {
        adapter.close();
    }
}
