package io.modelrunner.decorator;

import io.modelrunner.CancelledException;
import io.modelrunner.Failure;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A stream that looks for its answer in the cache with its first pull, and else puts it there at its end. */
final class CachingStream implements ChatStream.Source {
    private final Caching cache;
    private final ChatRequest key;
    private final StreamBehind behind;
    private boolean begun;
    private @Nullable Iterator<ChatEvent> kept;
    private String partialText = "";

    CachingStream(Caching cache, ChatRequest key, ChatStream stream) {
        this.cache = cache;
        this.key = key;
        this.behind = new StreamBehind(stream);
    }

    @Override
    public ChatEvent next() {
        if (!begun) {
            begun = true;
            Optional<ChatResponse> answer = cache.find(key);
            if (answer.isPresent()) {
                behind.close();
                kept = events(answer.get()).iterator();
            }
        }
        Iterator<ChatEvent> events = kept;
        return events == null ? fromBehind() : fromCache(events);
    }

    private ChatEvent fromBehind() {
        ChatEvent event = behind.next();
        if (event instanceof ChatEvent.Completed completed) {
            cache.keep(key, completed.response());
        }
        return event;
    }

    private ChatEvent fromCache(Iterator<ChatEvent> events) {
        cache.checkOpen(key);
        ChatEvent event = events.next();
        if (event instanceof ChatEvent.Text text) {
            partialText = text.text();
        }
        return event;
    }

    private static List<ChatEvent> events(ChatResponse response) {
        List<ChatEvent> events = new ArrayList<>();
        response.reasoning().map(ChatEvent.Reasoning::new).ifPresent(events::add);
        if (!response.text().isEmpty()) {
            events.add(new ChatEvent.Text(response.text()));
        }
        response.toolCalls().forEach(call -> events.add(new ChatEvent.ToolCallEvent(call)));
        events.add(new ChatEvent.Completed(response));
        return events;
    }

    @Override
    public CancelledException cancelled() {
        if (kept == null) {
            return behind.cancelled();
        }
        return new CancelledException(Failure.of("the stream was closed")
                .adapter(cache.name())
                .model(key.model())
                .partialText(partialText)
                .build());
    }

    @Override
    public void close() {
        behind.close();
    }
}
