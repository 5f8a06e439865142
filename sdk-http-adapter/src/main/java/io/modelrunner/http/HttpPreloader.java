package io.modelrunner.http;

import io.modelrunner.ModelName;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.adapter.Preloader.Purpose;
import java.net.URI;
import java.util.Map;

/**
 * Loads a model by an inference request that asks for nothing else: with {@code X-Preload-Only: true} Docker Model Runner
 * starts the engine and answers 200 with an empty body (recorded). Other servers know nothing of it.
 */
record HttpPreloader(HttpAdapter adapter) {
    void preload(ModelName name, Purpose purpose) {
        Attempts attempts = new Attempts(adapter, adapter.timeouts());
        Posting posting = new Posting(
                name,
                new Posting.Body(Json.write(json -> json.writeStringProperty("model", name.text()))),
                Map.of("X-Preload-Only", "true"),
                adapter.timeouts(),
                (site, tries) -> where(purpose, site, tries));
        posting.open(attempts, Phase.LOAD).readSome(HttpAdapter.LONGEST_ERROR);
    }

    private static URI where(Purpose purpose, Site site, Attempts attempts) {
        Dialect dialect = site.dialect(attempts);
        if (dialect != Dialect.MODEL_RUNNER) {
            throw site.lacks(dialect, "can't load a model in advance");
        }
        return switch (purpose) {
            case CHAT -> site.openAi("/chat/completions", attempts);
            case EMBEDDING -> site.openAi("/embeddings", attempts);
            case RERANKING -> site.rerank(attempts);
        };
    }
}
