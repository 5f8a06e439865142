package io.modelrunner.testing.fake;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.modelrunner.testing.internal.Json;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is cut where it has to be, with what is counted about it.
 *
 * @param pieces the text, token by token
 * @param thoughts what was thought before, token by token
 * @param calls the calls of tools, with ids
 * @param finish why it ends
 * @param promptTokens how long the question was
 * @param tokens how long the answer is
 * @param id of the answer
 * @param file of the model, as the engine names it
 * @param created in seconds
 */
record Completion(
        List<String> pieces,
        List<String> thoughts,
        List<ToolCall> calls,
        String finish,
        int promptTokens,
        int tokens,
        String id,
        String file,
        long created) {
    private static final int ID = 32;
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final Random RANDOM = new SecureRandom();

    /**
     * A call of a tool.
     *
     * @param id what the answer to it will name
     * @param call the call
     */
    record ToolCall(String id, FakeAnswer.Call call) {
        Map<String, @Nullable Object> shown() {
            return Json.object(
                    "type",
                    "function",
                    "function",
                    Json.object("name", call.name(), "arguments", call.arguments()),
                    "id",
                    id);
        }
    }

    static Completion of(FakeAnswer answer, List<String> stops, int maxTokens, int promptTokens, StoredModel model) {
        String text = answer.text();
        for (String stop : stops) {
            int at = stop.isEmpty() ? -1 : text.indexOf(stop);
            text = at < 0 ? text : text.substring(0, at);
        }
        List<String> thoughts = Tokens.of(answer.reasoning().orElse(""));
        List<String> pieces = Tokens.of(text);
        String finish = answer.calls().isEmpty() ? "stop" : "tool_calls";
        int tokens = thoughts.size() + pieces.size() + 1;
        for (FakeAnswer.Call call : answer.calls()) {
            tokens += Tokens.count(call.name() + call.arguments());
        }
        if (maxTokens >= 0 && pieces.size() >= maxTokens) {
            pieces = pieces.subList(0, maxTokens);
            finish = "length";
            tokens = maxTokens;
        }
        List<ToolCall> calls = answer.calls().stream()
                .map(call -> new ToolCall(randomId(), call))
                .toList();
        return new Completion(
                pieces,
                thoughts,
                calls,
                finish,
                promptTokens,
                tokens,
                "chatcmpl-" + randomId(),
                model.path(),
                System.currentTimeMillis() / 1000);
    }

    private static String randomId() {
        return IntStream.range(0, ID)
                .mapToObj(
                        i -> LETTERS.substring(RANDOM.nextInt(LETTERS.length())).substring(0, 1))
                .collect(Collectors.joining());
    }

    String text() {
        return String.join("", pieces);
    }

    /** {@return the message as it is shown whole} */
    Map<String, @Nullable Object> message() {
        Map<String, @Nullable Object> message = Json.object("role", "assistant", "content", text());
        if (!thoughts.isEmpty()) {
            message.put("reasoning_content", String.join("", thoughts));
        }
        if (!calls.isEmpty()) {
            message.put("tool_calls", calls.stream().map(ToolCall::shown).toList());
        }
        return message;
    }

    /** {@return the members that all answers of the engine have, in its order} */
    Map<String, @Nullable Object> envelope(List<?> choices, String object, boolean counted) {
        Map<String, @Nullable Object> all = Json.object(
                "choices",
                choices,
                "created",
                created,
                "model",
                file,
                "system_fingerprint",
                "b11669-fake",
                "object",
                object);
        if (counted) {
            all.put("usage", usage());
        }
        all.put("id", id);
        return all;
    }

    Map<String, @Nullable Object> usage() {
        return Json.object(
                "completion_tokens",
                tokens,
                "prompt_tokens",
                promptTokens,
                "total_tokens",
                promptTokens + tokens,
                "prompt_tokens_details",
                Json.object("cached_tokens", 0));
    }

    /** {@return how long the engine would say that it took} It is a pretence: a tenth of a millisecond for each token. */
    Map<String, @Nullable Object> timings() {
        return Json.object(
                "cache_n",
                0,
                "prompt_n",
                promptTokens,
                "prompt_ms",
                promptTokens / 10.0,
                "prompt_per_token_ms",
                0.1,
                "prompt_per_second",
                10_000.5,
                "predicted_n",
                tokens,
                "predicted_ms",
                tokens / 10.0,
                "predicted_per_token_ms",
                0.1,
                "predicted_per_second",
                10_000.5);
    }

    /** {@return pretended probabilities of the tokens} */
    Map<String, @Nullable Object> logprobs(int beside) {
        List<Map<String, @Nullable Object>> content = new ArrayList<>();
        for (String piece : pieces) {
            Map<String, @Nullable Object> token = probability(piece, -0.01);
            List<Map<String, @Nullable Object>> top = new ArrayList<>();
            for (int i = 0; i < beside; i++) {
                top.add(probability(i == 0 ? piece : "?", i == 0 ? -0.01 : -5.5 - i));
            }
            token.put("top_logprobs", top);
            content.add(token);
        }
        return Json.object("content", content);
    }

    private static Map<String, @Nullable Object> probability(String piece, double logprob) {
        List<Integer> bytes = new ArrayList<>();
        for (byte b : piece.getBytes(UTF_8)) {
            bytes.add(b & 0xff);
        }
        return Json.object(
                "id", Math.floorMod(piece.hashCode(), 1024), "token", piece, "bytes", bytes, "logprob", logprob);
    }
}
