package io.modelrunner.http;

import static java.util.Objects.requireNonNull;

import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ContentPart;
import io.modelrunner.chat.Message;
import io.modelrunner.chat.ResponseFormat;
import io.modelrunner.chat.Tool;
import io.modelrunner.chat.ToolCall;
import io.modelrunner.chat.ToolChoice;
import io.modelrunner.testing.Recording;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says with the public API what a recorded request said with JSON. */
final class RecordedChat {
    /** The large prompt that was not recorded word for word. */
    private static final String TOO_LONG = "word ".repeat(3_000);

    private static final Set<String> NOT_EXTRA = Set.of("model", "messages", "stream", "stream_options");

    private final ChatRequest.Builder request;

    private RecordedChat(ChatRequest.Builder request) {
        this.request = request;
    }

    static boolean isStream(Recording recording) {
        return recording.response().header("Content-Type").orElse("").equals("text/event-stream")
                || recording.name().endsWith("-stream");
    }

    static ChatRequest request(Recording recording) {
        if (recording.request().isPlaceholder()) {
            return ChatRequest.of("ai/tiny", TOO_LONG);
        }
        Map<String, @Nullable Object> json =
                JsonValues.object(recording.request().body());
        RecordedChat chat = new RecordedChat(ChatRequest.builder(string(json.get("model"))));
        JsonValues.list(json.get("messages")).forEach(message -> chat.message(JsonValues.object(message)));
        json.forEach(chat::option);
        return chat.request.build();
    }

    /** What we send is compared with this: the same, said in our way where there are several. */
    static Map<String, @Nullable Object> comparable(String body) {
        Map<String, @Nullable Object> json = JsonValues.object(body);
        json.remove("stream_options");
        for (Object message : JsonValues.list(json.get("messages"))) {
            JsonValues.object(message).computeIfAbsent("content", absent -> "");
        }
        if (json.get("response_format") instanceof Map<?, ?> format && format.get("json_schema") != null) {
            JsonValues.object(format.get("json_schema")).put("strict", true);
        }
        return json;
    }

    private void option(String name, @Nullable Object value) {
        switch (name) {
            case "temperature" -> request.temperature(((BigDecimal) requireNonNull(value)).doubleValue());
            case "max_tokens" -> request.maxTokens(((BigDecimal) requireNonNull(value)).intValueExact());
            case "stop" ->
                request.stop(JsonValues.list(value).stream()
                        .map(RecordedChat::string)
                        .toArray(String[]::new));
            case "tools" ->
                request.tools(
                        JsonValues.list(value).stream().map(RecordedChat::tool).toArray(Tool[]::new));
            case "tool_choice" -> request.toolChoice(ToolChoice.REQUIRED);
            case "parallel_tool_calls" -> request.parallelToolCalls(Boolean.TRUE.equals(value));
            case "response_format" -> request.responseFormat(format(JsonValues.object(value)));
            default -> {
                if (!NOT_EXTRA.contains(name)) {
                    request.extra(name, value);
                }
            }
        }
    }

    private void message(Map<String, @Nullable Object> json) {
        Object content = json.get("content");
        request.message(
                switch (string(json.get("role"))) {
                    case "system" -> Message.system(string(content));
                    case "assistant" ->
                        new Message.Assistant(
                                content == null ? "" : string(content),
                                JsonValues.list(json.get("tool_calls")).stream()
                                        .map(RecordedChat::toolCall)
                                        .toList());
                    case "tool" -> Message.toolResult(string(json.get("tool_call_id")), string(content));
                    default ->
                        content instanceof List<?> parts
                                ? Message.user(
                                        parts.stream().map(RecordedChat::part).toArray(ContentPart[]::new))
                                : Message.user(string(content));
                });
    }

    private static ContentPart part(@Nullable Object value) {
        Map<String, @Nullable Object> part = JsonValues.object(value);
        return part.containsKey("text")
                ? ContentPart.text(string(part.get("text")))
                : new ContentPart.Image(
                        string(JsonValues.object(part.get("image_url")).get("url")));
    }

    private static ToolCall toolCall(@Nullable Object value) {
        Map<String, @Nullable Object> call = JsonValues.object(value);
        Map<String, @Nullable Object> function = JsonValues.object(call.get("function"));
        return new ToolCall(string(call.get("id")), string(function.get("name")), string(function.get("arguments")));
    }

    private static Tool tool(@Nullable Object value) {
        Map<String, @Nullable Object> function =
                JsonValues.object(JsonValues.object(value).get("function"));
        return Tool.of(
                string(function.get("name")),
                string(function.get("description")),
                JsonValues.text(function.get("parameters")));
    }

    private static ResponseFormat format(Map<String, @Nullable Object> json) {
        if (!string(json.get("type")).equals("json_schema")) {
            return ResponseFormat.JSON;
        }
        Map<String, @Nullable Object> schema = JsonValues.object(json.get("json_schema"));
        return ResponseFormat.jsonSchema(string(schema.get("name")), JsonValues.text(schema.get("schema")));
    }

    private static String string(@Nullable Object value) {
        return (String) requireNonNull(value);
    }
}
