package io.modelrunner.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.modelrunner.InvalidRequestException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.testcontainers.utility.DockerImageName;

class ModelRunnerContainerTest {
    @SuppressWarnings("resource") // never started
    private final ModelRunnerContainer container = new ModelRunnerContainer();

    @Test
    void usageIsNotTrackedUnlessThatIsWanted() {
        assertThat(container.getEnvMap()).containsEntry("DO_NOT_TRACK", "1");
        assertThat(container.withEnv("DO_NOT_TRACK", "0").getEnvMap()).containsEntry("DO_NOT_TRACK", "0");
    }

    @Test
    void otherImagesAreRefusedUnlessTheyAreSubstitutes() {
        DockerImageName other = DockerImageName.parse("example.com/mine");

        assertThatIllegalStateException()
                .isThrownBy(() -> new ModelRunnerContainer(other))
                .withMessageContaining("docker/model-runner");
        assertThatIllegalStateException().isThrownBy(() -> new ModelRunnerContainer("example.com/mine"));
        assertThat(new ModelRunnerContainer(other.asCompatibleSubstituteFor("docker/model-runner")))
                .isNotNull();
        assertThat(new ModelRunnerContainer("docker/model-runner:v1.2.6")).isNotNull();
    }

    @Test
    @SuppressWarnings("resource") // never started
    void snippetOfTheReadmeIsOne() {
        ModelRunnerContainer runner = new ModelRunnerContainer("docker/model-runner:v1.2.6")
                .withModelCache("models")
                .withModel("ai/smollm2:135M-Q4_0");
        assertThat(runner.getEnvMap()).containsEntry("MODELS_PATH", "/models");
    }

    @Test
    void mirrorsAreTheRunners() {
        assertThat(container
                        .withRegistryMirror("https://one.example.com", "http://two")
                        .getEnvMap())
                .containsEntry("MODEL_RUNNER_REGISTRY_MIRRORS", "https://one.example.com,http://two");
    }

    @Test
    void storeIsWhereTheCacheIs() {
        assertThat(container.withModelCache("volume").getEnvMap()).containsEntry("MODELS_PATH", "/models");
    }

    @Test
    void whatCannotBeIsRefusedBeforeTheStart() {
        assertRefused(() -> container.withModel("not a name"));
        assertRefused(() -> container.withGguf(RunnerImage.tinyFile(), ""));
        assertRefused(() -> container.withContextSize(0));
        assertRefused(() -> container.withPullTimeout(Duration.ZERO));
    }

    private static void assertRefused(Runnable call) {
        assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(call::run);
    }

    @Test
    void nothingIsThereBeforeTheStart() {
        assertThatIllegalStateException().isThrownBy(container::adapter).withMessageContaining("not started");
        assertThatIllegalStateException().isThrownBy(container::models);
        assertThatIllegalStateException().isThrownBy(container::control);
        assertThatIllegalStateException().isThrownBy(container::endpoint);
        assertThatIllegalStateException().isThrownBy(() -> container.commitTo("mine"));
    }

    @Test
    void containerWithoutNetworkHasNoAddressForOthers() {
        assertThatIllegalStateException().isThrownBy(container::internalBaseUrl).withMessageContaining("withNetwork");
    }
}
        assertThatIllegalStateException().isThrownBy(container::internalOpenAiBaseUrl);
