package io.modelrunner.decorator;

import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Answers by their requests, up to two bounds; what was used longest ago goes first. */
final class KeptAnswers {
    private final int maxEntries;
    private final long maxCharacters;

    // Guarded by this.
    private final Map<ChatRequest, Kept> byRequest = new LinkedHashMap<>(16, 0.75f, true);
    private long characters;

    KeptAnswers(int maxEntries, long maxCharacters) {
        this.maxEntries = maxEntries;
        this.maxCharacters = maxCharacters;
    }

    private record Kept(ChatResponse response, long characters) {}

    synchronized Optional<ChatResponse> find(ChatRequest request) {
        return Optional.ofNullable(byRequest.get(request)).map(Kept::response);
    }

    void keep(ChatRequest request, ChatResponse response) {
        Kept kept = new Kept(response, Characters.of(request, response));
        if (kept.characters() <= maxCharacters) {
            put(request, kept);
        }
    }

    private synchronized void put(ChatRequest request, Kept kept) {
        Kept before = byRequest.put(request, kept);
        characters += kept.characters() - (before == null ? 0 : before.characters());
        Iterator<Kept> oldest = byRequest.values().iterator();
        while (byRequest.size() > maxEntries || characters > maxCharacters) {
            characters -= oldest.next().characters();
            oldest.remove();
        }
    }

    synchronized int size() {
        return byRequest.size();
    }

    synchronized void clear() {
        byRequest.clear();
        characters = 0;
    }
}
