package io.modelrunner.http;

import static io.modelrunner.http.StoredConfiguration.ACCEPTANCE;
import static io.modelrunner.http.StoredConfiguration.CONTEXT_SIZE;
import static io.modelrunner.http.StoredConfiguration.DRAFT_MODEL;
import static io.modelrunner.http.StoredConfiguration.GPU_MEMORY;
import static io.modelrunner.http.StoredConfiguration.KEEP_ALIVE;
import static io.modelrunner.http.StoredConfiguration.LLAMA_CPP;
import static io.modelrunner.http.StoredConfiguration.OVERRIDES;
import static io.modelrunner.http.StoredConfiguration.REASONING_BUDGET;
import static io.modelrunner.http.StoredConfiguration.RUNTIME_FLAGS;
import static io.modelrunner.http.StoredConfiguration.SPECULATIVE;
import static io.modelrunner.http.StoredConfiguration.TOKENS;
import static io.modelrunner.http.StoredConfiguration.VLLM;

import io.modelrunner.control.ConfigurationChange;
import io.modelrunner.control.KeepAlive;
import io.modelrunner.control.Setting;
import io.modelrunner.control.Speculative;
import io.modelrunner.control.Vllm;
import java.util.List;

/** Lays a change over stored settings, because the runner replaces all of them by what it gets. */
final class ConfigurationMerge {
    private ConfigurationMerge() {}

    /** {@return the settings with the change, all others as they were} */
    static JsonObject merged(JsonObject stored, ConfigurationChange change) {
        JsonObject merged = stored;
        for (Setting reset : change.resets()) {
            merged = without(merged, reset);
        }
        if (change.contextSize().isPresent()) {
            merged = merged.with(
                    CONTEXT_SIZE, String.valueOf(change.contextSize().getAsInt()));
        }
        if (change.runtimeFlags().isPresent()) {
            merged = flags(merged, change.runtimeFlags().get());
        }
        if (change.keepAlive().isPresent()) {
            merged = keepAlive(merged, change.keepAlive().get());
        }
        if (change.reasoningBudget().isPresent()) {
            String budget = String.valueOf(change.reasoningBudget().getAsInt());
            merged = merged.with(LLAMA_CPP, merged.object(LLAMA_CPP).with(REASONING_BUDGET, budget));
        }
        if (change.speculative().isPresent()) {
            merged = merged.with(
                    SPECULATIVE,
                    speculative(merged.object(SPECULATIVE), change.speculative().get()));
        }
        if (change.vllm().isPresent()) {
            merged = merged.with(VLLM, vllm(merged.object(VLLM), change.vllm().get()));
        }
        return merged;
    }

    private static JsonObject without(JsonObject settings, Setting reset) {
        return switch (reset) {
            case CONTEXT_SIZE -> settings.without(CONTEXT_SIZE);
            case RUNTIME_FLAGS -> settings.without(RUNTIME_FLAGS);
            case KEEP_ALIVE -> settings.without(KEEP_ALIVE);
            case REASONING_BUDGET ->
                settings.with(LLAMA_CPP, settings.object(LLAMA_CPP).without(REASONING_BUDGET));
            case SPECULATIVE -> settings.without(SPECULATIVE);
            case VLLM -> settings.without(VLLM);
        };
    }

    private static JsonObject flags(JsonObject settings, List<String> flags) {
        return flags.isEmpty() ? settings.without(RUNTIME_FLAGS) : settings.with(RUNTIME_FLAGS, Json.array(flags));
    }

    /** One that is the same in other words stays as it is, so that it makes no difference. */
    private static JsonObject keepAlive(JsonObject settings, KeepAlive time) {
        boolean same = time.equals(RunningReader.keepAlive(settings.text(KEEP_ALIVE)));
        return same ? settings : settings.with(KEEP_ALIVE, Json.quoted(time.toString()));
    }

    private static JsonObject speculative(JsonObject block, Speculative change) {
        JsonObject merged = block;
        if (change.draftModel().isPresent()) {
            merged = merged.with(
                    DRAFT_MODEL, Json.quoted(change.draftModel().get().text()));
        }
        if (change.tokens().isPresent()) {
            merged = merged.with(TOKENS, String.valueOf(change.tokens().getAsInt()));
        }
        if (change.minAcceptanceRate().isPresent()) {
            merged = merged.with(
                    ACCEPTANCE, String.valueOf(change.minAcceptanceRate().getAsDouble()));
        }
        return merged;
    }

    private static JsonObject vllm(JsonObject block, Vllm change) {
        JsonObject overrides = block.object(OVERRIDES);
        for (String key : change.hfOverrides().keySet()) {
            overrides = overrides.with(key, change.hfOverrides().getOrDefault(key, "null"));
        }
        JsonObject merged = block.with(OVERRIDES, overrides);
        if (change.gpuMemoryUtilization().isPresent()) {
            merged = merged.with(
                    GPU_MEMORY, String.valueOf(change.gpuMemoryUtilization().getAsDouble()));
        }
        return merged;
    }
}
