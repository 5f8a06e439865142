package io.modelrunner.testing.fake;

import io.modelrunner.testing.internal.Json;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The runner's own record of the latest requests to each model, which it shows to everybody who asks. */
final class Recorder {
    private static final int MOST = 10;

    private final Configurations configurations;
    private final Clock clock;
    private final Map<String, Deque<Map<String, @Nullable Object>>> records = new LinkedHashMap<>();
    private final Map<String, Integer> packagedSizes = new LinkedHashMap<>();

    Recorder(Configurations configurations, Clock clock) {
        this.configurations = configurations;
        this.clock = clock;
    }

    synchronized void record(StoredModel model, String spelling, Call call, String request, int status, String answer) {
        Instant now = clock.instant();
        Map<String, @Nullable Object> record = Json.object(
                "id",
                model.id() + "_" + now.getEpochSecond() + String.format("%09d", now.getNano()),
                "model",
                spelling,
                "method",
                call.method(),
                "url",
                call.path(),
                "request",
                call.path().endsWith("/chat/completions") ? sorted(request) : request,
                status < 400 ? "response" : "error",
                answer,
                "timestamp",
                now.getEpochSecond(),
                "status_code",
                status);
        if (!call.header("user-agent").isEmpty()) {
            record.put("user_agent", call.header("user-agent"));
        }
        Deque<Map<String, @Nullable Object>> latest = records.computeIfAbsent(model.id(), id -> new ArrayDeque<>());
        if (latest.size() == MOST) {
            latest.remove();
        }
        latest.add(record);
        packagedSizes.put(model.id(), model.contextSize());
    }

    private static String sorted(String request) {
        return Json.write(sorted(Json.read(request)));
    }

    private static @Nullable Object sorted(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> members = new TreeMap<>();
            map.forEach((name, member) -> members.put(String.valueOf(name), sorted(member)));
            return members;
        }
        return value instanceof List<?> items
                ? items.stream().map(Recorder::sorted).toList()
                : value;
    }

    /** Forgets all of a model, as the runner does when one of its engines ends. */
    synchronized void forget(String modelId) {
        records.remove(modelId);
    }

    /** {@return the records of one model, or of all if none is named} */
    synchronized List<Map<String, @Nullable Object>> shown(Optional<String> modelId, Optional<String> named) {
        return records.entrySet().stream()
                .filter(each ->
                        named.isEmpty() || modelId.filter(each.getKey()::equals).isPresent())
                .map(each -> Json.object(
                        "count",
                        each.getValue().size(),
                        "model",
                        each.getKey(),
                        "config",
                        config(each.getKey()),
                        "records",
                        List.copyOf(each.getValue())))
                .toList();
    }

    private Map<String, @Nullable Object> config(String modelId) {
        Map<String, @Nullable Object> config =
                new LinkedHashMap<>(configurations.of(modelId, "completion").members());
        int packaged = packagedSizes.getOrDefault(modelId, 0);
        if (packaged != 0) {
            config.putIfAbsent("context-size", packaged);
        }
        return config;
    }
}
