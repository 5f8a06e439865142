package io.modelrunner.http;

import io.modelrunner.Timeouts.Phase;
import io.modelrunner.retrieval.RerankRequest;
import io.modelrunner.retrieval.RerankResponse;
import io.modelrunner.retrieval.RerankResponse.Ranked;
import io.modelrunner.retrieval.Reranker;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reranking over HTTP.
 *
 * <p>Cohere's form answers with {@code results[{index, relevance_score}]}, that of Text Embeddings Inference with a bare array
 * of {@code {index, score}} (both recorded from llama.cpp); which one comes is seen by its first character.
 */
record HttpReranker(HttpAdapter adapter) implements Reranker {
    private static final String EXPECTED = "a ranking";

    @Override
    public RerankResponse rerank(RerankRequest request) {
        Posting posting = new Posting(
                request.model(), new Posting.Body(body(request)), request.headers(), request.timeouts(), Site::rerank);
        Call call = posting.open(new Attempts(adapter, request.timeouts()), Phase.ANSWER);
        byte[] body = call.readAll(Call.LONGEST_ANSWER);
        List<Ranked> ranking = read(call, body, request.texts().size());
        // llama.cpp ignores top_n in the form of texts.
        int most = request.topN().orElse(ranking.size());
        RerankResponse whole = new RerankResponse(request.model(), adapter.name(), ranking, call.timeline("answered"));
        return most >= ranking.size()
                ? whole
                : new RerankResponse(
                        whole.model(), whole.adapter(), whole.ranking().subList(0, most), whole.timeline());
    }

    private static byte[] body(RerankRequest request) {
        String texts = request.form() == RerankRequest.Form.DOCUMENTS ? "documents" : "texts";
        return Json.write(json -> {
            json.writeStringProperty("model", request.model().text());
            json.writeStringProperty("query", request.query());
            json.writeArrayPropertyStart(texts);
            request.texts().forEach(json::writeString);
            json.writeEndArray();
            request.topN().ifPresent(most -> json.writeNumberProperty("top_n", most));
        });
    }

    private static List<Ranked> read(Call call, byte[] body, int texts) {
        List<Ranked> ranking = new ArrayList<>();
        try (JsonParser json = Json.parser(body, 0, body.length)) {
            if (json.nextToken() == JsonToken.START_OBJECT) {
                for (String field = json.nextName(); field != null; field = json.nextName()) {
                    json.nextToken();
                    if (field.equals("results")) {
                        results(json, ranking);
                    } else {
                        json.skipChildren();
                    }
                }
            } else {
                results(json, ranking);
            }
        } catch (JacksonException e) {
            throw HttpAdapter.notTheForm(call, EXPECTED, e);
        }
        boolean sound = ranking.stream()
                .allMatch(ranked -> ranked.index() >= 0 && ranked.index() < texts && !Double.isNaN(ranked.score()));
        long different = ranking.stream().mapToInt(Ranked::index).distinct().count();
        if (ranking.isEmpty() || !sound || different < ranking.size()) {
            throw HttpAdapter.notTheForm(call, EXPECTED, null);
        }
        return ranking;
    }

    private static void results(JsonParser json, List<Ranked> ranking) {
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
