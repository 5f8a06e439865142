package io.modelrunner.testcontainers;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import io.modelrunner.chat.ChatRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.utility.DockerImageName;

/** A container has the models of one before, in each of the ways there are for that. */
@Timeout(300)
@RequiresDocker(RequiresDocker.Image.RUNNER)
class ModelRunnerStoreIT {
    /** It is in no registry. */
    private static final String MODEL = "ai/only-in-these-tests";

    /** A pull fails the start then, so none was made where it did not. */
    private static final Duration TOO_SHORT = Duration.ofMillis(1);

    /** A test may set mounts of its own. */
    private static final Consumer<CreateContainerCmd> OTHER_MOUNT = command -> command.getHostConfig()
            .withMounts(List.of(new Mount().withType(MountType.TMPFS).withTarget("/other")));

    private final String name = "model-runner-it-" + UUID.randomUUID();
    private final DockerClient docker = DockerClientFactory.lazyClient();

    @AfterEach
    void removeWhatIsLeft() {
        ignoreMissing(() -> docker.removeImageCmd(name + ":with-models").exec());
        ignoreMissing(() -> docker.removeVolumeCmd(name).exec());
    }

    private static void ignoreMissing(Runnable removal) {
        try {
            removal.run();
        } catch (NotFoundException e) {
            // Not every test makes both.
        }
    }

    @Test
    void volumeKeepsModelsForTheNextContainer() {
        try (ModelRunnerContainer first = pulling().withModelCache(name);
                ModelRunnerContainer second = pulling().withModelCache(name).withPullTimeout(TOO_SHORT)) {
            first.start();
            first.stop();
            second.start();

            assertAnswers(second, RunnerImage.chatModel());
        }
    }

    @Test
    void folderKeepsModelsForTheNextContainer(@TempDir Path directory) throws IOException, InterruptedException {
        Path folder = Files.createDirectory(directory.resolve("of all"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        try (ModelRunnerContainer first = packed().withModelCache(folder).withCreateContainerCmdModifier(OTHER_MOUNT);
                ModelRunnerContainer second =
                        RunnerImage.container().withModelCache(folder).withModel(MODEL)) {
            startIfTheEngineHas(folder, first);
            assertThat(first.execInContainer("test", "-d", "/other").getExitCode())
                    .isZero();
            assertThatExceptionOfType(ContainerLaunchException.class)
                    .isThrownBy(second::start)
                    .withMessageContaining("the folder " + folder + " is in use by ");
            first.stop();
            second.start();

            assertAnswers(second, MODEL);
            // So that we can remove what belongs to the user of the image.
            second.execInContainer("chmod", "-R", "a+rwX", "/models");
        }
    }

    /** An engine on another machine has no such folder. */
    private static void startIfTheEngineHas(Path folder, ModelRunnerContainer runner) {
        try {
            runner.start();
        } catch (ContainerLaunchException e) {
            assumeThat(e).message().doesNotContain("bind source path does not exist: " + folder);
            throw e;
        }
    }

    @Test
    void imageOfAContainerHasItsModelsAndNoSecrets() {
        try (ModelRunnerContainer runner = packed().withEnv("HF_TOKEN", "a-secret")) {
            runner.start();
            assertImageAnswers(runner);
        }
    }

    @Test
    void imageOfAContainerHasTheModelsOfItsVolume() {
        try (ModelRunnerContainer runner = packed().withModelCache(name)) {
            runner.start();
            assertImageAnswers(runner);
        }
    }

    private void assertImageAnswers(ModelRunnerContainer runner) {
        DockerImageName image = runner.commitTo(name + ":with-models");
        try (ModelRunnerContainer copy = new ModelRunnerContainer(image).withModel(MODEL)) {
            copy.start();

            assertAnswers(copy, MODEL);
            assertAnswers(runner, MODEL);
            ContainerConfig config =
                    docker.inspectImageCmd(image.asCanonicalNameString()).exec().getConfig();
            assertThat(config.getLabels())
                    .doesNotContainEntry("org.testcontainers.sessionId", DockerClientFactory.SESSION_ID);
            assertThat(config.getEnv())
                    .contains("MODEL_RUNNER_PORT=12434")
                    .noneMatch(value -> value.contains("secret"));
        }
    }

    @Test
    void runnerThatIsReusedHasItsModels() {
        try (ModelRunnerContainer first = reusable().withGguf(RunnerImage.tinyFile(), MODEL);
                ModelRunnerContainer second = reusable().withModel(MODEL)) {
            first.start();
            second.start();

            assertThat(second.getContainerId()).isEqualTo(first.getContainerId());
            assertAnswers(second, MODEL);
        }
    }

    @Test
    void modelThatCannotBeBroughtLeavesARunnerToTheOthersThatUseIt() {
        try (ModelRunnerContainer first = reusable().withGguf(RunnerImage.tinyFile(), MODEL);
                ModelRunnerContainer second = reusable().withModel("ai/no-such-model-for-tests")) {
            first.start();

            for (int attempt = 1; attempt <= 2; attempt++) {
                assertThat(catchThrowableOfType(ContainerLaunchException.class, second::start))
                        .hasMessageStartingWith("could not pull ai/no-such-model-for-tests: ");
                assertThatIllegalStateException().isThrownBy(second::adapter);
            }
            assertThat(second.getContainerId()).isEqualTo(first.getContainerId());
            assertAnswers(first, MODEL);
        }
    }

    @Test
    void volumeOfARunningContainerIsRefused() {
        try (ModelRunnerContainer first = packed().withModelCache(name);
                ModelRunnerContainer second = packed().withModelCache(name)) {
            first.start();

            assertThatExceptionOfType(ContainerLaunchException.class)
                    .isThrownBy(second::start)
                    .withMessageContaining("the volume " + name + " is in use by "
                            + first.getContainerName().substring(1));
            assertThat(second.getContainerId()).isNull();
            assertAnswers(first, MODEL);
        }
    }

    @Test
    void volumeOfTheContainerThatIsReusedIsNotRefused() {
        try (ModelRunnerContainer first = reusable().withModelCache(name);
                ModelRunnerContainer second = reusable().withModelCache(name)) {
            first.start();
            second.start();

            assertThat(second.getContainerId()).isEqualTo(first.getContainerId());
        }
    }

    @Test
    void volumeOfAnotherContainerThatCouldBeReusedIsRefused() {
        try (ModelRunnerContainer first = reusable().withModelCache(name);
                ModelRunnerContainer second = reusable().withModelCache(name).withEnv("OTHER", "setting")) {
            first.start();

            assertThatExceptionOfType(ContainerLaunchException.class)
                    .isThrownBy(second::start)
                    .withMessageContaining("the volume " + name + " is in use by ");
            assertThat(second.getContainerId()).isNull();
            assertThat(first.isRunning()).isTrue();
        }
    }

    private ModelRunnerContainer reusable() {
        return RunnerImage.container().withReuse(true).withLabel("io.modelrunner.it", name);
    }

    private static ModelRunnerContainer packed() {
        return RunnerImage.container().withGguf(RunnerImage.tinyFile(), MODEL);
    }

    private static ModelRunnerContainer pulling() {
        return RunnerImage.container().withModel(RunnerImage.chatModel());
    }

    private static void assertAnswers(ModelRunnerContainer runner, String model) {
        assertThat(runner.adapter().chat(ChatRequest.of(model, "Hello"))).isComplete();
    }
}
