package io.modelrunner.testing.fake;

import io.modelrunner.testing.internal.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An answer in the form of Anthropic's Messages, which llama.cpp speaks too. */
final class AnthropicAnswer implements LlamaServer.Answer {
    private final Completion completion;

    private AnthropicAnswer(Completion completion) {
        this.completion = completion;
    }

    static AnthropicAnswer of(Job job, LlamaServer server) {
        return new AnthropicAnswer(server.complete(job, question(job)));
    }

    static Reply count(Job job) {
        return Reply.engine(200, Json.object("input_tokens", question(job).promptTokens()));
    }

    private static ChatQuestion question(Job job) {
        if (!(job.asked().get("messages") instanceof List<?> messages)) {
            throw new Refusal(Reply.engineError(500, "server_error", "'messages' is required"));
        }
        Map<String, @Nullable Object> asked = Json.object();
        asked.putAll(job.asked());
        asked.remove("tools"); // theirs have another form, and are not pretended
        List<Object> all = new ArrayList<>();
        Object system = asked.get("system");
        if (system != null) {
            all.add(Json.object("role", "system", "content", system));
        }
        all.addAll(messages);
        asked.put("messages", all);
        return ChatQuestion.of(asked, job.model().sees());
    }

    @Override
    public Reply whole() {
        return Reply.engine(
                200,
                message(
                        List.of(Json.object("type", "text", "text", completion.text())),
                        stopReason(),
                        completion.tokens()));
    }

    private String stopReason() {
        return completion.finish().equals("length") ? "max_tokens" : "end_turn";
    }

    private Map<String, @Nullable Object> message(List<?> content, @Nullable String stopReason, int tokens) {
        return Json.object(
                "id",
                completion.id(),
                "type",
                "message",
                "role",
                "assistant",
                "content",
                content,
                "model",
                completion.file(),
                "stop_reason",
                stopReason,
                "stop_sequence",
                null,
                "usage",
                Json.object(
                        "cache_read_input_tokens",
                        0,
                        "input_tokens",
                        completion.promptTokens(),
                        "output_tokens",
                        tokens));
    }

    @Override
    public void stream(EventSink events) throws IOException {
        event(events, "message_start", "message", message(List.of(), null, 0));
        event(events, "content_block_start", "index", 0, "content_block", Json.object("type", "text", "text", ""));
        for (String piece : completion.pieces()) {
            event(events, "content_block_delta", "index", 0, "delta", Json.object("type", "text_delta", "text", piece));
        }
        event(events, "content_block_stop", "index", 0);
        event(
                events,
                "message_delta",
                "delta",
                Json.object("stop_reason", stopReason(), "stop_sequence", null),
                "usage",
                Json.object("output_tokens", completion.tokens()));
        events.lastComes();
        event(events, "message_stop");
        events.end();
    }

    private static void event(EventSink events, String type, @Nullable Object... members) throws IOException {
        Map<String, @Nullable Object> data = Json.object("type", type);
        data.putAll(Json.object(members));
        events.send("event: " + type + "\ndata: " + Json.write(data) + "\n\n");
    }
}
