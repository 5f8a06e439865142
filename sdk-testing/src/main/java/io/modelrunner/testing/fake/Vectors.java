package io.modelrunner.testing.fake;

import io.modelrunner.testing.internal.Json;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Pretends to embed and to rerank: the vector of a text is the sum of vectors that stand for its words, so it is the same
 * every time, and texts that share words are near each other.
 */
final class Vectors {
    private static final int LENGTH = 128;
    private static final int BATCH = 512;
    private static final int AROUND_PAIR = 4;

    private Vectors() {}

    static float[] of(String text) {
        double[] sum = new double[LENGTH];
        for (String piece : Tokens.of(text)) {
            Random random = new Random(piece.strip().toLowerCase(Locale.ROOT).hashCode());
            for (int i = 0; i < LENGTH; i++) {
                sum[i] += random.nextGaussian();
            }
        }
        double length = Math.sqrt(java.util.Arrays.stream(sum).map(x -> x * x).sum());
        float[] vector = new float[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            vector[i] = (float) (sum[i] / Math.max(length, 1e-9));
        }
        return vector;
    }

    static Reply embeddings(Map<String, @Nullable Object> asked, String model, boolean pools) {
        if (!pools) {
            throw ChatQuestion.invalid(
                    "Pooling type 'none' is not OAI compatible. Please use a different pooling type");
        }
        List<String> inputs = inputs(asked.get("input"));
        if (inputs.isEmpty() || inputs.contains("")) {
            throw ChatQuestion.invalid("\"input\" must not be empty");
        }
        boolean base64 = "base64".equals(asked.get("encoding_format"));
        List<Map<String, @Nullable Object>> data = new ArrayList<>();
        int tokens = 0;
        for (String input : inputs) {
            int count = Tokens.count(input);
            if (count > BATCH) {
                throw new Refusal(Reply.engineError(
                        500,
                        "server_error",
                        "input (" + count + " tokens) is too large to process. increase the physical batch size"
                                + " (current batch size: 512)"));
            }
            tokens += count;
            Map<String, @Nullable Object> one =
                    Json.object("embedding", base64 ? encoded(of(input)) : list(of(input)), "index", data.size());
            one.put("object", "embedding");
            if (base64) {
                one.put("encoding_format", "base64");
            }
            data.add(one);
        }
        return Reply.engine(200, Json.object("model", model, "object", "list", "usage", usage(tokens), "data", data));
    }

    private static List<String> inputs(@Nullable Object input) {
        if (input instanceof String text) {
            return List.of(text);
        }
        if (!(input instanceof List<?> list)) {
            throw ChatQuestion.invalid("\"input\" or \"content\" must be provided");
        }
        boolean tokens = !list.isEmpty() && list.get(0) instanceof Number;
        return tokens
                ? List.of(list.toString())
                : list.stream().map(String::valueOf).toList();
    }

    private static Map<String, @Nullable Object> usage(int tokens) {
        return Json.object("prompt_tokens", tokens, "total_tokens", tokens);
    }

    private static List<Float> list(float[] vector) {
        List<Float> list = new ArrayList<>();
        for (float one : vector) {
            list.add(one);
        }
        return list;
    }

    private static String encoded(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    static Reply rerank(Map<String, @Nullable Object> asked, String model) {
        if (!(asked.get("query") instanceof String query)) {
            throw ChatQuestion.invalid("\"query\" must be provided");
        }
        if (!(asked.get("documents") instanceof List<?> documents) || documents.isEmpty()) {
            throw ChatQuestion.invalid("\"documents\" must be a non-empty string array");
        }
        List<Map<String, @Nullable Object>> results = new ArrayList<>();
        List<Double> scores = new ArrayList<>();
        int tokens = 0;
        for (Object document : documents) {
            String text = String.valueOf(document);
            tokens += AROUND_PAIR + Tokens.count(query) + Tokens.count(text);
            scores.add(likeness(of(query), of(text)));
            results.add(Json.object("index", results.size(), "relevance_score", scores.get(results.size())));
        }
        results.sort(Comparator.comparingDouble(
                result -> -scores.get(((Number) java.util.Objects.requireNonNull(result.get("index"))).intValue())));
        int most = asked.get("top_n") instanceof Number number ? number.intValue() : results.size();
        List<Map<String, @Nullable Object>> best = results.subList(0, Math.max(0, Math.min(most, results.size())));
        return Reply.engine(
                200, Json.object("model", model, "object", "list", "usage", usage(tokens), "results", best));
    }

    private static double likeness(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < LENGTH; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }
}
