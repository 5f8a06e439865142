package io.modelrunner.testing.fake;

import io.modelrunner.testing.internal.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A chat as it was asked for, checked as llama.cpp checks it. */
final class ChatQuestion {
    private static final int SLOTS = 4;
    private static final int AROUND_MESSAGE = 5;
    private static final int BEFORE_ANSWER = 3;
    private static final Set<String> TYPES =
            Set.of("object", "array", "string", "number", "integer", "boolean", "null");

    private final Map<String, @Nullable Object> asked;
    private final List<Map<String, @Nullable Object>> messages = new ArrayList<>();

    private ChatQuestion(Map<String, @Nullable Object> asked) {
        this.asked = asked;
        if (asked.get("messages") instanceof List<?> list) {
            list.forEach(message -> messages.add(Json.members(message)));
        }
    }

    /** @throws Refusal as llama.cpp refuses */
    static ChatQuestion of(Map<String, @Nullable Object> asked, boolean sees) {
        if (!(asked.get("messages") instanceof List<?>)) {
            throw invalid("'messages' is required");
        }
        ChatQuestion question = new ChatQuestion(asked);
        question.check(sees);
        return question;
    }

    private void check(boolean sees) {
        for (String number : List.of("max_tokens", "temperature", "top_p", "n")) {
            Object value = asked.get(number);
            if (value != null && !(value instanceof BigDecimal)) {
                String type = value instanceof String ? "string" : value instanceof Boolean ? "boolean" : "object";
                throw invalid(
                        "Field '" + number + "': [json.exception.type_error.302] type must be number, but is " + type);
            }
        }
        if (choices() < 1 || choices() > SLOTS) {
            throw invalid("Field 'n': Value must be between 1 <= value <= 4, but got " + choices());
        }
        for (Map<String, @Nullable Object> message : messages) {
            if (!"assistant".equals(message.get("role")) && message.get("content") == null) {
                throw invalid("All non-assistant messages must contain 'content'");
            }
        }
        if (!sees && hasImage()) {
            throw new Refusal(Reply.engineError(
                    500,
                    "server_error",
                    "image input is not supported - hint: if this is unexpected, you may need to provide the mmproj"));
        }
        if (schema() != null) {
            checkSchema(schema());
        }
    }

    private static void checkSchema(@Nullable Object schema) {
        if (schema instanceof Map<?, ?> map) {
            if (map.get("type") instanceof String type && !TYPES.contains(type)) {
                throw invalid("Unable to generate parser for this template. Automatic parser generation failed: "
                        + "JSON schema error at #: unrecognized type " + type);
            }
            if (map.get("properties") instanceof Map<?, ?> properties) {
                properties.values().forEach(ChatQuestion::checkSchema);
            }
        }
    }

    static Refusal invalid(String message) {
        return new Refusal(Reply.engineError(400, "invalid_request_error", message));
    }

    boolean streamed() {
        return Boolean.TRUE.equals(asked.get("stream"));
    }

    boolean countsInStream() {
        return asked.get("stream_options") instanceof Map<?, ?> options
                && Boolean.TRUE.equals(options.get("include_usage"));
    }

    int choices() {
        return number("n", 1);
    }

    /** {@return how many tokens at most; negative if there is no limit} */
    int maxTokens() {
        int limit = number("max_tokens", number("max_completion_tokens", number("n_predict", -1)));
        return limit == 0 ? 1 : limit;
    }

    private int number(String name, int otherwise) {
        return asked.get(name) instanceof BigDecimal number ? number.intValue() : otherwise;
    }

    List<String> stops() {
        Object stop = asked.get("stop");
        if (stop instanceof List<?> list) {
            return list.stream().map(String::valueOf).toList();
        }
        return stop instanceof String text ? List.of(text) : List.of();
    }

    /** {@return how many probabilities are wanted beside each token; negative if none are} */
    int logprobs() {
        return Boolean.TRUE.equals(asked.get("logprobs")) ? number("top_logprobs", 0) : -1;
    }

    List<Map<String, @Nullable Object>> tools() {
        List<Map<String, @Nullable Object>> tools = new ArrayList<>();
        if (asked.get("tools") instanceof List<?> list && !"none".equals(asked.get("tool_choice"))) {
            list.forEach(tool -> tools.add(Json.members(Json.members(tool).getOrDefault("function", Map.of()))));
        }
        return tools;
    }

    /** {@return whether there must be a call} */
    boolean mustCall() {
        return "required".equals(asked.get("tool_choice")) || asked.get("tool_choice") instanceof Map<?, ?>;
    }

    boolean mayCallSeveral() {
        return Boolean.TRUE.equals(asked.get("parallel_tool_calls"));
    }

    boolean wantsJson() {
        return asked.get("response_format") instanceof Map<?, ?> format && !"text".equals(format.get("type"));
    }

    @Nullable
    Object schema() {
        return asked.get("response_format") instanceof Map<?, ?> format
                        && format.get("json_schema") instanceof Map<?, ?> schema
                ? schema.get("schema")
                : null;
    }

    String grammar() {
        return asked.get("grammar") instanceof String text ? text : "";
    }

    String lastRole() {
        return messages.isEmpty()
                ? ""
                : String.valueOf(messages.get(messages.size() - 1).get("role"));
    }

    String lastText() {
        return messages.isEmpty() ? "" : text(messages.get(messages.size() - 1).get("content"));
    }

    /** {@return what the user said last} */
    String lastUserText() {
        return messages.stream()
                .filter(message -> "user".equals(message.get("role")))
                .reduce((one, later) -> later)
                .map(message -> text(message.get("content")))
                .orElse("");
    }

    boolean hasImage() {
        return messages.stream()
                .anyMatch(message -> message.get("content") instanceof List<?> parts
                        && parts.stream()
                                .anyMatch(part -> part instanceof Map<?, ?> map
                                        && !String.valueOf(map.get("type")).endsWith("text")));
    }

    private static String text(@Nullable Object content) {
        if (content instanceof String text) {
            return text;
        }
        StringBuilder all = new StringBuilder();
        if (content instanceof List<?> parts) {
            for (Object part : parts) {
                if (part instanceof Map<?, ?> map && map.get("text") instanceof String text) {
                    all.append(text);
                }
            }
        }
        return all.toString();
    }

    int promptTokens() {
        int count = BEFORE_ANSWER;
        for (Map<String, @Nullable Object> message : messages) {
            count += AROUND_MESSAGE + Tokens.count(text(message.get("content")));
        }
        return tools().isEmpty() ? count : count + Tokens.count(Json.write(tools()));
    }
}
