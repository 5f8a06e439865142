package io.modelrunner.http;

import io.modelrunner.Timeouts.Phase;
import io.modelrunner.retrieval.RerankRequest;
import io.modelrunner.retrieval.RerankResponse;
import io.modelrunner.retrieval.RerankResponse.Ranked;
import io.modelrunner.retrieval.Reranker;
import java.util.List;
import tools.jackson.core.JacksonException;

/** Reranking over HTTP. */
record HttpReranker(HttpAdapter adapter) implements Reranker {
    private static final String EXPECTED = "a ranking";

    @Override
    public RerankResponse rerank(RerankRequest request) {
        Posting posting = new Posting(
                request.model(), new Posting.Body(body(request)), request.headers(), request.timeouts(), Site::rerank);
        Call call = posting.open(new Attempts(adapter, request.timeouts()), Phase.ANSWER);
        byte[] body = call.readAll(Call.LONGEST_ANSWER);
        RankingReader reader = new RankingReader(request.texts().size());
        try {
            reader.read(body);
        } catch (JacksonException e) {
            throw HttpAdapter.notTheForm(call, EXPECTED, e);
        }
        if (!reader.isSound()) {
            throw HttpAdapter.notTheForm(call, EXPECTED, null);
        }
        return response(request, reader.ranking())
                .withPromptTokens(reader.promptTokens())
                .withTimeline(call.timeline("answered"));
    }

    private RerankResponse response(RerankRequest request, List<Ranked> ranking) {
        RerankResponse whole = RerankResponse.of(request.model(), adapter.name(), ranking);
        // llama.cpp ignores top_n in the form of texts.
        int most = request.topN().orElse(ranking.size());
        return most >= ranking.size()
                ? whole
                : RerankResponse.of(
                        whole.model(), whole.adapter(), whole.ranking().subList(0, most));
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
}
