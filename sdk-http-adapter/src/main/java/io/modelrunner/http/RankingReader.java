package io.modelrunner.http;

import io.modelrunner.retrieval.RerankResponse.Ranked;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads a ranking.
 *
 * <p>Cohere's form answers with {@code results[{index, relevance_score}]} and {@code usage}, that of Text Embeddings Inference
 * with a bare array of {@code {index, score}} (both recorded from llama.cpp); which one comes is seen by its first character.
 */
final class RankingReader {
    private final int texts;
    private final List<Ranked> ranking = new ArrayList<>();
    private int promptTokens = -1;

    /** @param texts how many there are to rank */
    RankingReader(int texts) {
        this.texts = texts;
    }

    /** {@return the texts as the server sent them} */
    List<Ranked> ranking() {
        return ranking;
    }

    /** {@return the tokens of query and texts; negative if the server didn't say} */
    int promptTokens() {
        return promptTokens;
    }

    /** {@return whether it is a ranking of these texts, each no more than once} */
    boolean isSound() {
        boolean known = ranking.stream()
                .allMatch(ranked -> ranked.index() >= 0 && ranked.index() < texts && !Double.isNaN(ranked.score()));
        long different = ranking.stream().mapToInt(Ranked::index).distinct().count();
        return known && different == ranking.size() && !ranking.isEmpty();
    }

    /** Reads an answer. */
    void read(byte[] body) {
        try (JsonParser json = Json.parser(body, 0, body.length)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                results(json);
                return;
            }
            for (String field = json.nextName(); field != null; field = json.nextName()) {
                json.nextToken();
                switch (field) {
                    case "results" -> results(json);
                    case "usage" -> promptTokens = EmbeddingReader.promptTokens(json);
                    default -> json.skipChildren();
                }
            }
        }
    }

    private void results(JsonParser json) {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            json.skipChildren();
            return;
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() == JsonToken.START_OBJECT) {
                ranking.add(result(json));
            } else {
                json.skipChildren();
            }
        }
    }

    private static Ranked result(JsonParser json) {
        int index = -1;
        double score = Double.NaN;
        for (String field = json.nextName(); field != null; field = json.nextName()) {
            json.nextToken();
            switch (field) {
                case "index" -> index = Json.number(json);
                case "relevance_score", "score" -> score = Json.decimal(json);
                default -> json.skipChildren();
            }
        }
        return new Ranked(index, score);
    }
}
