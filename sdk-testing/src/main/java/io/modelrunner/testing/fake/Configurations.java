package io.modelrunner.testing.fake;

import io.modelrunner.testing.internal.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What was configured by model and mode: kept whole, replaced whole. */
final class Configurations {
    private static final Set<String> MODES = Set.of("completion", "embedding", "reranking", "image-generation");

    /** Those that are known to be refused; a real runner has a list of those that it takes. */
    private static final Set<String> REFUSED =
            Set.of("--model", "-m", "--host", "--port", "--mmproj", "--lora", "--log-file", "--api-key-file", "--path");

    /**
     * What one engine is configured by.
     *
     * @param members as it is shown
     */
    record Configuration(Map<String, @Nullable Object> members) {
        Optional<String> keepAlive() {
            return members.get("keep_alive") instanceof String text ? Optional.of(text) : Optional.empty();
        }

        /** {@return the context size; 0 if it is not configured} */
        int contextSize() {
            return members.get("context-size") instanceof BigDecimal size ? size.intValue() : 0;
        }

        boolean pools() {
            return members.get("runtime-flags") instanceof List<?> flags && flags.contains("--pooling");
        }
    }

    /** Of which model, or the text if that was none, and which mode. */
    private record Key(String model, String mode) {}

    private final Map<Key, Configuration> stored = new LinkedHashMap<>();

    synchronized Configuration of(String modelId, String mode) {
        return stored.getOrDefault(new Key(modelId, mode), new Configuration(Map.of()));
    }

    synchronized void put(String model, String mode, Configuration configuration) {
        stored.put(new Key(model, mode), configuration);
    }

    synchronized void clear() {
        stored.clear();
    }

    synchronized void remove(String modelId) {
        stored.keySet().removeIf(key -> key.model().equals(modelId));
    }

    /** {@return all whose models are there} */
    synchronized List<Map<String, @Nullable Object>> shown(List<StoredModel> models) {
        List<Map<String, @Nullable Object>> shown = new ArrayList<>();
        stored.forEach((key, configuration) -> models.stream()
                .filter(model -> model.id().equals(key.model()))
                .forEach(model -> shown.add(Json.object(
                        "Backend",
                        "llama.cpp",
                        "Model",
                        model.tags().isEmpty() ? "" : model.tags().get(0),
                        "ModelID",
                        model.id(),
                        "Mode",
                        key.mode(),
                        "Config",
                        configuration.members()))));
        return shown;
    }

    /**
     * {@return the mode that a request to configure means}
     *
     * @throws Refusal if there is no such mode
     */
    static String mode(Map<String, @Nullable Object> asked) {
        Object mode = asked.get("mode");
        boolean embeds = asked.get("runtime-flags") instanceof List<?> flags && flags.contains("--embeddings");
        if (mode == null) {
            return embeds ? "embedding" : "completion";
        }
        if (!(mode instanceof String text) || !MODES.contains(text)) {
            throw new Refusal(400, "invalid request");
        }
        return text;
    }

    /**
     * {@return what a request wants to have configured}
     *
     * @throws Refusal if the runner does not take that
     */
    static Configuration read(Map<String, @Nullable Object> asked) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        Object size = asked.get("context-size");
        check(size == null || size instanceof BigDecimal);
        if (size != null) {
            members.put("context-size", size);
        }
        List<String> flags = flags(asked);
        if (!flags.isEmpty()) {
            members.put("runtime-flags", flags);
        }
        for (String block : List.of("speculative", "vllm", "llamacpp")) {
            Object value = asked.get(block);
            check(value == null || value instanceof Map<?, ?>);
            if (value != null) {
                members.put(block, value);
            }
        }
        Object keepAlive = asked.get("keep_alive");
        if (keepAlive != null) {
            check(keepAlive instanceof String);
            members.put(
                    "keep_alive",
                    KeepAlive.normal(keepAlive.toString()).orElseThrow(() -> new Refusal(400, "invalid request")));
        }
        return new Configuration(members);
    }

    private static void check(boolean valid) {
        if (!valid) {
            throw new Refusal(400, "invalid request");
        }
    }

    private static List<String> flags(Map<String, @Nullable Object> asked) {
        List<String> flags = new ArrayList<>();
        if (asked.get("runtime-flags") instanceof List<?> list) {
            list.forEach(flag -> flags.add(String.valueOf(flag)));
        } else if (asked.get("raw-runtime-flags") instanceof String raw && !raw.isBlank()) {
            if (raw.chars().filter(c -> c == '"').count() % 2 != 0
                    || raw.chars().filter(c -> c == '\'').count() % 2 != 0) {
                throw new Refusal(500, "invalid runtime flags: invalid command line string");
            }
            for (String word : raw.strip().split("\\s+", -1)) {
                flags.add(word.replaceAll("[\"']", ""));
            }
        }
        return List.copyOf(flags);
    }

    /** @throws Refusal if there is a flag that the runner does not let through */
    static void checkFlags(Configuration configuration, String backend) {
        if (!(configuration.members().get("runtime-flags") instanceof List<?> flags)) {
            return;
        }
        for (Object each : flags) {
            String flag = String.valueOf(each);
            if (flag.contains("/") || flag.contains("\\")) {
                throw new Refusal(
                        500, "invalid runtime flag \"" + flag + "\": paths are not allowed (contains '/' or '\\\\')");
            }
            String name = flag.replaceFirst("=.*", "");
            if (REFUSED.contains(name) || name.matches("-\\d.*")) {
                throw new Refusal(500, "runtime flag \"" + name + "\" is not allowed for backend \"" + backend + "\"");
            }
        }
    }
}
