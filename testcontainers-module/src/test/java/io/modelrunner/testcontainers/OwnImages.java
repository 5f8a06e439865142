package io.modelrunner.testcontainers;

import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.ImageNameSubstitutor;

/**
 * Puts the images that are built here, or those that properties name, in the place of {@code ghcr.io/ggml-org/llama.cpp} and
 * {@code docker/model-runner}, so that tests are written as users write theirs. They are built first, if need be.
 */
public final class OwnImages extends ImageNameSubstitutor {
    @Override
    public DockerImageName apply(DockerImageName original) {
        switch (original.getUnversionedPart()) {
            case "ghcr.io/ggml-org/llama.cpp" -> {
                TinyImage.provide();
                return TinyImage.name();
            }
            case "docker/model-runner" -> {
                RunnerImage.provide();
                return RunnerImage.name();
            }
            default -> {
                return original;
            }
        }
    }

    @Override
    protected String getDescription() {
        return "images of the tests";
    }
}
