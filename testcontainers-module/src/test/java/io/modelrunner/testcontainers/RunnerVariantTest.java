package io.modelrunner.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RunnerVariantTest {
    @Test
    void tagEndsWithTheVariant() {
        assertThat(RunnerVariant.DEFAULT.image()).hasToString("docker/model-runner:latest");
        assertThat(RunnerVariant.VLLM_CUDA.image()).hasToString("docker/model-runner:latest-vllm-cuda");
        assertThat(RunnerVariant.CUDA.image("v1.2.6")).hasToString("docker/model-runner:v1.2.6-cuda");
    }

    @ParameterizedTest
    @EnumSource
    void eachIsAnImageOfTheContainer(RunnerVariant variant) {
        try (ModelRunnerContainer container = new ModelRunnerContainer(variant)) {
            assertThat(container.getExposedPorts()).containsExactly(12434);
        }
    }
}
