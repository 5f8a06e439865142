package io.modelrunner.testing;

import io.modelrunner.Capability;
import io.modelrunner.Failure;
import io.modelrunner.Model;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.adapter.Health;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import java.util.List;
import java.util.Set;

/** An adapter whose runner is never there. */
final class NowhereAdapter implements LLMAdapter {
    @Override
    public String name() {
        return "nowhere";
    }

    @Override
    public Health health() {
        return Health.down(unreachable());
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of();
    }

    @Override
    public List<Model> listModels() {
        throw unreachable();
    }

    @Override
    public ChatResponse chat(ChatRequest request) {
        throw unreachable();
    }

    @Override
    public ChatStream stream(ChatRequest request) {
        return ChatStream.of(new ChatStream.Source() {
            @Override
            public ChatEvent next() {
                throw unreachable();
            }

            @Override
            public void close() {}
        });
    }

    @Override
    public void close() {}

    private static RunnerUnreachableException unreachable() {
        return new RunnerUnreachableException(Failure.of("nothing is there")
                .adapter("nowhere")
                .remedy("docker desktop enable model-runner", "it is switched off")
                .build());
    }
}
