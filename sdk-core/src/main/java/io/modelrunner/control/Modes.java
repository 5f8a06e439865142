package io.modelrunner.control;

import io.modelrunner.adapter.Preloader.Purpose;
import java.util.Map;
import java.util.Optional;

/** Docker Model Runner's words for what a process is for. */
final class Modes {
    private static final Map<String, Purpose> PURPOSES =
            Map.of("completion", Purpose.CHAT, "embedding", Purpose.EMBEDDING, "reranking", Purpose.RERANKING);

    private Modes() {}

    static Optional<Purpose> purpose(String mode) {
        return Optional.ofNullable(PURPOSES.get(mode));
    }
}
