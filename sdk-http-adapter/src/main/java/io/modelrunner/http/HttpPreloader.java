package io.modelrunner.http;

import static java.util.Objects.requireNonNull;

import io.modelrunner.Failure;
import io.modelrunner.ModelName;
import io.modelrunner.OperationMissingException;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.adapter.Preloader;
import java.net.URI;
import java.util.Map;

/**
 * Loads a model by an inference request that asks for nothing else: with {@code X-Preload-Only: true} Docker Model Runner
 * starts the engine and answers 200 with an empty body (recorded). Other servers know nothing of it.
 */
record HttpPreloader(HttpAdapter adapter) implements Preloader {
    @Override
    public void preload(String model, Purpose purpose) {
        ModelName name = ModelName.of(model);
        requireNonNull(purpose, "purpose");
        Attempts attempts = new Attempts(adapter, adapter.timeouts());
        Posting posting = new Posting(
                name,
                new Posting.Body(Json.write(json -> json.writeStringProperty("model", name.text()))),
                Map.of("X-Preload-Only", "true"),
                adapter.timeouts(),
                (routes, tries) -> where(purpose, routes, tries));
        posting.open(attempts, Phase.LOAD, adapter.routes()).readSome(HttpAdapter.LONGEST_ERROR);
    }

    private URI where(Purpose purpose, Routes routes, Attempts attempts) {
        Dialect dialect = routes.dialect(attempts);
        if (dialect != Dialect.MODEL_RUNNER) {
            String what = dialect.label() + " at " + adapter.endpoint() + " can't load a model in advance";
            throw new OperationMissingException(Failure.of(what)
                    .adapter(adapter.name())
                    .endpoint(adapter.endpoint().toString())
                    .remedy("use Docker Model Runner", "models shall be loaded in advance")
                    .build());
        }
        return switch (purpose) {
            case CHAT -> routes.openAi("/chat/completions", attempts);
            case EMBEDDING -> routes.openAi("/embeddings", attempts);
            case RERANKING -> routes.rerank(attempts);
        };
    }
}
