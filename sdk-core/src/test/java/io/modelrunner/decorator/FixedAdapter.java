package io.modelrunner.decorator;

import io.modelrunner.Capability;
import io.modelrunner.Model;
import io.modelrunner.adapter.Health;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** An adapter that answers at once by a function, and counts how often it was asked. */
final class FixedAdapter implements LLMAdapter {
    final AtomicInteger asked = new AtomicInteger();
    private final Function<ChatRequest, ChatResponse> answers;

    FixedAdapter(Function<ChatRequest, ChatResponse> answers) {
        this.answers = answers;
    }

    @Override
    public String name() {
        return "fixed";
    }

    @Override
    public Health health() {
        return Health.up("test", null, "here");
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.allOf(Capability.class);
    }

    @Override
    public List<Model> listModels() {
        return List.of();
    }

    @Override
    public ChatResponse chat(ChatRequest request) {
        asked.incrementAndGet();
        return answers.apply(request);
    }

    /** A stream of one event for each character of the text, and the end. */
    @Override
    public ChatStream stream(ChatRequest request) {
        return ChatStream.of(new ChatStream.Source() {
            private ChatResponse whole;
            private int given;

            @Override
            public ChatEvent next() {
                if (whole == null) {
                    asked.incrementAndGet();
                    whole = answers.apply(request);
                }
                return given < whole.text().length()
                        ? new ChatEvent.Text(String.valueOf(whole.text().charAt(given++)))
                        : new ChatEvent.Completed(whole);
            }

            @Override
            public void close() {}
        });
    }

    @Override
    public void close() {}
}
