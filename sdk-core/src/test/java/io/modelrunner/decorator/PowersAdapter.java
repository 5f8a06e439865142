package io.modelrunner.decorator;

import io.modelrunner.ModelRunnerException;
import io.modelrunner.adapter.Completer;
import io.modelrunner.adapter.Preloader;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.chat.CompletionRequest;
import io.modelrunner.mock.MockAdapter;
import io.modelrunner.mock.MockReply;
import io.modelrunner.retrieval.Embedder;
import io.modelrunner.retrieval.EmbeddingRequest;
import io.modelrunner.retrieval.EmbeddingResponse;
import io.modelrunner.retrieval.RerankRequest;
import io.modelrunner.retrieval.RerankResponse;
import io.modelrunner.retrieval.Reranker;
import java.util.List;

/** An adapter that has all powers, and for all of them the same text, or the same failure. */
final class PowersAdapter extends Decorator implements Embedder, Reranker, Completer, Preloader {
    private PowersAdapter(MockReply reply) {
        super(MockAdapter.builder().otherwise(reply).build());
    }

    static PowersAdapter answering(String... pieces) {
        return new PowersAdapter(MockReply.pieces(pieces));
    }

    static PowersAdapter failing(ModelRunnerException failure) {
        return new PowersAdapter(MockReply.failure(() -> failure));
    }

    @Override
    public ChatResponse chat(ChatRequest request) {
        return adapter.chat(request);
    }

    @Override
    public ChatStream stream(ChatRequest request) {
        return adapter.stream(request);
    }

    @Override
    public ChatResponse complete(CompletionRequest request) {
        return adapter.chat(ChatRequest.of(request.model().text(), request.prompt()));
    }

    @Override
    public ChatStream streamCompletion(CompletionRequest request) {
        return adapter.stream(ChatRequest.of(request.model().text(), request.prompt()));
    }

    @Override
    public EmbeddingResponse embed(EmbeddingRequest request) {
        adapter.chat(ChatRequest.of(request.model().text(), "embed"));
        return EmbeddingResponse.of(request.model(), name(), List.of(new float[] {1, 2}))
                .withFacts(5, null);
    }

    @Override
    public RerankResponse rerank(RerankRequest request) {
        adapter.chat(ChatRequest.of(request.model().text(), "rerank"));
        return RerankResponse.of(request.model(), name(), List.of(new RerankResponse.Ranked(0, 1)));
    }

    @Override
    public void preload(String model, Purpose purpose) {
        adapter.chat(ChatRequest.of(model, "preload"));
    }
}
