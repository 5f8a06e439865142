package io.modelrunner.retrieval;

import static java.util.Objects.requireNonNull;

import io.modelrunner.Answer;
import io.modelrunner.AttemptTimeline;
import io.modelrunner.ModelName;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Vectors, one for each text of a request and in its order. */
public final class EmbeddingResponse implements Answer {
    private final ModelName model;
    private final String adapter;
    private final List<float[]> vectors;
    private final int promptTokens;
    private final @Nullable String servedModel;
    private final AttemptTimeline timeline;

    private EmbeddingResponse(
            ModelName model,
            String adapter,
            List<float[]> vectors,
            int promptTokens,
            @Nullable String servedModel,
            AttemptTimeline timeline) {
        this.model = requireNonNull(model, "model");
        this.adapter = requireNonNull(adapter, "adapter");
        this.vectors = List.copyOf(vectors);
        this.promptTokens = promptTokens;
        this.servedModel = servedModel;
        this.timeline = requireNonNull(timeline, "timeline");
    }

    /**
     * {@return a response}
     *
     * @param model the model as it was asked for
     * @param adapter the name of the adapter
     * @param vectors the vectors in the order of the texts; the list is copied, the arrays are not
     */
    public static EmbeddingResponse of(ModelName model, String adapter, List<float[]> vectors) {
        return new EmbeddingResponse(model, adapter, vectors, -1, null, AttemptTimeline.empty());
    }

    /**
     * {@return the same response with what the server said beside the vectors}
     *
     * @param tokens tokens of all texts; negative if unknown
     * @param served what the server calls the model; null if unknown
     */
    public EmbeddingResponse withFacts(int tokens, @Nullable String served) {
        return new EmbeddingResponse(model, adapter, vectors, tokens, served, timeline);
    }

    /**
     * {@return the same response with the tries that led to it}
     *
     * @param tries those of all batches, in order; not null
     */
    public EmbeddingResponse withTimeline(AttemptTimeline tries) {
        return new EmbeddingResponse(model, adapter, vectors, promptTokens, servedModel, tries);
    }

    /** {@return the vectors in the order of the texts; the list is immutable, the arrays are the caller's} */
    public List<float[]> vectors() {
        return vectors;
    }

    /** {@return how many numbers a vector has} */
    public int dimensions() {
        return vectors.isEmpty() ? 0 : vectors.get(0).length;
    }

    /** {@return the tokens of all texts, if the server counted them} */
    @Override
    public OptionalInt promptTokens() {
        return promptTokens < 0 ? OptionalInt.empty() : OptionalInt.of(promptTokens);
    }

    /** {@return the model as it was asked for} */
    @Override
    public ModelName model() {
        return model;
    }

    /** {@return what the server calls the model} */
    public Optional<String> servedModel() {
        return Optional.ofNullable(servedModel);
    }

    /** {@return the name of the adapter that answered} */
    @Override
    public String adapter() {
        return adapter;
    }

    /** {@return the tries that led to this, those of all batches; empty if the adapter keeps none} */
    @Override
    public AttemptTimeline timeline() {
        return timeline;
    }

    @Override
    public String toString() {
        return "EmbeddingResponse[" + model + " by " + adapter + ", " + vectors.size() + " × " + dimensions() + "]";
    }
}
