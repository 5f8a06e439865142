package io.modelrunner.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.tinymodel.TinyModel;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

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
                .withModelCache("my-project-models")
                .withModel("ai/smollm2:135M-Q4_0");
        assertThat(runner.getEnvMap()).containsEntry("MODELS_PATH", "/models");
    }

    @Test
    void mirrorsAreTheRunners() {
        assertThat(container
                        .withRegistryMirror("https://one.example.com", "http://two")
                        .getEnvMap())
                .containsEntry("MODEL_RUNNER_REGISTRY_MIRRORS", "https://one.example.com,http://two");
        assertThat(container.withRegistryMirror("http://three").getEnvMap())
                .containsEntry("MODEL_RUNNER_REGISTRY_MIRRORS", "https://one.example.com,http://two,http://three");
    }

    @Test
    void storeIsWhereTheCacheIs() {
        assertThat(new ModelRunnerContainer().withModelCache("volume").getEnvMap())
                .containsEntry("MODELS_PATH", "/models");
        assertThat(container.withModelCache(Path.of("folder")).getEnvMap()).containsEntry("MODELS_PATH", "/models");
    }

    @ParameterizedTest
    @CsvSource({"ROCM, /dev/kfd", "MUSA, mthreads", "OPENVINO, /dev/dri"})
    @SuppressWarnings("resource") // never started
    void cardsOfNvidiaAreRefusedForImagesForOthers(RunnerVariant variant, String instead) {
        ModelRunnerContainer other = new ModelRunnerContainer(variant.image("v1.2.6"));

        assertRefused(() -> other.withGpu(Gpu.ALL), "NVIDIA", variant.name(), instead, "ALL");
        assertThat(other.withGpu(Gpu.AUTO).withGpu(Gpu.NONE)).isSameAs(other);
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"ROCM", "MUSA", "OPENVINO"})
    @SuppressWarnings("resource") // never started
    void cardsOfNvidiaAreGivenToImagesForThem(RunnerVariant variant) {
        assertThat(new ModelRunnerContainer(variant).withGpu(Gpu.ALL)).isNotNull();
    }

    @Test
    @SuppressWarnings("resource") // never started
    void settingsOfNoModelAreRefused() {
        ModelRunnerContainer context = new ModelRunnerContainer().withContextSize(512);
        ModelRunnerContainer preload = new ModelRunnerContainer().withPreload();

        assertThatIllegalStateException()
                .isThrownBy(context::start)
                .withMessageContainingAll("withContextSize", "withModel");
        assertThatIllegalStateException()
                .isThrownBy(preload::start)
                .withMessageContainingAll("withPreload", "withModel");
    }

    @Test
    void whatCannotBeIsRefusedBeforeTheStart() {
        assertRefused(() -> container.withModel("not a name"), "must be");
        assertRefused(() -> container.withGguf(RunnerImage.tinyFile(), ""), "must be");
        assertRefused(() -> container.withContextSize(0), "must be");
        assertRefused(() -> container.withPullTimeout(Duration.ZERO), "must be");
    }

    private static void assertRefused(Runnable call, String... told) {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(call::run)
                .withMessageContainingAll(told);
    }

    @Test
    void fileThatIsNotThereIsRefusedBeforeTheStart(@TempDir Path directory) {
        Path missing = directory.resolve("missing.gguf");

        assertRefused(() -> container.withGguf(MountableFile.forHostPath(missing), "ai/mine"), "gguf", "missing.gguf");
        assertRefused(() -> container.withGguf(MountableFile.forHostPath(directory), "ai/mine"), "gguf");
    }

    @Test
    void tinyModelsAreModelsButWhatBelongsToThemIsNot() {
        assertThat(container
                        .withGguf(TinyModel.CHAT, "ai/tiny")
                        .withGguf(TinyModel.EMBEDDING, "ai/tiny-embed")
                        .withGguf(TinyModel.RERANKER, "ai/tiny-rerank"))
                .isSameAs(container);
        assertRefused(() -> container.withGguf(TinyModel.VISION_PROJECTOR, "ai/eyes"), "CHAT", "VISION_PROJECTOR");
        assertRefused(() -> container.withGguf(TinyModel.REASONING_TEMPLATE, "ai/thought"), "REASONING_TEMPLATE");
    }

    @Test
    void noModelIsRefused() {
        assertRefused(() -> container.withModel(), "models", "at least one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "m", "-models", "/models", "my models"})
    void whatIsNoNameOfAVolumeIsRefused(String name) {
        assertRefused(() -> container.withModelCache(name), "volume", "[a-zA-Z0-9][a-zA-Z0-9_.-]+", '"' + name + '"');
    }

    @Test
    void nothingIsThereBeforeTheStart() {
        assertThatIllegalStateException().isThrownBy(container::adapter).withMessageContaining("not started");
        assertThatIllegalStateException().isThrownBy(container::models);
        assertThatIllegalStateException().isThrownBy(container::control);
        assertThatIllegalStateException().isThrownBy(container::endpoint);
        assertThatIllegalStateException().isThrownBy(container::baseUrl);
        assertThatIllegalStateException().isThrownBy(() -> container.commitTo("mine"));
    }

    @Test
    void containerWithoutNetworkHasNoAddressForOthers() {
        assertThatIllegalStateException().isThrownBy(container::internalBaseUrl).withMessageContaining("withNetwork");
        assertThatIllegalStateException().isThrownBy(container::internalOpenAiBaseUrl);
    }
}
