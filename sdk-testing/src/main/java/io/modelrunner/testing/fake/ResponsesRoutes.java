package io.modelrunner.testing.fake;

import io.modelrunner.testing.internal.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The Responses API, a translation to chats with a store of its own. */
final class ResponsesRoutes implements Routing {
    private static final Pattern PATH =
            Pattern.compile("(?:/engines(?:/[^/]+)?(?:/v1)?)?/responses(?:/([^/]+))?(/input_items)?/?");
    private static final int ID = 24;
    private static final List<String> ECHOED = List.of(
            "instructions",
            "metadata",
            "parallel_tool_calls",
            "temperature",
            "tool_choice",
            "tools",
            "top_p",
            "max_output_tokens");

    private final InferenceRoutes inference;
    private final Map<String, Map<String, @Nullable Object>> stored = new LinkedHashMap<>(); // guarded by itself

    ResponsesRoutes(InferenceRoutes inference) {
        this.inference = inference;
    }

    static boolean isResponses(String path) {
        return PATH.matcher(path).matches();
    }

    @Override
    public boolean answers(Call call) throws IOException {
        Matcher path = PATH.matcher(call.path());
        if (!path.matches()) {
            return false;
        }
        String id = path.group(1);
        if (id == null) {
            if (!call.method().equals("POST")) {
                throw new Refusal(Reply.error(405, "Method Not Allowed").with("Allow: POST"));
            }
            create(call);
        } else {
            one(call, id, path.group(2) != null);
        }
        return true;
    }

    private void one(Call call, String id, boolean items) throws IOException {
        synchronized (stored) {
            Map<String, @Nullable Object> known = stored.get(id);
            if (known == null) {
                throw error(404, "not_found", "Response not found");
            }
            switch (call.method()) {
                case "GET" ->
                    call.answer(Reply.json(200, items ? Json.object("data", List.of(), "object", "list") : known));
                case "DELETE" -> {
                    stored.remove(id);
                    call.answer(Reply.json(200, Json.object("deleted", true, "id", id, "object", "response.deleted")));
                }
                default ->
                    throw new Refusal(Reply.error(405, "Method Not Allowed").with("Allow: GET, DELETE"));
            }
        }
    }

    private static Refusal error(int status, String code, String message) {
        return new Refusal(Reply.json(status, Json.object("error", Json.object("code", code, "message", message))));
    }

    private void create(Call call) throws IOException {
        Map<String, @Nullable Object> asked = call.json(
                error(400, "invalid_request", "Invalid JSON: invalid character").reply());
        if (!(asked.get("model") instanceof String model) || model.isEmpty()) {
            throw error(400, "invalid_request", "model is required");
        }
        Map<String, @Nullable Object> response = response(model, asked);
        boolean streamed = Boolean.TRUE.equals(asked.get("stream"));
        Completion completion;
        try {
            completion = inference.complete(call, chat(model, asked));
        } catch (Refusal refusal) {
            fail(call, response, refusal.reply(), streamed);
            return;
        }
        synchronized (stored) {
            stored.put(String.valueOf(response.get("id")), response);
        }
        if (streamed) {
            begin(call);
            new ResponsesStream(inference.events(call), response, completion).stream();
        } else {
            complete(response, completion, id("msg_"));
            response.put("usage", usage(completion));
            call.answer(Reply.json(200, response));
        }
    }

    private static void begin(Call call) throws IOException {
        call.exchange()
                .head(
                        200,
                        "Cache-Control: no-cache",
                        "Connection: keep-alive",
                        "Content-Type: text/event-stream",
                        Reply.ENGINE,
                        "X-Accel-Buffering: no",
                        "Transfer-Encoding: chunked");
    }

    private static Map<String, @Nullable Object> usage(Completion completion) {
        int asked = completion.promptTokens();
        int answered = completion.tokens();
        return Json.object("input_tokens", asked, "output_tokens", answered, "total_tokens", asked + answered);
    }

    static String id(String prefix) {
        return prefix + UUID.randomUUID().toString().replace("-", "").substring(0, ID);
    }

    private static Map<String, @Nullable Object> response(String model, Map<String, @Nullable Object> asked) {
        Map<String, @Nullable Object> response = Json.object(
                "id",
                id("resp_"),
                "object",
                "response",
                "created_at",
                System.currentTimeMillis() / 1000,
                "model",
                model,
                "status",
                "in_progress",
                "output",
                List.of(),
                "error",
                null,
                "incomplete_details",
                null);
        ECHOED.forEach(member -> response.put(member, asked.get(member)));
        response.put("store", !Boolean.FALSE.equals(asked.get("store")));
        response.put("previous_response_id", asked.get("previous_response_id"));
        response.put("reasoning", null);
        response.put("usage", null);
        response.put("user", asked.get("user"));
        response.put("reasoning_effort", asked.get("reasoning_effort"));
        return response;
    }

    /** Puts in what the model said. */
    static void complete(Map<String, @Nullable Object> response, Completion completion, String messageId) {
        response.put("status", "completed");
        List<Map<String, @Nullable Object>> output = new ArrayList<>();
        for (Completion.ToolCall call : completion.calls()) {
            output.add(Json.object(
                    "id",
                    id("item_"),
                    "type",
                    "function_call",
                    "status",
                    "completed",
                    "call_id",
                    call.id(),
                    "name",
                    call.call().name(),
                    "arguments",
                    call.call().arguments()));
        }
        if (!completion.text().isEmpty()) {
            output.add(message(messageId, completion.text()));
            response.put("output_text", completion.text());
        }
        response.put("output", output);
    }

    static Map<String, @Nullable Object> message(String id, String text) {
        return Json.object(
                "id",
                id,
                "type",
                "message",
                "role",
                "assistant",
                "content",
                List.of(Json.object("type", "output_text", "text", text)),
                "status",
                "completed");
    }

    private static Map<String, @Nullable Object> chat(String model, Map<String, @Nullable Object> asked) {
        List<Object> messages = new ArrayList<>();
        if (asked.get("instructions") instanceof String system) {
            messages.add(Json.object("role", "system", "content", system));
        }
        Object input = asked.get("input");
        if (input instanceof String text) {
            messages.add(Json.object("role", "user", "content", text));
        } else if (input instanceof List<?> items) {
            items.forEach(messages::add);
        }
        Map<String, @Nullable Object> chat = Json.object("model", model, "messages", messages);
        if (asked.get("max_output_tokens") != null) {
            chat.put("max_tokens", asked.get("max_output_tokens"));
        }
        return chat;
    }

    private static void fail(Call call, Map<String, @Nullable Object> response, Reply refusal, boolean streamed)
            throws IOException {
        response.put("status", "failed");
        if (!streamed) {
            response.put("error", Json.object("code", "upstream_error", "message", refusal.body()));
            call.answer(Reply.json(refusal.status(), response));
            return;
        }
        String message = "Upstream service returned status code: " + refusal.status();
        String events = ResponsesStream.event(
                        "error",
                        Json.object(
                                "type",
                                "error",
                                "sequence_number",
                                1,
                                "error",
                                Json.object("code", "upstream_error", "message", message)))
                + ResponsesStream.event(
                        "response.failed",
                        Json.object("type", "response.failed", "sequence_number", 2, "response", response));
        if (refusal.has(Reply.ENGINE)) {
            breakOff(call, events, refusal);
        } else {
            new Reply(200, events, refusal.headers())
                    .with("Transfer-Encoding: chunked")
                    .send(call.exchange());
        }
    }

    /** The engine's own length stays on the answer, which is broken off at the line that would go beyond. */
    private static void breakOff(Call call, String events, Reply refusal) throws IOException {
        List<String> headers = new ArrayList<>(refusal.headers());
        int length = refusal.body().length();
        headers.add("Content-Length: " + length);
        call.exchange()
                .head(200, headers.toArray(String[]::new))
                .send(events.substring(0, events.lastIndexOf('\n', length) + 1))
                .cut();
    }
}
