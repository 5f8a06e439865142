package io.modelrunner.testing.fake;

import io.modelrunner.testing.internal.Json;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Chats in the words of Ollama, without the counts that the real one gives. */
final class OllamaChat {
    private static final Map<String, String> OPTIONS =
            Map.of("num_predict", "max_tokens", "stop", "stop", "temperature", "temperature", "top_p", "top_p");

    private final InferenceRoutes inference;

    OllamaChat(InferenceRoutes inference) {
        this.inference = inference;
    }

    /** Answers a chat, or a prompt to generate from. */
    void answer(Call call, String what, String model, Map<String, @Nullable Object> asked) throws IOException {
        boolean streamed = !Boolean.FALSE.equals(asked.get("stream"));
        Completion completion;
        try {
            completion = inference.complete(call, chat(model, asked));
        } catch (Refusal refusal) {
            throw new Refusal(refused(refusal.reply(), streamed));
        }
        boolean chats = what.equals("chat");
        if (!streamed) {
            Map<String, @Nullable Object> line = line(model);
            put(line, chats, whole(completion), completion.text());
            line.put("done", true);
            call.answer(Reply.json(200, line));
            return;
        }
        call.exchange()
                .head(
                        200,
                        "Content-Type: application/json",
                        Reply.ENGINE,
                        "X-Accel-Buffering: no",
                        "Transfer-Encoding: chunked");
        stream(inference.events(call), model, chats, completion);
    }

    private static Map<String, @Nullable Object> chat(String model, Map<String, @Nullable Object> asked) {
        Map<String, @Nullable Object> chat = Json.object("model", model);
        Object messages = asked.get("messages");
        chat.put(
                "messages",
                messages != null
                        ? messages
                        : List.of(Json.object("role", "user", "content", asked.getOrDefault("prompt", ""))));
        if (asked.get("tools") != null) {
            chat.put("tools", asked.get("tools"));
        }
        if (asked.get("options") instanceof Map<?, ?> options) {
            OPTIONS.forEach((name, member) -> {
                if (options.get(name) != null) {
                    chat.put(member, options.get(name));
                }
            });
        }
        return chat;
    }

    /** {@return a refusal as it gets through: streamed, the message is lost} */
    private static Reply refused(Reply reply, boolean streamed) {
        if (streamed) {
            return reply.has(Reply.ENGINE)
                    ? new Reply(reply.status(), "", reply.headers())
                    : new Reply(reply.status(), "", reply.headers()).with("Transfer-Encoding: chunked");
        }
        String body = reply.body().strip();
        if (reply.has(Reply.ENGINE)) {
            Object error = Json.readObject(body).get("error");
            body = Json.write(Json.object("error", Json.members(error).get("message")));
        }
        return new Reply(reply.status(), body + "\n", List.of(Reply.TEXT));
    }

    private static Map<String, @Nullable Object> line(String model) {
        return Json.object("model", model, "created_at", Instant.now().toString());
    }

    private static void put(
            Map<String, @Nullable Object> line, boolean chats, Map<String, @Nullable Object> message, String response) {
        if (chats) {
            line.put("message", message);
        } else if (!response.isEmpty()) {
            line.put("response", response);
        }
    }

    private static Map<String, @Nullable Object> whole(Completion completion) {
        Map<String, @Nullable Object> message = Json.object("role", "assistant", "content", completion.text());
        if (!completion.thoughts().isEmpty()) {
            message.put("thinking", String.join("", completion.thoughts()));
        }
        if (!completion.calls().isEmpty()) {
            List<Object> calls = new ArrayList<>();
            completion
                    .calls()
                    .forEach(call -> calls.add(Json.object(
                            "id",
                            call.id(),
                            "function",
                            Json.object(
                                    "name",
                                    call.call().name(),
                                    "arguments",
                                    Json.readObject(call.call().arguments())))));
            message.put("tool_calls", calls);
        }
        return message;
    }

    private static void stream(EventSink events, String model, boolean chats, Completion completion)
            throws IOException {
        piece(events, model, chats, "", Json.object());
        for (String thought : completion.thoughts()) {
            piece(events, model, chats, "", Json.object("thinking", thought));
        }
        for (String piece : completion.pieces()) {
            piece(events, model, chats, piece, Json.object());
        }
        if (!completion.calls().isEmpty()) {
            piece(
                    events,
                    model,
                    chats,
                    "",
                    Json.object("tool_calls", whole(completion).get("tool_calls")));
        }
        piece(events, model, chats, "", Json.object());
        Map<String, @Nullable Object> last = line(model);
        put(last, chats, Json.object("role", "", "content", ""), "");
        last.put("done", true);
        events.send(Json.write(last) + "\n");
        events.end();
    }

    private static void piece(
            EventSink events, String model, boolean chats, String text, Map<String, @Nullable Object> more)
            throws IOException {
        Map<String, @Nullable Object> message = Json.object("role", "assistant", "content", text);
        message.putAll(more);
        Map<String, @Nullable Object> line = line(model);
        put(line, chats, message, text);
        line.put("done", false);
        events.send(Json.write(line) + "\n");
    }
}
