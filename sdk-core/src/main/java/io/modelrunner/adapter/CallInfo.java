package io.modelrunner.adapter;

import static java.util.Objects.requireNonNull;

import io.modelrunner.ModelName;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.CompletionRequest;
import io.modelrunner.retrieval.EmbeddingRequest;
import io.modelrunner.retrieval.RerankRequest;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * A call that listeners are told of: one object from its start to its end, so that it may be the key of a map. Immutable.
 */
public final class CallInfo {
    /** What a model is asked for. Later versions may bring more: give a switch a default. */
    public enum Operation {
        /** The next message of a conversation, by a {@link ChatRequest}. */
        CHAT,
        /** How a text goes on, by a {@link CompletionRequest}. */
        COMPLETION,
        /** Vectors, by an {@link EmbeddingRequest}. */
        EMBEDDING,
        /** A ranking, by a {@link RerankRequest}. */
        RERANKING
    }

    private final Operation operation;
    private final String adapter;
    private final ModelName model;
    private final Object request;
    private final boolean streamed;
    private final Instant started = Instant.now();

    private CallInfo(Operation operation, String adapter, ModelName model, Object request, boolean streamed) {
        this.operation = operation;
        this.adapter = requireNonNull(adapter, "adapter");
        this.model = model;
        this.request = request;
        this.streamed = streamed;
    }

    /**
     * {@return a chat that begins now}
     *
     * @param adapter the name of the adapter that is asked; not null
     * @param request what it is asked; not null
     * @param streamed whether the answer is streamed
     */
    public static CallInfo of(String adapter, ChatRequest request, boolean streamed) {
        return new CallInfo(Operation.CHAT, adapter, request.model(), request, streamed);
    }

    /**
     * {@return a text completion that begins now}
     *
     * @param adapter the name of the adapter that is asked; not null
     * @param request what it is asked; not null
     * @param streamed whether the answer is streamed
     */
    public static CallInfo of(String adapter, CompletionRequest request, boolean streamed) {
        return new CallInfo(Operation.COMPLETION, adapter, request.model(), request, streamed);
    }

    /**
     * {@return an embedding that begins now}
     *
     * @param adapter the name of the adapter that is asked; not null
     * @param request what it is asked; not null
     */
    public static CallInfo of(String adapter, EmbeddingRequest request) {
        return new CallInfo(Operation.EMBEDDING, adapter, request.model(), request, false);
    }

    /**
     * {@return a reranking that begins now}
     *
     * @param adapter the name of the adapter that is asked; not null
     * @param request what it is asked; not null
     */
    public static CallInfo of(String adapter, RerankRequest request) {
        return new CallInfo(Operation.RERANKING, adapter, request.model(), request, false);
    }

    /** {@return what the model is asked for} */
    public Operation operation() {
        return operation;
    }

    /** {@return whether the answer is streamed} */
    public boolean streamed() {
        return streamed;
    }

    /** {@return the name of the adapter that is asked; the one that answers may stand behind it} */
    public String adapter() {
        return adapter;
    }

    /** {@return the model that is asked} */
    public ModelName model() {
        return model;
    }

    /** {@return when the call began} */
    public Instant started() {
        return started;
    }

    /**
     * {@return what is asked, if it is of this type} It has the prompt or the texts: mind where they go.
     *
     * @param type the request's class, which follows from the {@linkplain #operation() operation}; not null
     * @param <T> the request
     */
    public <T> Optional<T> request(Class<T> type) {
        return type.isInstance(request) ? Optional.of(type.cast(request)) : Optional.empty();
    }

    /** {@return operation, model and adapter, such as {@code streamed chat of ai/smollm2 by http}; nothing of the prompt} */
    @Override
    public String toString() {
        return (streamed ? "streamed " : "") + operation.name().toLowerCase(Locale.ROOT) + " of " + model + " by "
                + adapter;
    }
}
