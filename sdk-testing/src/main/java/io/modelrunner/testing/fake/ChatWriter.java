package io.modelrunner.testing.fake;

import io.modelrunner.testing.internal.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts a chat into the form in which llama.cpp answers, whole or as events. */
final class ChatWriter {
    private final ChatQuestion question;
    private final Completion completion;

    ChatWriter(ChatQuestion question, Completion completion) {
        this.question = question;
        this.completion = completion;
    }

    Map<String, @Nullable Object> whole() {
        List<Map<String, @Nullable Object>> choices = new ArrayList<>();
        for (int index = 0; index < question.choices(); index++) {
            Map<String, @Nullable Object> choice =
                    Json.object("finish_reason", completion.finish(), "index", index, "message", completion.message());
            if (question.logprobs() >= 0) {
                choice.put("logprobs", completion.logprobs(question.logprobs()));
            }
            choices.add(choice);
        }
        Map<String, @Nullable Object> whole = completion.envelope(choices, "chat.completion", true);
        whole.put("timings", completion.timings());
        return whole;
    }

    void stream(EventSink events) throws IOException {
        delta(events, Json.object("role", "assistant", "content", null), null);
        for (String piece : completion.thoughts()) {
            delta(events, Json.object("reasoning_content", piece), null);
        }
        for (String piece : completion.pieces()) {
            delta(events, Json.object("content", piece), null);
        }
        for (int index = 0; index < completion.calls().size(); index++) {
            call(events, index, completion.calls().get(index));
        }
        delta(events, Json.object(), completion.finish());
        if (question.countsInStream()) {
            Map<String, @Nullable Object> last = chunk(List.of());
            last.put("usage", completion.usage());
            last.put("timings", completion.timings());
            events.event(Json.write(last));
        }
        events.lastComes();
        events.event("[DONE]");
        events.end();
    }

    private void call(EventSink events, int index, Completion.ToolCall call) throws IOException {
        List<String> pieces = Tokens.of(call.call().arguments());
        Map<String, @Nullable Object> function = Json.object("name", call.call().name(), "arguments", pieces.get(0));
        fragment(events, Json.object("index", index, "id", call.id(), "type", "function", "function", function));
        for (String piece : pieces.subList(1, pieces.size())) {
            fragment(events, Json.object("index", index, "function", Json.object("arguments", piece)));
        }
    }

    private void fragment(EventSink events, Map<String, @Nullable Object> fragment) throws IOException {
        delta(events, Json.object("tool_calls", List.of(fragment)), null);
    }

    private void delta(EventSink events, Map<String, @Nullable Object> delta, @Nullable String finish)
            throws IOException {
        for (int index = 0; index < question.choices(); index++) {
            Map<String, @Nullable Object> chunk =
                    chunk(List.of(Json.object("finish_reason", finish, "index", index, "delta", delta)));
            if (finish != null && index == question.choices() - 1 && !question.countsInStream()) {
                chunk.put("timings", completion.timings());
            }
            events.event(Json.write(chunk));
        }
    }

    private Map<String, @Nullable Object> chunk(List<?> choices) {
        Map<String, @Nullable Object> envelope = completion.envelope(choices, "chat.completion.chunk", false);
        envelope.put("id", completion.id());
        return envelope;
    }
}
