package io.modelrunner;

import static io.modelrunner.BoundsTable.text;

import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.CompletionRequest;
import io.modelrunner.chat.ContentPart;
import io.modelrunner.chat.Message;
import io.modelrunner.chat.ResponseFormat;
import io.modelrunner.chat.Tool;
import io.modelrunner.chat.ToolCall;
import io.modelrunner.chat.ToolChoice;
import io.modelrunner.chat.Usage;
import io.modelrunner.decorator.Caching;
import io.modelrunner.decorator.ConcurrencyLimit;
import io.modelrunner.fallback.Fallback;
import io.modelrunner.mock.MockAdapter;
import io.modelrunner.mock.MockReply;
import io.modelrunner.retrieval.EmbeddingRequest;
import io.modelrunner.retrieval.RerankRequest;
import io.modelrunner.store.RegistryRequest;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** For each field of {@code docs/bounds.md} what to do with an example. */
final class BoundsTries {
    private final Map<String, Consumer<String>> byField = new LinkedHashMap<>();

    private BoundsTries() {}

    static Map<String, Consumer<String>> byField() {
        BoundsTries tries = new BoundsTries();
        tries.addresses();
        tries.conversations();
        tries.messages();
        tries.toolCalls();
        tries.numbers();
        tries.tools();
        tries.extraFields();
        tries.headers();
        tries.retrieval();
        tries.waits();
        tries.decorators();
        tries.chains();
        ControlBoundsTries.byField().forEach(tries::attempt);
        return tries.byField;
    }

    private void attempt(String field, Consumer<String> attempt) {
        byField.put(field, attempt);
    }

    private static ChatRequest.Builder request() {
        return ChatRequest.builder("tiny").user("Hello");
    }

    private void addresses() {
        attempt("model", example -> RegistryRequest.of(text(example)));
        attempt("token", example -> RegistryRequest.builder("tiny").token(text(example)));
        attempt("endpoint", RunnerEndpoint::parse);
    }

    private void conversations() {
        Consumer<String> conversation =
                example -> ChatRequest.builder("tiny").messages(roles(example)).build();
        attempt("messages", conversation);
        attempt("messages[1]", conversation);
    }

    private static List<Message> roles(String example) {
        if (example.contains(" × ")) {
            String[] counted = example.split(" × ");
            return Collections.nCopies(Integer.parseInt(counted[0]), message(counted[1]));
        }
        return text(example).isEmpty()
                ? List.of()
                : Stream.of(example.split(", ")).map(BoundsTries::message).toList();
    }

    private static Message message(String role) {
        String[] words = role.split(" ");
        return switch (words[0]) {
            case "system" -> Message.system("Be kind.");
            case "user" -> Message.user("Hello");
            case "tool" -> Message.toolResult(words[1], "");
            case "assistant" ->
                new Message.Assistant(
                        "Hello",
                        Stream.of(words)
                                .skip(2)
                                .map(id -> new ToolCall(id, "clock", "{}"))
                                .toList());
            default -> throw new AssertionError("no such role: " + role);
        };
    }

    private void messages() {
        attempt("system message", example -> Message.system(text(example)));
        attempt("text part", example -> Message.user(text(example)));
        attempt(
                "parts of the user message",
                example -> new Message.User(Collections.nCopies(Integer.parseInt(example), ContentPart.text("Hello"))));
        attempt("image type", example -> image(text(example), 1));
        attempt("image bytes", example -> {
            if (example.startsWith("data:")) {
                image(example, 1);
            } else {
                image("image/png", Integer.parseInt(example));
            }
        });
        attempt("image url", example -> new ContentPart.Image(text(example)));
        attempt("tool result", example -> Message.toolResult("1", text(example)));
    }

    private static void image(String type, int bytes) {
        if (type.startsWith("data:")) {
            new ContentPart.Image(type);
        } else {
            ContentPart.image(type, new byte[bytes]);
        }
    }

    private void toolCalls() {
        String beside = " beside a tool call";
        attempt("assistant message", example -> {
            List<ToolCall> calls = example.endsWith(beside) ? List.of(new ToolCall("1", "clock", "{}")) : List.of();
            new Message.Assistant(text(example.replace(beside, "")), calls);
        });
        attempt(
                "tool calls",
                example -> new Message.Assistant(
                        "",
                        Stream.of(example.split(", "))
                                .map(id -> new ToolCall(id, "clock", "{}"))
                                .toList()));
        attempt("tool call id", example -> new ToolCall(text(example), "clock", "{}"));
        attempt("tool call name", example -> new ToolCall("1", text(example), "{}"));
    }

    private void numbers() {
        attempt("temperature", example -> request().temperature(Double.parseDouble(example)));
        attempt("topP", example -> request().topP(Double.parseDouble(example)));
        attempt("topK", example -> request().topK(Integer.parseInt(example)));
        attempt("minP", example -> request().minP(Double.parseDouble(example)));
        attempt("seed", example -> request().seed(Long.parseLong(example)));
        attempt("presencePenalty", example -> request().presencePenalty(Double.parseDouble(example)));
        attempt("frequencyPenalty", example -> request().frequencyPenalty(Double.parseDouble(example)));
        attempt("logitBias", example -> request().logitBias(biases(example)));
        attempt("logitBias token", example -> request().logitBias(Map.of(Integer.parseInt(example), 1.0)));
        attempt("maxTokens", example -> request().maxTokens(Integer.parseInt(example)));
        attempt("logprobs", example -> request().logprobs(Integer.parseInt(example)));
        attempt("prompt tokens", example -> Usage.of(Integer.parseInt(example), 0));
        attempt("completion tokens", example -> Usage.of(0, Integer.parseInt(example)));
    }

    private static Map<Integer, Double> biases(String example) {
        Map<Integer, Double> biases = new LinkedHashMap<>();
        if (example.endsWith(" tokens")) {
            IntStream.range(0, count(example)).forEach(token -> biases.put(token, 1.0));
        } else {
            biases.put(7, Double.parseDouble(example));
        }
        return biases;
    }

    private static int count(String example) {
        return Integer.parseInt(example.substring(0, example.indexOf(' ')));
    }

    private void tools() {
        attempt(
                "stop",
                example -> request()
                        .stop(
                                example.endsWith(" strings")
                                        ? Collections.nCopies(count(example), "a")
                                                .toArray(String[]::new)
                                        : new String[] {text(example)}));
        attempt("tool name", example -> Tool.of(text(example), ""));
        attempt("tool description", example -> Tool.of("clock", text(example)));
        attempt("tool parameters", example -> Tool.of("clock", "", text(example)));
        attempt("tools", example -> request().tools(toolsNamed(example)));
        attempt("tool choice", ToolChoice::function);
        attempt("toolChoice", BoundsTries::choose);
        attempt("schema name", example -> ResponseFormat.jsonSchema(example, "{}"));
        attempt("schema", example -> ResponseFormat.jsonSchema("answer", text(example)));
    }

    private static Tool[] toolsNamed(String example) {
        Stream<String> names = example.endsWith(" tools")
                ? IntStream.range(0, count(example)).mapToObj(i -> "tool_" + i)
                : Stream.of(example.split(", "));
        return names.map(name -> Tool.of(name, "")).toArray(Tool[]::new);
    }

    private static void choose(String example) {
        switch (example) {
            case "AUTO", "NONE", "REQUIRED" ->
                request().toolChoice(ToolChoice.Mode.valueOf(example)).build();
            default ->
                request()
                        .tools(Tool.of("clock", ""))
                        .toolChoice(ToolChoice.function(example))
                        .build();
        }
    }

    private void extraFields() {
        attempt("extra field", example -> request().extra(text(example), 1));
        attempt("extra field x", example -> request().extra("x", extraValue(example)));
        attempt(
                "reasoning",
                example -> request().extra(example, Map.of()).reasoning(false).build());
    }

    private static @Nullable Object extraValue(String example) {
        if (example.endsWith(" lists")) {
            Object value = "core";
            for (int depth = count(example); depth > 0; depth--) {
                value = List.of(value);
            }
            return value;
        }
        return switch (example) {
            case "null" -> null;
            case "1", "0.5", "NaN", "Infinity" -> Double.valueOf(example);
            case "true" -> true;
            case "a list" -> List.of(1, "b");
            case "a map" -> Map.of("a", false);
            case "an object" -> new Object();
            default -> example;
        };
    }

    private void headers() {
        attempt("header name", example -> header(text(example), "7"));
        attempt("header X-Trace", example -> header("X-Trace", text(example)));
    }

    private static void header(String name, String value) {
        RerankRequest.builder("tiny", "Hello", List.of("a")).header(name, value);
        request().header(name, value);
    }

    private void retrieval() {
        attempt("prompt", example -> CompletionRequest.of("tiny", text(example)));
        attempt("texts", example -> EmbeddingRequest.builder("tiny", texts(example)));
        attempt("text", example -> EmbeddingRequest.of("tiny", text(example)));
        attempt(
                "batchSize",
                example -> EmbeddingRequest.builder("tiny", texts("1")).batchSize(Integer.parseInt(example)));
        attempt("documents", example -> RerankRequest.of("tiny", "Hello", texts(example)));
        attempt("document", example -> RerankRequest.of("tiny", "Hello", List.of(text(example))));
        attempt("query", example -> RerankRequest.of("tiny", text(example), texts("1")));
        attempt(
                "topN",
                example -> RerankRequest.builder("tiny", "Hello", texts("1")).topN(Integer.parseInt(example)));
    }

    private static List<String> texts(String count) {
        return Collections.nCopies(Integer.parseInt(count), "a");
    }

    private void waits() {
        for (Timeouts.Phase phase : Timeouts.Phase.values()) {
            attempt("timeout " + phase.label(), example -> Timeouts.builder().limit(phase, Duration.parse(example)));
        }
        attempt("mock piece", example -> MockReply.pieces(text(example)));
        attempt("mock pause", example -> MockReply.text("a").every(Duration.parse(example)));
    }

    private void decorators() {
        MockAdapter mock = MockAdapter.echo();
        attempt("perModel", example -> ConcurrencyLimit.of(mock, Integer.parseInt(example)));
        attempt("limit of a model", example -> ConcurrencyLimit.builder(mock).model("tiny", Integer.parseInt(example)));
        attempt(
                "limits",
                example -> limits(ConcurrencyLimit.builder(mock), example).build());
        attempt("maxEntries", example -> Caching.builder(mock).maxEntries(Integer.parseInt(example)));
        attempt("maxCharacters", example -> Caching.builder(mock).maxCharacters(Long.parseLong(example)));
    }

    private static ConcurrencyLimit.Builder limits(ConcurrencyLimit.Builder none, String example) {
        return switch (example) {
            case "perModel" -> none.perModel(1);
            case "model" -> none.model("tiny", 1);
            default -> none;
        };
    }

    private void chains() {
        attempt(
                "steps",
                example -> Fallback.of(Collections.nCopies(Integer.parseInt(example), MockAdapter.echo())
                        .toArray(LLMAdapter[]::new)));
        attempt("otherModel", example -> {
            Fallback.Builder chain = Fallback.builder();
            (example.equals("first") ? chain : chain.step(MockAdapter.echo())).otherModel("tiny");
        });
        attempt(
                "skipAfter times",
                example -> Fallback.builder().skipAfter(Integer.parseInt(example), Duration.ofSeconds(1)));
        attempt("skipAfter time", example -> Fallback.builder().skipAfter(1, Duration.parse(example)));
    }
}
