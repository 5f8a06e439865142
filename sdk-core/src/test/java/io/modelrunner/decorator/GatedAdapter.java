package io.modelrunner.decorator;

import io.modelrunner.CancelledException;
import io.modelrunner.Capability;
import io.modelrunner.Failure;
import io.modelrunner.Model;
import io.modelrunner.ModelName;
import io.modelrunner.adapter.Completer;
import io.modelrunner.adapter.Health;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.adapter.Preloader;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.chat.CompletionRequest;
import io.modelrunner.chat.Message;
import io.modelrunner.retrieval.Embedder;
import io.modelrunner.retrieval.EmbeddingRequest;
import io.modelrunner.retrieval.EmbeddingResponse;
import io.modelrunner.retrieval.RerankRequest;
import io.modelrunner.retrieval.RerankResponse;
import io.modelrunner.retrieval.Reranker;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;

/** An adapter whose calls are under way until the test ends them. */
final class GatedAdapter implements LLMAdapter, Embedder, Reranker, Completer, Preloader {
    static final String NAME = "gated";

    private final BlockingQueue<Gate> begun = new LinkedBlockingQueue<>();
    private volatile boolean closed;

    /** {@return the next call that has begun} */
    Gate begun() {
        try {
            Gate gate = begun.poll(10, TimeUnit.SECONDS);
            if (gate == null) {
                throw new AssertionError("no call has begun");
            }
            return gate;
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    boolean hasBegunMore() {
        return !begun.isEmpty();
    }

    private Gate begin(ModelName model, String what) {
        Gate gate = new Gate(what, model);
        begun.add(gate);
        return gate;
    }

    private ChatResponse answer(ModelName model, String what) {
        begin(model, what).await();
        return ChatResponse.builder(model, NAME).appendText(what).build();
    }

    static String text(ChatRequest request) {
        return ((Message.User) request.messages().get(0)).text();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Health health() {
        return closed
                ? Health.down(new CancelledException(Failure.of("closed").build()))
                : Health.up("test", null, "here");
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of(Capability.SAMPLING);
    }

    @Override
    public List<Model> listModels() {
        return List.of(Model.builder(ModelName.of("ai/a")).build());
    }

    @Override
    public ChatResponse chat(ChatRequest request) {
        request.checkCarriedBy(NAME, capabilities());
        return answer(request.model(), text(request));
    }

    @Override
    public ChatStream stream(ChatRequest request) {
        request.checkCarriedBy(NAME, capabilities());
        return stream(request.model(), text(request));
    }

    private ChatStream stream(ModelName model, String what) {
        return ChatStream.of(new GatedSource(this::begin, model, what));
    }

    @Override
    public EmbeddingResponse embed(EmbeddingRequest request) {
        begin(request.model(), "embedding").await();
        return EmbeddingResponse.of(request.model(), NAME, List.of(new float[] {1}));
    }

    @Override
    public RerankResponse rerank(RerankRequest request) {
        begin(request.model(), "reranking").await();
        return RerankResponse.of(request.model(), NAME, List.of());
    }

    @Override
    public ChatResponse complete(CompletionRequest request) {
        return answer(request.model(), "completion");
    }

    @Override
    public ChatStream streamCompletion(CompletionRequest request) {
        return stream(request.model(), "streamed completion");
    }

    @Override
    public void preload(String model, Purpose purpose) {
        begin(ModelName.of(model), "preload").await();
    }

    @Override
    public void close() {
        closed = true;
    }

    /** A text with the first pull, and the rest when the test lets it go. */
    private static final class GatedSource implements ChatStream.Source {
        private final BiFunction<ModelName, String, Gate> begin;
        private final ModelName model;
        private final String what;
        private volatile Gate gate;

        GatedSource(BiFunction<ModelName, String, Gate> begin, ModelName model, String what) {
            this.begin = begin;
            this.model = model;
            this.what = what;
        }

        @Override
        public ChatEvent next() {
            if (gate == null) {
                gate = begin.apply(model, what);
                return new ChatEvent.Text(what);
            }
            gate.await();
            return new ChatEvent.Completed(
                    ChatResponse.builder(model, NAME).appendText(what).build());
        }

        @Override
        public CancelledException cancelled() {
            return Gate.cancelled(model, gate == null ? "" : what);
        }

        @Override
        public void close() {
            Gate begun = gate;
            if (begun != null) {
                begun.fail(Gate.cancelled(model, what));
            }
        }
    }
}
