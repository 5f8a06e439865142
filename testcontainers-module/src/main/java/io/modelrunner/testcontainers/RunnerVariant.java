package io.modelrunner.testcontainers;

import static java.util.Objects.requireNonNull;

import org.testcontainers.utility.DockerImageName;

/**
 * The images of Docker Model Runner, which differ in their engines and in the graphics cards these were built for.
 *
 * <p>Which card a container may use is another question, see {@link Gpu}.
 */
public enum RunnerVariant {
    /** llama.cpp for processors and for cards that speak Vulkan; for x86-64 and arm64. */
    DEFAULT(""),
    /** llama.cpp for NVIDIA; for x86-64 and arm64. */
    CUDA("-cuda"),
    /** vLLM beside llama.cpp, for NVIDIA; for x86-64 and arm64. */
    VLLM_CUDA("-vllm-cuda"),
    /** SGLang beside llama.cpp, for NVIDIA; for x86-64. */
    SGLANG_CUDA("-sglang-cuda"),
    /** llama.cpp for AMD; for x86-64. */
    ROCM("-rocm"),
    /** llama.cpp for Moore Threads; for x86-64. */
    MUSA("-musa"),
    /** llama.cpp for Intel; for x86-64. */
    OPENVINO("-openvino");

    /** The image that all of them are tags of. */
    static final DockerImageName REPOSITORY = DockerImageName.parse("docker/model-runner");

    private final String suffix;

    RunnerVariant(String suffix) {
        this.suffix = suffix;
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
