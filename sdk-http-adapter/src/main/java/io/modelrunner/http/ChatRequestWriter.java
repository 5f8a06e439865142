package io.modelrunner.http;

import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.CompletionRequest;
import io.modelrunner.chat.ContentPart;
import io.modelrunner.chat.Message;
import io.modelrunner.chat.ResponseFormat;
import io.modelrunner.chat.Sampling;
import io.modelrunner.chat.Tool;
import io.modelrunner.chat.ToolCall;
import io.modelrunner.chat.ToolChoice;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Writes a request as the JSON of the OpenAI protocol, with llama.cpp's names for what that has none for. */
final class ChatRequestWriter {
    private final JsonGenerator json;

    private ChatRequestWriter(JsonGenerator json) {
        this.json = json;
    }

    static byte[] write(ChatRequest request, boolean streamed) {
        return Json.write(json -> new ChatRequestWriter(json).chat(request, streamed));
    }

    static byte[] write(CompletionRequest request, boolean streamed) {
        return Json.write(json -> new ChatRequestWriter(json).completion(request, streamed));
    }

    private void chat(ChatRequest request, boolean streamed) {
        json.writeStringProperty("model", request.model().text());
        json.writeArrayPropertyStart("messages");
        request.messages().forEach(this::message);
        json.writeEndArray();
        streaming(streamed);
        sampling(request.sampling());
        limits(request.maxTokens(), request.stop());
        tools(request);
        responseFormat(request.responseFormat());
        request.logprobs().ifPresent(this::logprobs);
        request.reasoning().ifPresent(on -> value("chat_template_kwargs", Map.of("enable_thinking", on)));
        request.extra().forEach(this::value);
    }

    private void completion(CompletionRequest request, boolean streamed) {
        json.writeStringProperty("model", request.model().text());
        json.writeStringProperty("prompt", request.prompt());
        streaming(streamed);
        sampling(request.sampling());
        limits(request.maxTokens(), request.stop());
        request.extra().forEach(this::value);
    }

    private void streaming(boolean streamed) {
        if (streamed) {
            json.writeBooleanProperty("stream", true);
            json.writeObjectPropertyStart("stream_options");
            json.writeBooleanProperty("include_usage", true);
            json.writeEndObject();
        }
    }

    private void limits(OptionalInt maxTokens, List<String> stop) {
        maxTokens.ifPresent(most -> json.writeNumberProperty("max_tokens", most));
        if (!stop.isEmpty()) {
            value("stop", stop);
        }
    }

    private void logprobs(int alternatives) {
        json.writeBooleanProperty("logprobs", true);
        if (alternatives > 0) {
            json.writeNumberProperty("top_logprobs", alternatives);
        }
    }

    private void message(Message message) {
        json.writeStartObject();
        if (message instanceof Message.SystemPrompt system) {
            role("system", system.text());
        } else if (message instanceof Message.User user) {
            user(user);
        } else if (message instanceof Message.Assistant assistant) {
            role("assistant", assistant.text());
            toolCalls(assistant.toolCalls());
        } else if (message instanceof Message.ToolResult result) {
            role("tool", result.text());
            json.writeStringProperty("tool_call_id", result.toolCallId());
        }
        json.writeEndObject();
    }

    private void role(String role, String content) {
        json.writeStringProperty("role", role);
        json.writeStringProperty("content", content);
    }

    private void user(Message.User user) {
        if (user.parts().size() == 1 && user.parts().get(0) instanceof ContentPart.Text text) {
            role("user", text.text());
            return;
        }
        json.writeStringProperty("role", "user");
        json.writeArrayPropertyStart("content");
        for (ContentPart part : user.parts()) {
            json.writeStartObject();
            if (part instanceof ContentPart.Text text) {
                json.writeStringProperty("type", "text");
                json.writeStringProperty("text", text.text());
            } else if (part instanceof ContentPart.Image image) {
                json.writeStringProperty("type", "image_url");
                json.writeObjectPropertyStart("image_url");
                json.writeStringProperty("url", image.url());
                json.writeEndObject();
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void toolCalls(List<ToolCall> calls) {
        if (calls.isEmpty()) {
            return;
        }
        json.writeArrayPropertyStart("tool_calls");
        for (ToolCall call : calls) {
            json.writeStartObject();
            json.writeStringProperty("id", call.id());
            json.writeStringProperty("type", "function");
            json.writeObjectPropertyStart("function");
            json.writeStringProperty("name", call.name());
            json.writeStringProperty("arguments", call.arguments());
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void sampling(Sampling sampling) {
        sampling.temperature().ifPresent(value -> json.writeNumberProperty("temperature", value));
        sampling.topP().ifPresent(value -> json.writeNumberProperty("top_p", value));
        sampling.topK().ifPresent(value -> json.writeNumberProperty("top_k", value));
        sampling.minP().ifPresent(value -> json.writeNumberProperty("min_p", value));
        sampling.seed().ifPresent(value -> json.writeNumberProperty("seed", value));
        sampling.presencePenalty().ifPresent(value -> json.writeNumberProperty("presence_penalty", value));
        sampling.frequencyPenalty().ifPresent(value -> json.writeNumberProperty("frequency_penalty", value));
        if (!sampling.logitBias().isEmpty()) {
            value("logit_bias", sampling.logitBias());
        }
    }

    private void tools(ChatRequest request) {
        if (!request.tools().isEmpty()) {
            json.writeArrayPropertyStart("tools");
            request.tools().forEach(this::tool);
            json.writeEndArray();
        }
        request.toolChoice().ifPresent(this::toolChoice);
        request.parallelToolCalls().ifPresent(allowed -> json.writeBooleanProperty("parallel_tool_calls", allowed));
    }

    private void tool(Tool tool) {
        json.writeStartObject();
        json.writeStringProperty("type", "function");
        json.writeObjectPropertyStart("function");
        json.writeStringProperty("name", tool.name());
        if (!tool.description().isEmpty()) {
            json.writeStringProperty("description", tool.description());
        }
        raw("parameters", tool.parameters());
        json.writeEndObject();
        json.writeEndObject();
    }

    private void toolChoice(ToolChoice choice) {
        if (choice instanceof ToolChoice.Function function) {
            Map<String, String> name = Map.of("name", function.name());
            json.writeObjectPropertyStart("tool_choice");
            json.writeStringProperty("type", "function");
            value("function", name);
            json.writeEndObject();
        } else if (choice instanceof ToolChoice.Mode mode) {
            json.writeStringProperty("tool_choice", mode.name().toLowerCase(Locale.ROOT));
        }
    }

    private void responseFormat(ResponseFormat format) {
        if (format.equals(ResponseFormat.TEXT)) {
            return;
        }
        json.writeObjectPropertyStart("response_format");
        if (format instanceof ResponseFormat.JsonSchema schema) {
            json.writeStringProperty("type", "json_schema");
            json.writeObjectPropertyStart("json_schema");
            json.writeStringProperty("name", schema.name());
            json.writeBooleanProperty("strict", true);
            raw("schema", schema.schema());
            json.writeEndObject();
        } else {
            json.writeStringProperty("type", "json_object");
        }
        json.writeEndObject();
    }

    /** Writes JSON text, which was checked when the request was built. */
    private void raw(String name, String text) {
        json.writeName(name);
        json.writeRawValue(text);
    }

    private void value(String name, @Nullable Object value) {
        json.writeName(name);
        value(value);
    }

    private void value(@Nullable Object value) {
        if (value instanceof String text) {
            json.writeString(text);
        } else if (value instanceof Boolean truth) {
            json.writeBoolean(truth);
        } else if (value instanceof Number number) {
            number(number);
        } else if (value instanceof Map<?, ?> map) {
            json.writeStartObject();
            map.forEach((key, item) -> value(String.valueOf(key), item));
            json.writeEndObject();
        } else if (value instanceof List<?> items) {
            json.writeStartArray();
            items.forEach(this::value);
            json.writeEndArray();
        } else {
            json.writeNull();
        }
    }

    private void number(Number number) {
        if (number instanceof Float single) {
            json.writeNumber(single);
        } else if (number instanceof Double) {
            json.writeNumber(number.doubleValue());
        } else if (number instanceof BigDecimal decimal) {
            json.writeNumber(decimal);
        } else if (number instanceof BigInteger integer) {
            json.writeNumber(integer);
        } else {
            json.writeNumber(number.longValue());
        }
    }
}
