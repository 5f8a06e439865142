package io.modelrunner.chat;

import io.modelrunner.Timeouts;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** How to generate and how to send, as chats and text completions share it. */
record Generation(
        Sampling sampling,
        @Nullable Integer limit,
        List<String> stop,
        Map<String, @Nullable Object> extra,
        Map<String, String> headers,
        Timeouts timeouts) {
    static final Generation UNSET =
            new Generation(Sampling.unset(), null, List.of(), Map.of(), Map.of(), Timeouts.defaults());

    Generation {
        extra = Collections.unmodifiableMap(new LinkedHashMap<>(extra));
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    OptionalInt maxTokens() {
        return limit == null ? OptionalInt.empty() : OptionalInt.of(limit);
    }
}
