package io.modelrunner.http;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.ModelName;
import io.modelrunner.control.ModelConfiguration;
import io.modelrunner.control.Setting;
import io.modelrunner.control.Speculative;
import io.modelrunner.control.Vllm;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What Docker Model Runner has stored for a model, as it sent it: members that have no name here survive a change.
 *
 * @param engine the engine's name
 * @param mode the runner's word for the purpose
 * @param model the model's first tag, empty if it has none
 * @param id the model's id
 * @param settings what is set
 */
record StoredConfiguration(String engine, String mode, String model, String id, JsonObject settings) {
    static final String CONTEXT_SIZE = "context-size";
    static final String RUNTIME_FLAGS = "runtime-flags";
    static final String KEEP_ALIVE = "keep_alive";
    static final String LLAMA_CPP = "llamacpp";
    static final String REASONING_BUDGET = "reasoning-budget";
    static final String SPECULATIVE = "speculative";
    static final String DRAFT_MODEL = "draft_model";
    static final String TOKENS = "num_tokens";
    static final String ACCEPTANCE = "min_acceptance_rate";
    static final String VLLM = "vllm";
    static final String OVERRIDES = "hf-overrides";
    static final String GPU_MEMORY = "gpu-memory-utilization";

    static StoredConfiguration of(JsonObject entry) {
        return new StoredConfiguration(
                entry.textOrEmpty("Backend"),
                entry.textOrEmpty("Mode"),
                entry.textOrEmpty("Model"),
                entry.textOrEmpty("ModelID"),
                entry.object("Config"));
    }

    ModelConfiguration value() {
        return ModelConfiguration.builder(engine, mode)
                .model(name(model))
                .modelId(id.isEmpty() ? null : id)
                .contextSize(settings.integer(CONTEXT_SIZE))
                .runtimeFlags(settings.texts(RUNTIME_FLAGS))
                .keepAlive(RunningReader.keepAlive(settings.text(KEEP_ALIVE)))
                .reasoningBudget(settings.object(LLAMA_CPP).integer(REASONING_BUDGET))
                .speculative(speculative(settings.object(SPECULATIVE)))
                .vllm(vllm(settings.object(VLLM)))
                .build();
    }

    private static @Nullable ModelName name(String text) {
        try {
            return text.isEmpty() ? null : ModelName.of(text);
        } catch (InvalidRequestException unusable) {
            return null;
        }
    }

    /** What others stored may be out of our bounds: it is not shown then, but kept. */
    private static @Nullable Speculative speculative(JsonObject block) {
        if (block.members().isEmpty()) {
            return null;
        }
        Speculative.Builder settings = Speculative.builder();
        tolerantly(block.text(DRAFT_MODEL), settings::draftModel);
        tolerantly(block.integer(TOKENS), settings::tokens);
        tolerantly(block.number(ACCEPTANCE), rate -> settings.minAcceptanceRate(rate.doubleValue()));
        return settings.build();
    }

    private static @Nullable Vllm vllm(JsonObject block) {
        if (block.members().isEmpty()) {
            return null;
        }
        Vllm.Builder settings = Vllm.builder();
        for (Map.Entry<String, String> one : block.object(OVERRIDES).members().entrySet()) {
            tolerantly(one.getValue(), json -> settings.hfOverride(one.getKey(), json));
        }
        tolerantly(block.number(GPU_MEMORY), part -> settings.gpuMemoryUtilization(part.doubleValue()));
        return settings.build();
    }

    private static <T> void tolerantly(@Nullable T value, Consumer<T> setter) {
        try {
            if (value != null) {
                setter.accept(value);
            }
        } catch (InvalidRequestException outOfBounds) {
            // left out
        }
    }

    /** {@return the settings that a change names and that differ between two configurations} */
    static List<Setting> differences(ModelConfiguration wanted, ModelConfiguration found, Set<Setting> named) {
        return named.stream()
                .filter(setting -> !comparable(wanted, setting).equals(comparable(found, setting)))
                .toList();
    }

    /** The runner writes numbers and objects in its own way, and leaves zeros out. */
    private static Object comparable(ModelConfiguration configuration, Setting setting) {
        return switch (setting) {
            case CONTEXT_SIZE -> configuration.contextSize();
            case RUNTIME_FLAGS -> configuration.runtimeFlags();
            case KEEP_ALIVE -> configuration.keepAlive();
            case REASONING_BUDGET -> configuration.reasoningBudget();
            case SPECULATIVE ->
                configuration
                        .speculative()
                        .map(block -> List.of(
                                block.draftModel(),
                                block.tokens(),
                                block.minAcceptanceRate().orElse(0)));
            case VLLM ->
                configuration.vllm().map(block -> List.of(block.hfOverrides().keySet(), block.gpuMemoryUtilization()));
        };
    }
}
