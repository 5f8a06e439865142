package io.modelrunner.testing.fake;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an engine is to do.
 *
 * @param model with which model
 * @param spelling as the request names the model
 * @param operation the engine's path, such as {@code v1/chat/completions}
 * @param asked the request
 * @param configuration of the engine
 */
record Job(
        StoredModel model,
        String spelling,
        String operation,
        Map<String, @Nullable Object> asked,
        Configurations.Configuration configuration) {
    private static final int ENGINES_OWN = 4096;

    int contextSize() {
        int known = configuration.contextSize() > 0 ? configuration.contextSize() : model.contextSize();
        return known > 0 ? known : ENGINES_OWN;
    }

    boolean streamed() {
        return Boolean.TRUE.equals(asked.get("stream"));
    }
}
