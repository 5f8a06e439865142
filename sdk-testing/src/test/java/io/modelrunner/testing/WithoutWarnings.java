package io.modelrunner.testing;

import io.modelrunner.CancelledException;
import io.modelrunner.Capability;
import io.modelrunner.Model;
import io.modelrunner.adapter.Health;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/** A mock whose answers don't say that it is one, as a cache keeps none that do. */
final class WithoutWarnings implements LLMAdapter {
    private final LLMAdapter mock;

    WithoutWarnings(LLMAdapter mock) {
        this.mock = mock;
    }

    private static ChatResponse cleaned(ChatResponse response) {
        return ChatResponse.builder(response.model(), response.adapter())
                .appendText(response.text())
                .usage(response.usage().orElse(null))
                .build();
    }

    @Override
    public String name() {
        return mock.name();
    }

    @Override
    public Health health() {
        return mock.health();
    }

    @Override
    public Set<Capability> capabilities() {
        return mock.capabilities();
    }

    @Override
    public List<Model> listModels() {
        return mock.listModels();
    }

    @Override
    public ChatResponse chat(ChatRequest request) {
        return cleaned(mock.chat(request));
    }

    @Override
    public ChatStream stream(ChatRequest request) {
        ChatStream stream = mock.stream(request);
        Iterator<ChatEvent> events = stream.iterator();
        return ChatStream.of(new ChatStream.Source() {
            @Override
            public ChatEvent next() {
                ChatEvent event = events.next();
                return event instanceof ChatEvent.Completed completed
                        ? new ChatEvent.Completed(cleaned(completed.response()))
                        : event;
            }

            @Override
            public CancelledException cancelled() {
                stream.close();
                try {
                    throw new AssertionError("an event behind the end: " + events.next());
                } catch (CancelledException e) {
                    return e;
                }
            }

            @Override
            public void close() {
                stream.close();
            }
        });
    }

    @Override
    public void close() {
        mock.close();
    }
}
