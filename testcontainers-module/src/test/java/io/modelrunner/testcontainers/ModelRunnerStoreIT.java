package io.modelrunner.testcontainers;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import io.modelrunner.chat.ChatRequest;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.utility.DockerImageName;

/** A container has the models of one before, in each of the ways there are for that; none of them is in any registry. */
@Timeout(300)
@RequiresDocker(RequiresDocker.Image.RUNNER)
class ModelRunnerStoreIT {
    private static final String MODEL = "ai/only-in-these-tests";

    private final String name = "model-runner-it-" + UUID.randomUUID();
    private final DockerClient docker = DockerClientFactory.lazyClient();

    @Test
    void volumeKeepsModelsForTheNextContainer() {
        try (ModelRunnerContainer first = packed().withModelCache(name);
                ModelRunnerContainer second =
                        RunnerImage.container().withModelCache(name).withModel(MODEL)) {
            first.start();
            first.stop();
            second.start();

            assertAnswers(second);
        } finally {
            docker.removeVolumeCmd(name).exec();
        }
    }

    @Test
    void imageOfAContainerHasItsModels() {
        try (ModelRunnerContainer runner = packed()) {
            runner.start();
            assertImageAnswers(runner);
        }
    }

    @Test
    void imageOfAContainerHasTheModelsOfItsVolume() {
        try (ModelRunnerContainer runner = packed().withModelCache(name)) {
            runner.start();
            assertImageAnswers(runner);
        } finally {
            docker.removeVolumeCmd(name).exec();
        }
    }

    private void assertImageAnswers(ModelRunnerContainer runner) {
        DockerImageName image = runner.commitTo(name + ":with-models");
        try (ModelRunnerContainer copy = new ModelRunnerContainer(image).withModel(MODEL)) {
            copy.start();

            assertAnswers(copy);
            assertAnswers(runner);
            assertThat(docker.inspectImageCmd(image.asCanonicalNameString())
                            .exec()
                            .getConfig()
                            .getLabels())
                    .doesNotContainEntry("org.testcontainers.sessionId", DockerClientFactory.SESSION_ID);
        } finally {
            docker.removeImageCmd(image.asCanonicalNameString()).exec();
        }
    }

    @Test
    void runnerThatIsReusedHasItsModels() {
        try (ModelRunnerContainer first = reusable().withGguf(RunnerImage.tinyFile(), MODEL);
                ModelRunnerContainer second = reusable().withModel(MODEL)) {
            first.start();
            second.start();

            assertThat(second.getContainerId()).isEqualTo(first.getContainerId());
            assertAnswers(second);
        }
    }

    private ModelRunnerContainer reusable() {
        return RunnerImage.container().withReuse(true).withLabel("io.modelrunner.it", name);
    }

    private static ModelRunnerContainer packed() {
        return RunnerImage.container().withGguf(RunnerImage.tinyFile(), MODEL);
    }

    private static void assertAnswers(ModelRunnerContainer runner) {
        assertThat(runner.adapter().chat(ChatRequest.of(MODEL, "Hello"))).isComplete();
    }
}
