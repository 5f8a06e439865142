package io.modelrunner.testing.fake;

import io.modelrunner.testing.internal.Json;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Streams an answer in the events of the Responses API. */
final class ResponsesStream {
    private final EventSink events;
    private final Map<String, @Nullable Object> response;
    private final Completion completion;
    private int sequence;

    ResponsesStream(EventSink events, Map<String, @Nullable Object> response, Completion completion) {
        this.events = events;
        this.response = response;
        this.completion = completion;
    }

    void stream() throws IOException {
        String id = ResponsesRoutes.id("msg_");
        send("response.created", "response", new LinkedHashMap<>(response));
        send("response.in_progress", "response", new LinkedHashMap<>(response));
        send(
                "response.output_item.added",
                "item",
                Json.object(
                        "id",
                        id,
                        "type",
                        "message",
                        "role",
                        "assistant",
                        "content",
                        List.of(Json.object("type", "output_text")),
                        "status",
                        "in_progress"));
        send("response.content_part.added", "part", Json.object("type", "output_text"), "item_id", id);
        for (String piece : completion.pieces()) {
            send("response.output_text.delta", "delta", piece, "item_id", id);
        }
        Map<String, @Nullable Object> part = Json.object("type", "output_text", "text", completion.text());
        send("response.output_text.done", "part", part, "item_id", id);
        send("response.content_part.done", "part", part, "item_id", id);
        send("response.output_item.done", "item", ResponsesRoutes.message(id, completion.text()));
        ResponsesRoutes.complete(response, completion, id);
        response.put("finish_reason", completion.finish());
        send("response.completed", "response", response);
        events.end();
    }

    private void send(String type, @Nullable Object... members) throws IOException {
        sequence++;
        Map<String, @Nullable Object> data = Json.object("type", type, "sequence_number", sequence);
        data.putAll(Json.object(members));
        events.send(event(type, data));
    }

    static String event(String type, Map<String, @Nullable Object> data) {
        return "event: " + type + "\ndata: " + Json.write(data) + "\n\n";
    }
}
