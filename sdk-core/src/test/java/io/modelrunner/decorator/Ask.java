package io.modelrunner.decorator;

import io.modelrunner.Answer;
import io.modelrunner.adapter.CallInfo.Operation;
import io.modelrunner.adapter.Completer;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.CompletionRequest;
import io.modelrunner.retrieval.Embedder;
import io.modelrunner.retrieval.EmbeddingRequest;
import io.modelrunner.retrieval.RerankRequest;
import io.modelrunner.retrieval.Reranker;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;

/** The ways to ask something of an adapter that listeners are told of. */
enum Ask {
    CHAT(Operation.CHAT, ChatRequest.of("ai/a", Ask.SECRET), LLMAdapter::chat),
    STREAM(
            Operation.CHAT,
            ChatRequest.of("ai/a", Ask.SECRET),
            (adapter, request) -> adapter.stream(request).join()),
    COMPLETION(
            Operation.COMPLETION,
            CompletionRequest.of("ai/a", Ask.SECRET),
            (adapter, request) -> adapter.power(Completer.class).orElseThrow().complete(request)),
    STREAMED_COMPLETION(
            Operation.COMPLETION,
            CompletionRequest.of("ai/a", Ask.SECRET),
            (adapter, request) -> adapter.power(Completer.class)
                    .orElseThrow()
                    .streamCompletion(request)
                    .join()),
    EMBEDDING(
            Operation.EMBEDDING,
            EmbeddingRequest.of("ai/a", Ask.SECRET),
            (adapter, request) -> adapter.power(Embedder.class).orElseThrow().embed(request)),
    RERANKING(
            Operation.RERANKING,
            RerankRequest.of("ai/a", Ask.SECRET, List.of(Ask.SECRET)),
            (adapter, request) -> adapter.power(Reranker.class).orElseThrow().rerank(request));

    static final String SECRET = "xyzzy";

    private final Operation operation;
    private final Object request;
    private final BiFunction<LLMAdapter, Object, Answer> call;

    @SuppressWarnings("unchecked") // the request that the call was written for
    <R> Ask(Operation operation, R request, BiFunction<LLMAdapter, R, ? extends Answer> call) {
        this.operation = operation;
        this.request = request;
        this.call = (BiFunction<LLMAdapter, Object, Answer>) call;
    }

    Operation operation() {
        return operation;
    }

    Object request() {
        return request;
    }

    boolean streamed() {
        return this == STREAM || this == STREAMED_COMPLETION;
    }

    /** {@return what a call of this kind to a mock is called} */
    String words() {
        String kind = operation.name().toLowerCase(Locale.ROOT);
        return (streamed() ? "streamed " : "") + kind + " of ai/a by mock";
    }

    Answer of(LLMAdapter adapter) {
        return call.apply(adapter, request);
    }
}
