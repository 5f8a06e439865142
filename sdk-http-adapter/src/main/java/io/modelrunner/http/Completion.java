package io.modelrunner.http;

import io.modelrunner.chat.Timings;
import io.modelrunner.chat.TokenLogprob;
import io.modelrunner.chat.Usage;
import io.modelrunner.internal.ServerError;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one JSON document of an answer said: a chunk of a stream, or the whole. Reused from chunk to chunk. */
final class Completion {
    boolean hasChoice;

    /** Whether a part of a tool call came, which is no event yet. */
    boolean hasToolCallPart;

    @Nullable
    String text;

    @Nullable
    String reasoning;

    @Nullable
    String finishReason;

    @Nullable
    String id;

    @Nullable
    String model;

    @Nullable
    Usage usage;

    @Nullable
    Timings timings;

    @Nullable
    ServerError error;

    List<TokenLogprob> logprobs = List.of();

    void clear() {
        hasChoice = false;
        hasToolCallPart = false;
        text = null;
        reasoning = null;
        finishReason = null;
        usage = null;
        timings = null;
        error = null;
        logprobs = List.of();
    }
}
