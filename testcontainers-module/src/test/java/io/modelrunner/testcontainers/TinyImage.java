package io.modelrunner.testcontainers;

import org.testcontainers.utility.DockerImageName;

/** The image of llama.cpp with the tiny models, built when it is not there. */
final class TinyImage {
    private static final String BUILT = "model-runner-sdk/llama.cpp:tiny";

    private TinyImage() {}

    /** {@return its name, or that of the image to test instead} */
    static DockerImageName name() {
        return DockerImageName.parse(System.getProperty("model-runner.it.llama-cpp-image", BUILT))
                .asCompatibleSubstituteFor("ghcr.io/ggml-org/llama.cpp");
    }

    /** {@return whether it is the one that is built here} */
    static boolean isBuilt() {
        return name().asCanonicalNameString().equals(BUILT);
    }

    /** Builds the image unless it is there; another one is pulled by Testcontainers. */
    static void provide() {
        if (isBuilt()) {
            ImageBuild.provide(BUILT, "llama.cpp");
        }
    }
}
