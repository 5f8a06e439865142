package io.modelrunner.testing.fake;

import io.modelrunner.testing.internal.Json;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is below {@code /api}: the runner's imitation of Ollama, with its faults. */
final class OllamaRoutes implements Routing {
    private static final String API = "/api/";
    private static final Map<String, String> METHODS = Map.of(
            "version", "GET",
            "tags", "GET",
            "ps", "GET",
            "show", "POST",
            "chat", "POST",
            "generate", "POST",
            "pull", "POST",
            "delete", "DELETE");

    private final Store store;
    private final Engines engines;
    private final ModelRoutes models;
    private final Transfers transfers;
    private final EngineRoutes engineRoutes;
    private final OllamaChat chat;

    OllamaRoutes(
            Store store,
            Engines engines,
            ModelRoutes models,
            Transfers transfers,
            EngineRoutes engineRoutes,
            OllamaChat chat) {
        this.store = store;
        this.engines = engines;
        this.models = models;
        this.transfers = transfers;
        this.engineRoutes = engineRoutes;
        this.chat = chat;
    }

    @Override
    public boolean answers(Call call) throws IOException {
        String what = call.path().startsWith(API) ? call.path().substring(API.length()) : "";
        String method = METHODS.get(what);
        if (method == null) {
            return false;
        }
        if (!call.method().equals(method)) {
            throw new Refusal(Reply.error(405, "Method Not Allowed").with("Allow: " + method));
        }
        switch (what) {
            case "version" -> call.answer(Reply.json(200, Json.object("version", "0.1.0")));
            case "tags" -> call.answer(Reply.json(200, Json.object("models", tags())));
            case "ps" -> call.answer(Reply.json(200, Json.object("models", running())));
            default -> act(call, what);
        }
        return true;
    }

    private void act(Call call, String what) throws IOException {
        Map<String, @Nullable Object> asked =
                call.json(Reply.error(400, "Invalid request: invalid character looking for beginning of value"));
        Object named = asked.get("name") instanceof String name && !name.isEmpty() ? name : asked.get("model");
        String model = named instanceof String text ? text : "";
        switch (what) {
            case "show" -> show(call, model);
            case "pull" -> pull(call, model);
            case "delete" -> delete(call, model);
            default -> talk(call, what, model, asked);
        }
    }

    private List<Map<String, @Nullable Object>> tags() {
        List<Map<String, @Nullable Object>> tags = new ArrayList<>();
        for (StoredModel model : store.all()) {
            String modified = DateTimeFormatter.ISO_INSTANT.format(Instant.ofEpochSecond(model.created()));
            for (String tag : model.tags()) {
                tags.add(Json.object(
                        "name",
                        tag,
                        "model",
                        tag,
                        "modified_at",
                        modified,
                        "size",
                        0,
                        "digest",
                        model.id(),
                        "details",
                        model.details()));
            }
        }
        return tags;
    }

    private List<Map<String, @Nullable Object>> running() {
        List<Map<String, @Nullable Object>> running = new ArrayList<>();
        for (Engines.Engine engine : engines.all()) {
            List<String> tags = store.tagsOf(engine.modelId());
            String name = tags.isEmpty() ? engine.modelId() : tags.get(0);
            Optional<Instant> expires = engines.isIdle(engine) ? engine.expires() : Optional.empty();
            running.add(Json.object(
                    "name",
                    name,
                    "model",
                    name,
                    "size",
                    0,
                    "digest",
                    engine.modelId(),
                    "expires_at",
                    expires.map(Instant::toString).orElse("0001-01-01T00:00:00Z")));
        }
        return running;
    }

    private void show(Call call, String name) throws IOException {
        try {
            call.answer(Reply.json(200, Json.object("details", store.model(name).details())));
        } catch (ModelTrouble trouble) {
            throw new Refusal(404, "Model not found: error while getting model: " + trouble.text());
        }
    }

    private void delete(Call call, String name) throws IOException {
        try {
            store.idOf(name)
                    .ifPresent(id -> engines.unload(engine -> engine.modelId().equals(id)));
            models.deleted(name, false);
        } catch (ModelTrouble trouble) {
            throw new Refusal(500, "Failed to delete model: error while deleting model: " + trouble.reason());
        } catch (Refusal refusal) {
            throw new Refusal(
                    500, "Failed to delete model: " + refusal.reply().body().strip());
        }
        call.answer(Reply.json(200, Json.object()));
    }

    private void pull(Call call, String name) throws IOException {
        try {
            transfers.pull(call.exchange(), name, null, fault -> new OllamaProgress(call.exchange(), fault));
        } catch (Refusal refusal) {
            String message = "Failed to pull model: " + refusal.reply().body().strip();
            throw new Refusal(Transfers.streamed(Reply.json(500, Json.object("error", message))));
        }
    }

    private void talk(Call call, String what, String model, Map<String, @Nullable Object> asked) throws IOException {
        configure(model, asked);
        boolean says = !what.equals("generate") || !"".equals(asked.getOrDefault("prompt", ""));
        if (!says) {
            if (asked.get("keep_alive") == null) {
                store.idOf(model)
                        .ifPresent(
                                id -> engines.unload(engine -> engine.modelId().equals(id)));
            }
            call.answer(Reply.json(200, Json.object()));
            return;
        }
        chat.answer(call, what, model, asked);
    }

    private void configure(String model, Map<String, @Nullable Object> asked) {
        Map<String, @Nullable Object> wanted = Json.object();
        if (asked.get("options") instanceof Map<?, ?> options && options.get("num_ctx") instanceof Number size) {
            wanted.put("context-size", size);
        }
        Object keepAlive = asked.get("keep_alive");
        if (keepAlive != null) {
            wanted.put("keep_alive", keepAlive instanceof Number seconds ? seconds + "s" : keepAlive);
        }
        if (asked.get("think") instanceof Boolean thinks) {
            wanted.put("llamacpp", Json.object("reasoning-budget", thinks ? -1 : 0));
        }
        try {
            if (!wanted.isEmpty()) {
                engineRoutes.configure(model, wanted, EngineRoutes.LLAMA);
            }
        } catch (Refusal refusal) {
            // the real one fails in silence, too
        }
    }
}
