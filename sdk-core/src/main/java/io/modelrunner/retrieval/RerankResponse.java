package io.modelrunner.retrieval;

import static java.util.Objects.requireNonNull;

import io.modelrunner.Answer;
import io.modelrunner.AttemptTimeline;
import io.modelrunner.ModelName;
import java.util.Comparator;
import java.util.List;

/**
 * Texts in order of rank. Immutable.
 *
 * <p>Scores are the model's own, comparable within one response only; llama.cpp's may be negative. A chat model asked to rank
 * answers with scores that mean nothing (recorded from the runner).
 *
 * @param model the model as it was asked for
 * @param adapter the name of the adapter that answered
 * @param ranking the texts, best first; immutable
 * @param timeline the tries that led to this; empty if the adapter keeps none
 */
public record RerankResponse(ModelName model, String adapter, List<Ranked> ranking, AttemptTimeline timeline)
        implements Answer {
    /**
     * Orders the ranking by score and copies it.
     *
     * @param model the model as it was asked for
     * @param adapter the name of the adapter that answered
     * @param ranking the texts, in any order
     * @param timeline the tries that led to this
     */
    public RerankResponse {
        requireNonNull(model, "model");
        requireNonNull(adapter, "adapter");
        requireNonNull(timeline, "timeline");
        ranking = ranking.stream()
                .sorted(Comparator.comparingDouble(Ranked::score).reversed())
                .toList();
    }

    /**
     * A text's place.
     *
     * @param index the place of the text in the request, from 0
     * @param score how well it answers the query; higher is better
     */
    public record Ranked(int index, double score) {}
}
