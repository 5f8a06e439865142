package io.modelrunner.testcontainers;

import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ContentPart;
import io.modelrunner.chat.FinishReason;
import io.modelrunner.chat.Message;
import io.modelrunner.chat.ResponseFormat;
import io.modelrunner.chat.Tool;
import io.modelrunner.chat.ToolCall;
import io.modelrunner.chat.ToolChoice;
import io.modelrunner.tinymodel.TinyModel;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** An exchange that was measured with a tiny model: a request, and what it must give. */
final class MeasuredAnswer {
    /** What {@link ChatRequest} leaves out on purpose: several choices, no messages, formats that no server knows. */
    private static final Set<String> NOT_EXPRESSIBLE =
            Set.of("two-choices", "error-no-messages", "error-response-format");

    private final JsonValue entry;

    private MeasuredAnswer(JsonValue entry) {
        this.entry = entry;
    }

    /** {@return all chats that a request can express} */
    static List<MeasuredAnswer> chats() throws IOException {
        try (InputStream answers = TinyModel.answers()) {
            return JsonValue.read(answers).items().stream()
                    .map(MeasuredAnswer::new)
                    .filter(MeasuredAnswer::isChat)
                    .toList();
        }
    }

    private boolean isChat() {
        return entry.text("path").equals("/v1/chat/completions") && !NOT_EXPRESSIBLE.contains(toString());
    }

    /** {@return the kind of server that gave it} */
    String server() {
        return entry.text("server");
    }

    int status() {
        return entry.member("expected").number("status").intValue();
    }

    String content() {
        return entry.member("expected").find("content").map(JsonValue::text).orElse("");
    }

    Optional<String> reasoning() {
        return entry.member("expected").find("reasoning_content").map(JsonValue::text);
    }

    FinishReason finishReason() {
        return FinishReason.of(entry.member("expected").text("finish_reason"));
    }

    /** {@return name and arguments of each tool call} */
    List<Map.Entry<String, String>> toolCalls() {
        return entry.member("expected").list("tool_calls").stream()
                .map(call -> Map.entry(call.text("name"), call.text("arguments")))
                .toList();
    }

    int promptTokens() {
        return usage("prompt_tokens");
    }

    int completionTokens() {
        return usage("completion_tokens");
    }

    private int usage(String name) {
        return entry.member("expected").member("usage").number(name).intValue();
    }

    /** {@return the request} */
    ChatRequest request(String model) {
        ChatRequest.Builder request = ChatRequest.builder(model);
        entry.member("request").members().forEach((name, value) -> {
            switch (name) {
                case "model" -> {}
                case "messages" -> value.items().forEach(message -> request.message(message(message)));
                case "temperature" -> request.temperature(value.number().doubleValue());
                case "max_tokens" -> request.maxTokens(value.number().intValue());
                case "stop" ->
                    request.stop(value.items().stream().map(JsonValue::text).toArray(String[]::new));
                case "tools" ->
                    request.tools(
                            value.items().stream().map(MeasuredAnswer::tool).toArray(Tool[]::new));
                case "tool_choice" ->
                    request.toolChoice(ToolChoice.Mode.valueOf(value.text().toUpperCase(Locale.ROOT)));
                case "parallel_tool_calls" -> request.parallelToolCalls(value.bool());
                case "response_format" -> request.responseFormat(format(value));
                default -> request.extra(name, value.plain());
            }
        });
        return request.build();
    }

    private static Message message(JsonValue message) {
        return switch (message.text("role")) {
            case "system" -> Message.system(message.text("content"));
            case "user" -> new Message.User(parts(message.member("content")));
            case "assistant" ->
                new Message.Assistant(
                        message.find("content").map(JsonValue::text).orElse(""), calls(message));
            default -> Message.toolResult(message.text("tool_call_id"), message.text("content"));
        };
    }

    private static List<ContentPart> parts(JsonValue content) {
        if (content.isText()) {
            return List.of(ContentPart.text(content.text()));
        }
        return content.items().stream()
                .map(part -> part.text("type").equals("text")
                        ? ContentPart.text(part.text("text"))
                        : new ContentPart.Image(part.member("image_url").text("url")))
                .toList();
    }

    private static List<ToolCall> calls(JsonValue message) {
        return message.list("tool_calls").stream()
                .map(call -> new ToolCall(
                        call.text("id"),
                        call.member("function").text("name"),
                        call.member("function").text("arguments")))
                .toList();
    }

    private static Tool tool(JsonValue tool) {
        JsonValue function = tool.member("function");
        return Tool.of(
                function.text("name"),
                function.text("description"),
                function.member("parameters").json());
    }

    private static ResponseFormat format(JsonValue format) {
        if (format.text("type").equals("json_object")) {
            return ResponseFormat.JSON;
        }
        JsonValue schema = format.member("json_schema");
        return ResponseFormat.jsonSchema(
                schema.text("name"), schema.member("schema").json());
    }

    /** {@return its name} */
    @Override
    public String toString() {
        return entry.text("name");
    }
}
