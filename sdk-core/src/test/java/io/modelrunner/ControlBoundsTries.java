package io.modelrunner;

import static io.modelrunner.BoundsTable.text;

import io.modelrunner.control.ConfigurationChange;
import io.modelrunner.control.KeepAlive;
import io.modelrunner.control.Speculative;
import io.modelrunner.control.Vllm;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** For each field of {@code docs/bounds.md} that is about the control of a runner what to do with an example. */
final class ControlBoundsTries {
    private ControlBoundsTries() {}

    static Map<String, Consumer<String>> byField() {
        Map<String, Consumer<String>> tries = new LinkedHashMap<>();
        tries.put("contextSize", example -> change().contextSize(Integer.parseInt(example)));
        tries.put("keep-alive", example -> KeepAlive.parse(text(example)));
        tries.put("keep-alive time", example -> KeepAlive.of(Duration.parse(example)));
        tries.put(
                "runtime flags",
                example -> change().runtimeFlags(Collections.nCopies(
                        Integer.parseInt(example.substring(0, example.indexOf(' '))), "a")));
        tries.put("runtime flag", example -> change().runtimeFlags(text(example)));
        tries.put("reasoningBudget", example -> change().reasoningBudget(Integer.parseInt(example)));
        tries.put("speculative tokens", example -> Speculative.builder().tokens(Integer.parseInt(example)));
        tries.put(
                "speculative minAcceptanceRate",
                example -> Speculative.builder().minAcceptanceRate(Double.parseDouble(example)));
        tries.put("gpuMemoryUtilization", example -> Vllm.builder().gpuMemoryUtilization(Double.parseDouble(example)));
        tries.put("hf-overrides key", example -> Vllm.builder().hfOverride(text(example), "1"));
        tries.put("hf-overrides value", example -> Vllm.builder().hfOverride("a", text(example)));
        tries.put("engine", example -> change().engine(text(example)));
        tries.put("change", example -> (example.equals("nothing") ? change() : change().contextSize(1)).build());
        return tries;
    }

    private static ConfigurationChange.Builder change() {
        return ConfigurationChange.builder();
    }
}
