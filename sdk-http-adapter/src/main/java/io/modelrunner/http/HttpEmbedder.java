package io.modelrunner.http;

import io.modelrunner.AttemptTimeline;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.retrieval.Embedder;
import io.modelrunner.retrieval.EmbeddingRequest;
import io.modelrunner.retrieval.EmbeddingResponse;
import java.util.ArrayList;
import java.util.List;

/**
 * Embeddings over HTTP.
 *
 * <p>Texts go in batches, one after the other: no larger than asked for, and no longer than a request may be. Vectors are
 * asked for as base64, which is a third of the bytes and needs no parsing of numbers.
 */
record HttpEmbedder(HttpAdapter adapter) implements Embedder {
    @Override
    public EmbeddingResponse embed(EmbeddingRequest request) {
        List<float[]> vectors = new ArrayList<>(request.texts().size());
        AttemptTimeline timeline = AttemptTimeline.empty();
        int tokens = 0;
        String served = null;
        for (int from = 0; from < request.texts().size(); from = vectors.size()) {
            List<String> batch = batch(request, from);
            Call call = posting(request, batch).open(new Attempts(adapter, request.timeouts(), timeline), Phase.ANSWER);
            EmbeddingReader reader = new EmbeddingReader(batch.size());
            vectors.addAll(reader.read(call, call.readAll(Call.LONGEST_ANSWER)));
            tokens = tokens < 0 || reader.promptTokens() < 0 ? -1 : tokens + reader.promptTokens();
            served = reader.servedModel();
            timeline = call.timeline("answered");
        }
        return response(request, vectors).withFacts(tokens, served).withTimeline(timeline);
    }

    private EmbeddingResponse response(EmbeddingRequest request, List<float[]> vectors) {
        return EmbeddingResponse.of(request.model(), adapter.name(), vectors);
    }

    /** The texts from one on that fit into a request; a text that is too long by itself makes one of its own, and fails there. */
    private List<String> batch(EmbeddingRequest request, int from) {
        List<String> texts = request.texts();
        long left = adapter.maxRequestBytes() - 1_024 - request.model().text().length() * 6L;
        int to = from;
        while (to < texts.size() && to - from < request.batchSize()) {
            left -= Json.mostBytes(texts.get(to)) + 3;
            if (left < 0 && to > from) {
                break;
            }
            to++;
        }
        return texts.subList(from, to);
    }

    private static Posting posting(EmbeddingRequest request, List<String> batch) {
        byte[] body = Json.write(json -> {
            json.writeStringProperty("model", request.model().text());
            json.writeArrayPropertyStart("input");
            batch.forEach(json::writeString);
            json.writeEndArray();
            if (request.base64()) {
                json.writeStringProperty("encoding_format", "base64");
            }
        });
        return new Posting(
                request.model(),
                new Posting.Body(body),
                request.headers(),
                request.timeouts(),
                Posting.to("/embeddings"));
    }
}
