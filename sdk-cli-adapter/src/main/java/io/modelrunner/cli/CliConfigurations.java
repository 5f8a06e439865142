package io.modelrunner.cli;

import io.modelrunner.Failure;
import io.modelrunner.InvalidRequestException;
import io.modelrunner.ModelName;
import io.modelrunner.OperationMissingException;
import io.modelrunner.adapter.Preloader.Purpose;
import io.modelrunner.control.ConfigurationChange;
import io.modelrunner.control.KeepAlive;
import io.modelrunner.control.ModelConfiguration;
import io.modelrunner.control.Setting;
import io.modelrunner.control.Speculative;
import io.modelrunner.control.Vllm;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is stored for models, as {@code configure show} prints it and {@code configure} takes it. */
final class CliConfigurations {
    private static final List<String> KNOWN =
            List.of("context-size", "runtime-flags", "keep_alive", "speculative", "vllm", "llamacpp");
    private static final List<String> LLAMA_CPP = List.of("reasoning-budget");
    private static final List<String> SPECULATIVE = List.of("draft_model", "num_tokens", "min_acceptance_rate");
    private static final List<String> VLLM = List.of("hf-overrides", "gpu-memory-utilization");

    private CliConfigurations() {}

    /**
     * Settings for a model.
     *
     * @param options before the model's name
     * @param flags of the engine, behind it
     */
    record Settings(List<String> options, List<String> flags) {}

    static List<ModelConfiguration> read(List<JsonTree> stored) {
        return stored.stream().map(CliConfigurations::read).toList();
    }

    private static ModelConfiguration read(JsonTree entry) {
        JsonTree config = entry.get("Config");
        return ModelConfiguration.builder(
                        entry.get("Backend").text().orElse(""),
                        entry.get("Mode").text().orElse(""))
                .model(entry.get("Model")
                        .text()
                        .filter(name -> !name.isEmpty())
                        .map(ModelName::of)
                        .orElse(null))
                .modelId(entry.get("ModelID").text().orElse(null))
                .contextSize(whole(config.get("context-size")))
                .runtimeFlags(config.get("runtime-flags").elements().stream()
                        .flatMap(flag -> flag.text().stream())
                        .toList())
                .keepAlive(keepAlive(config.get("keep_alive")))
                .reasoningBudget(whole(config.get("llamacpp").get("reasoning-budget")))
                .speculative(speculative(config.get("speculative")))
                .vllm(vllm(config.get("vllm")))
                .build();
    }

    private static @Nullable Integer whole(JsonTree number) {
        return number.value() instanceof Double ? (Integer) (int) number.number() : null;
    }

    private static @Nullable KeepAlive keepAlive(JsonTree text) {
        try {
            return text.text().map(KeepAlive::parse).orElse(null);
        } catch (InvalidRequestException unknown) {
            return null;
        }
    }

    private static @Nullable Speculative speculative(JsonTree json) {
        if (!json.isObject()) {
            return null;
        }
        Speculative.Builder settings = Speculative.builder();
        json.get("draft_model").text().filter(name -> !name.isEmpty()).ifPresent(settings::draftModel);
        if (json.get("num_tokens").number() >= 1) {
            settings.tokens((int) json.get("num_tokens").number());
        }
        if (json.get("min_acceptance_rate").value() instanceof Double) {
            settings.minAcceptanceRate(json.get("min_acceptance_rate").number());
        }
        return settings.build();
    }

    private static @Nullable Vllm vllm(JsonTree json) {
        if (!json.isObject()) {
            return null;
        }
        Vllm.Builder settings = Vllm.builder();
        JsonTree overrides = json.get("hf-overrides");
        overrides
                .names()
                .forEach(name -> settings.hfOverride(name, overrides.get(name).json()));
        if (json.get("gpu-memory-utilization").value() instanceof Double) {
            settings.gpuMemoryUtilization(json.get("gpu-memory-utilization").number());
        }
        return settings.build();
    }

    /** Refuses to change what is stored with a part that {@code configure} has no option for, as that part would be lost. */
    static void check(List<JsonTree> stored) {
        for (JsonTree entry : stored) {
            JsonTree config = entry.get("Config");
            boolean known = KNOWN.containsAll(config.names())
                    && LLAMA_CPP.containsAll(config.get("llamacpp").names())
                    && SPECULATIVE.containsAll(config.get("speculative").names())
                    && VLLM.containsAll(config.get("vllm").names())
                    && keepAlive(config.get("keep_alive"))
                            != null
                            == config.get("keep_alive").text().isPresent();
            if (!known) {
                throw refused("a setting is stored that docker model configure has no option for");
            }
        }
    }

    /**
     * {@return the options that say what is stored, with a change}
     *
     * @param stored what is stored; empty if nothing is
     */
    static Settings settings(Optional<ModelConfiguration> stored, ConfigurationChange change) {
        if (change.engine().isPresent() && !change.engine().get().equals("llama.cpp")) {
            throw refused("docker model configure can't choose the engine");
        }
        List<String> options = new ArrayList<>(List.of("--mode", mode(change.purpose())));
        OptionalInt context = kept(change, Setting.CONTEXT_SIZE) ? size(stored) : OptionalInt.empty();
        or(change.contextSize(), context).ifPresent(size -> add(options, "--context-size", size));
        change.keepAlive()
                .or(() -> kept(change, Setting.KEEP_ALIVE)
                        ? stored.flatMap(ModelConfiguration::keepAlive)
                        : Optional.empty())
                .ifPresent(time -> add(options, "--keep-alive", time));
        OptionalInt budget = kept(change, Setting.REASONING_BUDGET) ? budget(stored) : OptionalInt.empty();
        or(change.reasoningBudget(), budget).ifPresent(tokens -> options.add("--think=" + isThinking(tokens)));
        change.speculative()
                .or(() -> kept(change, Setting.SPECULATIVE)
                        ? stored.flatMap(ModelConfiguration::speculative)
                        : Optional.empty())
                .ifPresent(settings -> add(options, settings));
        change.vllm()
                .or(() -> kept(change, Setting.VLLM) ? stored.flatMap(ModelConfiguration::vllm) : Optional.empty())
                .ifPresent(settings -> add(options, settings));
        List<String> flags = change.runtimeFlags()
                .or(() -> kept(change, Setting.RUNTIME_FLAGS)
                        ? stored.map(ModelConfiguration::runtimeFlags)
                        : Optional.empty())
                .orElse(List.of());
        return new Settings(options, flags);
    }

    private static boolean kept(ConfigurationChange change, Setting setting) {
        return !change.resets().contains(setting);
    }

    private static OptionalInt or(OptionalInt first, OptionalInt second) {
        return first.isPresent() ? first : second;
    }

    private static OptionalInt size(Optional<ModelConfiguration> stored) {
        return stored.map(ModelConfiguration::contextSize).orElse(OptionalInt.empty());
    }

    private static OptionalInt budget(Optional<ModelConfiguration> stored) {
        return stored.map(ModelConfiguration::reasoningBudget).orElse(OptionalInt.empty());
    }

    private static String mode(Purpose purpose) {
        return switch (purpose) {
            case CHAT -> "completion";
            case EMBEDDING -> "embedding";
            case RERANKING -> "reranking";
        };
    }

    private static boolean isThinking(int budget) {
        if (budget > 0) {
            throw refused("docker model configure can switch reasoning on and off, but not limit it to " + budget
                    + " tokens");
        }
        return budget < 0;
    }

    private static void add(List<String> options, String option, Object value) {
        options.add(option);
        options.add(String.valueOf(value));
    }

    private static void add(List<String> options, Speculative settings) {
        settings.draftModel().ifPresent(model -> add(options, "--speculative-draft-model", model.qualified()));
        settings.tokens().ifPresent(tokens -> add(options, "--speculative-num-tokens", tokens));
        settings.minAcceptanceRate().ifPresent(rate -> add(options, "--speculative-min-acceptance-rate", rate));
    }

    private static void add(List<String> options, Vllm settings) {
        if (!settings.hfOverrides().isEmpty()) {
            add(options, "--hf_overrides", object(settings.hfOverrides()));
        }
        settings.gpuMemoryUtilization().ifPresent(part -> add(options, "--gpu-memory-utilization", part));
    }

    private static String object(Map<String, String> members) {
        return members.entrySet().stream()
                .map(member -> "\"" + member.getKey() + "\":" + member.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static OperationMissingException refused(String what) {
        return new OperationMissingException(Failure.of(what)
                .adapter(CliAdapter.NAME)
                .remedy("HttpAdapter.at(…)", "the runner can be reached over HTTP, where all can be said")
                .build());
    }
}
