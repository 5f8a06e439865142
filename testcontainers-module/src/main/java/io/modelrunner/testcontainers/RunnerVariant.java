package io.modelrunner.testcontainers;

import static java.util.Objects.requireNonNull;

import io.modelrunner.InvalidRequestException;
import java.util.Comparator;
import java.util.stream.Stream;
import org.testcontainers.utility.DockerImageName;

/**
 * The images of Docker Model Runner, which differ in their engines and in the graphics cards these were built for.
 *
 * <p>Which card a container may use is another question, see {@link Gpu}.
 */
public enum RunnerVariant {
    /** llama.cpp for processors and for cards that speak Vulkan; for x86-64 and arm64. */
    DEFAULT("", ""),
    /** llama.cpp for NVIDIA; for x86-64 and arm64. */
    CUDA("-cuda", ""),
    /** vLLM beside llama.cpp, for NVIDIA; for x86-64 and arm64. */
    VLLM_CUDA("-vllm-cuda", ""),
    /** SGLang beside llama.cpp, for NVIDIA; for x86-64. */
    SGLANG_CUDA("-sglang-cuda", ""),
    /** llama.cpp for AMD; for x86-64. */
    ROCM("-rocm", "withDevices(Device.parse(\"/dev/kfd\"), Device.parse(\"/dev/dri\"))"),
    /** llama.cpp for Moore Threads; for x86-64. */
    MUSA("-musa", "withRuntime(\"mthreads\")"),
    /** llama.cpp for Intel; for x86-64. */
    OPENVINO("-openvino", "withDevices(Device.parse(\"/dev/dri\"))");

    /** The image that all of them are tags of. */
    static final DockerImageName REPOSITORY = DockerImageName.parse("docker/model-runner");

    private final String suffix;
    private final String cards;

    /** @param cards how the engine gives cards that are not NVIDIA's; empty for NVIDIA's */
    RunnerVariant(String suffix, String cards) {
        this.suffix = suffix;
        this.cards = cards;
    }

    /** {@return the variant that an image is, by its tag} */
    static RunnerVariant ofTag(String tag) {
        return Stream.of(values())
                .filter(variant -> tag.endsWith(variant.suffix))
                .max(Comparator.comparingInt(variant -> variant.suffix.length()))
                .orElse(DEFAULT);
    }

    /**
     * Refuses to demand NVIDIA's cards for what was built for others.
     *
     * @throws InvalidRequestException if they are
     */
    void check(Gpu gpu) {
        if (gpu == Gpu.ALL && !cards.isEmpty()) {
            throw new InvalidRequestException(
                    "gpu",
                    "NONE for " + this
                            + ", as NVIDIA's cards are of no use to it (those that are: withCreateContainerCmdModifier("
                            + "command -> command.getHostConfig()." + cards + "))",
                    gpu.name());
        }
    }

    /** {@return the newest image, which is also what the command {@code docker model} installs} */
    public DockerImageName image() {
        return image("latest");
    }

    /**
     * {@return an image of this variant}
     *
     * @param version the release, such as {@code v1.2.6}; not null
     */
    public DockerImageName image(String version) {
        return REPOSITORY.withTag(requireNonNull(version, "version") + suffix);
    }
}
