package io.modelrunner.retrieval;

import static java.util.Objects.requireNonNull;

import io.modelrunner.Answer;
import io.modelrunner.AttemptTimeline;
import io.modelrunner.ModelName;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;

/**
 * Texts in order of rank. Immutable.
 *
 * <p>Scores are the model's own, comparable within one response only; llama.cpp's may be negative. A chat model asked to rank
 * answers with scores that mean nothing (recorded from the runner).
 */
public final class RerankResponse implements Answer {
    private final ModelName model;
    private final String adapter;
    private final List<Ranked> ranking;
    private final int promptTokens;
    private final AttemptTimeline timeline;

    private RerankResponse(
            ModelName model, String adapter, List<Ranked> ranking, int promptTokens, AttemptTimeline timeline) {
        this.model = requireNonNull(model, "model");
        this.adapter = requireNonNull(adapter, "adapter");
        this.ranking = List.copyOf(ranking);
        this.promptTokens = promptTokens;
        this.timeline = requireNonNull(timeline, "timeline");
    }

    /**
     * {@return a response, whose ranking is ordered by score}
     *
     * @param model the model as it was asked for; not null
     * @param adapter the name of the adapter that answered; not null
     * @param ranking the texts, in any order; copied; not null
     */
    public static RerankResponse of(ModelName model, String adapter, List<Ranked> ranking) {
        List<Ranked> ordered = ranking.stream()
                .sorted(Comparator.comparingDouble(Ranked::score).reversed())
                .toList();
        return new RerankResponse(model, adapter, ordered, -1, AttemptTimeline.empty());
    }

    /**
     * {@return the same response with what the server counted}
     *
     * @param tokens tokens of the query and all texts; negative if unknown
     */
    public RerankResponse withPromptTokens(int tokens) {
        return new RerankResponse(model, adapter, ranking, tokens, timeline);
    }

    /**
     * {@return the same response with the tries that led to it}
     *
     * @param tries in their order; not null
     */
    public RerankResponse withTimeline(AttemptTimeline tries) {
        return new RerankResponse(model, adapter, ranking, promptTokens, tries);
    }

    /** {@return the model as it was asked for} */
    @Override
    public ModelName model() {
        return model;
    }

    /** {@return the name of the adapter that answered} */
    @Override
    public String adapter() {
        return adapter;
    }

    /** {@return the texts, best first; immutable} */
    public List<Ranked> ranking() {
        return ranking;
    }

    /** {@return the tokens of the query and all texts, if the server counted them} */
    @Override
    public OptionalInt promptTokens() {
        return promptTokens < 0 ? OptionalInt.empty() : OptionalInt.of(promptTokens);
    }

    /** {@return the tries that led to this; empty if the adapter keeps none} */
    @Override
    public AttemptTimeline timeline() {
        return timeline;
    }

    /** {@return model, adapter and the places with their scores} */
    @Override
    public String toString() {
        return "RerankResponse[" + model + " by " + adapter + ", " + ranking + "]";
    }

    /**
     * A text's place.
     *
     * @param index the place of the text in the request, from 0
     * @param score how well it answers the query; higher is better
     */
    public record Ranked(int index, double score) {}
}
