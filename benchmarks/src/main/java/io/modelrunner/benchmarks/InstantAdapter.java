package io.modelrunner.benchmarks;

import io.modelrunner.Capability;
import io.modelrunner.Model;
import io.modelrunner.ModelName;
import io.modelrunner.adapter.Health;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** An adapter that has its answer ready, so that only what stands before it is measured. */
final class InstantAdapter implements LLMAdapter {
    private static final int PIECES = 1_000;
    private static final ChatEvent PIECE = new ChatEvent.Text("word ");
    private static final ChatResponse WHOLE = ChatResponse.builder(ModelName.of("ai/smollm2"), "instant")
            .appendText("word ".repeat(PIECES))
            .build();
    private static final ChatEvent END = new ChatEvent.Completed(WHOLE);
    private static final Set<Capability> ALL = Set.copyOf(EnumSet.allOf(Capability.class));

    @Override
    public String name() {
        return "instant";
    }

    @Override
    public Health health() {
        return Health.up("benchmark", null, "always here");
    }

    @Override
    public Set<Capability> capabilities() {
        return ALL;
    }

    @Override
    public List<Model> listModels() {
        return List.of();
    }

    @Override
    public ChatResponse chat(ChatRequest request) {
        return WHOLE;
    }

    @Override
    public ChatStream stream(ChatRequest request) {
        return ChatStream.of(new ChatStream.Source() {
            private int given;

            @Override
            public ChatEvent next() {
                return given++ < PIECES ? PIECE : END;
            }

            @Override
            public void close() {}
        });
    }

    @Override
    public void close() {}
}
