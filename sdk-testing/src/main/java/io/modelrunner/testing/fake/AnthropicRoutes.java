package io.modelrunner.testing.fake;

import io.modelrunner.testing.internal.Json;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is below {@code /anthropic}: its own checks, then the engine's word. */
final class AnthropicRoutes implements Routing {
    private static final String PREFIX = "/anthropic/v1/messages";

    private final Store store;
    private final InferenceRoutes inference;

    AnthropicRoutes(Store store, InferenceRoutes inference) {
        this.store = store;
        this.inference = inference;
    }

    @Override
    public boolean answers(Call call) throws IOException {
        String path = call.path();
        if (!path.equals(PREFIX) && !path.equals(PREFIX + "/count_tokens")) {
            return false;
        }
        if (!call.method().equals("POST")) {
            throw new Refusal(Reply.error(405, "Method Not Allowed").with("Allow: POST"));
        }
        Map<String, @Nullable Object> asked = asked(call);
        Object model = asked.getOrDefault("model", "");
        if (!(model instanceof String name) || name.isEmpty()) {
            throw error(400, "invalid_request_error", "Missing required field: model");
        }
        if (store.idOf(name).isEmpty()) {
            throw error(404, "not_found_error", "Model not found: " + name);
        }
        inference.infer(call, EngineRoutes.LLAMA, path.substring("/anthropic/".length()), asked);
        return true;
    }

    private static Map<String, @Nullable Object> asked(Call call) throws IOException {
        try {
            return InferenceRoutes.request(call, json(413, "request_too_large", "Request too large"));
        } catch (Refusal refusal) {
            throw refusal.reply().status() == 413
                    ? refusal
                    : error(400, "invalid_request_error", "Invalid JSON in request body");
        }
    }

    private static Refusal error(int status, String type, String message) {
        return new Refusal(json(status, type, message));
    }

    private static Reply json(int status, String type, String message) {
        return Reply.json(status, Json.object("type", "error", "error", Json.object("type", type, "message", message)));
    }
}
