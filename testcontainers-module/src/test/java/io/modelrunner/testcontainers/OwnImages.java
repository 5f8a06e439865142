package io.modelrunner.testcontainers;

import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.ImageNameSubstitutor;

/**
 * Puts the image that is built here in the place of {@code ghcr.io/ggml-org/llama.cpp}, or the one that is named by
 * {@code -Dmodel-runner.it.llama-cpp-image}, so that tests are written as users write theirs. It is built first, if need be.
 */
public final class OwnImages extends ImageNameSubstitutor {
    private static final DockerImageName PUBLIC = DockerImageName.parse("ghcr.io/ggml-org/llama.cpp");

    @Override
    public DockerImageName apply(DockerImageName original) {
        if (!original.getUnversionedPart().equals(PUBLIC.getUnversionedPart())) {
            return original;
        }
        TinyImage.provide();
        return TinyImage.name();
    }

    @Override
    protected String getDescription() {
        return "images of the tests";
    }
}
