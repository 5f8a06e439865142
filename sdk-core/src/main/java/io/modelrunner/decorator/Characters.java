package io.modelrunner.decorator;

import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ContentPart;
import io.modelrunner.chat.Message;
import io.modelrunner.chat.ResponseFormat;
import io.modelrunner.chat.TokenLogprob;
import io.modelrunner.chat.ToolCall;
import java.util.List;

/** How much there is to keep of a request and of an answer. */
final class Characters {
    // What is there besides texts, in characters of two bytes; measured on Java 17 and 25, and rounded up.
    private static final int ENTRY = 512;
    private static final int PART = 64;

    private Characters() {}

    /** {@return what a request and its answer take together} */
    static long of(ChatRequest request, ChatResponse response) {
        return ENTRY + of(request) + of(response);
    }

    private static long of(ChatRequest request) {
        long tools = request.tools().stream()
                .mapToLong(tool -> PART
                        + tool.name().length()
                        + tool.description().length()
                        + tool.parameters().length())
                .sum();
        long schema = request.responseFormat() instanceof ResponseFormat.JsonSchema json
                ? json.schema().length()
                : 0;
        return request.model().text().length()
                + request.messages().stream()
                        .mapToLong(message -> PART + of(message))
                        .sum()
                + tools
                + schema
                + request.stop().stream()
                        .mapToLong(stop -> PART + stop.length())
                        .sum()
                + String.valueOf(request.extra()).length()
                + (long) PART * request.sampling().logitBias().size();
    }

    private static long of(Message message) {
        if (message instanceof Message.SystemPrompt system) {
            return system.text().length();
        }
        if (message instanceof Message.User user) {
            return user.parts().stream().mapToLong(part -> PART + of(part)).sum();
        }
        if (message instanceof Message.Assistant assistant) {
            return assistant.text().length() + of(assistant.toolCalls());
        }
        return message instanceof Message.ToolResult result ? result.text().length() : 0;
    }

    private static long of(ContentPart part) {
        if (part instanceof ContentPart.Text text) {
            return text.text().length();
        }
        return part instanceof ContentPart.Image image ? image.url().length() : 0;
    }

    private static long of(List<ToolCall> calls) {
        return calls.stream()
                .mapToLong(call -> PART
                        + call.id().length()
                        + call.name().length()
                        + call.arguments().length())
                .sum();
    }

    private static long of(ChatResponse response) {
        return response.text().length()
                + response.reasoning().map(String::length).orElse(0)
                + of(response.toolCalls())
                + response.logprobs().stream().mapToLong(Characters::of).sum();
    }

    private static long of(TokenLogprob token) {
        return PART
                + token.token().length()
                + token.alternatives().stream().mapToLong(Characters::of).sum();
    }
}
