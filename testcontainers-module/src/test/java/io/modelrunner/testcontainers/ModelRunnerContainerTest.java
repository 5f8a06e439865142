package io.modelrunner.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.github.dockerjava.api.model.DeviceRequest;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import io.modelrunner.InvalidRequestException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.shaded.com.github.dockerjava.core.command.CreateContainerCmdImpl;
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
        assertThat(container.withRegistryMirror("http://three").getEnvMap())
                .containsEntry("MODEL_RUNNER_REGISTRY_MIRRORS", "https://one.example.com,http://two,http://three");
    }

    @Test
    void storeIsWhereTheCacheIs() {
        assertThat(container.withModelCache("volume").getEnvMap()).containsEntry("MODELS_PATH", "/models");
        assertThat(completed(new HostConfig()).getMounts())
                .containsExactly(mount(MountType.VOLUME, "volume", "/models"));
    }

    @Test
    void folderOfTheCacheIsMountedBesideWhatTheTestMounts() {
        Mount other = mount(MountType.VOLUME, "other", "/other");
        Path folder = Path.of("some folder");
        container.withModelCache(folder);

        assertThat(completed(new HostConfig().withMounts(List.of(other))).getMounts())
                .containsExactly(
                        other, mount(MountType.BIND, folder.toAbsolutePath().toString(), "/models"));
    }

    private static Mount mount(MountType type, String source, String target) {
        return new Mount().withType(type).withSource(source).withTarget(target);
    }

    @Test
    void cardsAreAskedForBesideTheDevicesOfTheTest() {
        DeviceRequest other = new DeviceRequest().withDriver("cdi");
        container.withGpu(Gpu.ALL);

        assertThat(completed(new HostConfig()).getDeviceRequests())
                .singleElement()
                .satisfies(request -> assertThat(request.getCount()).isEqualTo(-1));
        assertThat(completed(new HostConfig().withDeviceRequests(List.of(other)))
                        .getDeviceRequests())
                .hasSize(2)
                .startsWith(other);
    }

    @Test
    void nothingIsAskedForByDefault() {
        HostConfig host = completed(new HostConfig());

        assertThat(host.getMounts()).isNull();
        assertThat(host.getDeviceRequests()).isNull();
    }

    private HostConfig completed(HostConfig host) {
        container.complete(new CreateContainerCmdImpl(command -> null, null, "image").withHostConfig(host));
        return host;
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
        assertThatIllegalStateException().isThrownBy(() -> container.commitTo("mine"));
    }

    @Test
    void containerWithoutNetworkHasNoAddressForOthers() {
        assertThatIllegalStateException().isThrownBy(container::internalBaseUrl).withMessageContaining("withNetwork");
        assertThatIllegalStateException().isThrownBy(container::internalOpenAiBaseUrl);
    }
}
