package io.modelrunner.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.dockerjava.api.DockerClient;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.PullPolicy;
import org.testcontainers.utility.DockerImageName;

/** An image that can't be had fails the start within seconds, with the reason. */
@Timeout(60)
@RequiresDocker
class ImagePullIT {
    /** Nothing listens there. */
    private static final DockerImageName NOWHERE = DockerImageName.parse("localhost:1/x/y:1");

    @Test
    void imageOfModelRunnerThatCannotBeHad() {
        try (ModelRunnerContainer runner =
                new ModelRunnerContainer(NOWHERE.asCompatibleSubstituteFor("docker/model-runner"))) {
            assertImageIsNotHad(runner);
        }
    }

    @Test
    void imageOfLlamaCppThatCannotBeHad() {
        try (LlamaCppContainer llama =
                new LlamaCppContainer(NOWHERE.asCompatibleSubstituteFor("ghcr.io/ggml-org/llama.cpp"))) {
            assertImageIsNotHad(llama);
        }
    }

    @Test
    void policyDecidesWhetherAnImageThatIsHereIsPulled() {
        DockerClient docker = DockerClientFactory.lazyClient();
        DockerImageName here = DockerImageName.parse("localhost:1/here:1");
        docker.tagImageCmd(TinyImage.name().asCanonicalNameString(), "localhost:1/here", "1")
                .exec();
        try (LlamaCppContainer llama = new LlamaCppContainer(
                        here.asCompatibleSubstituteFor("ghcr.io/ggml-org/llama.cpp"))
                .withImagePullPolicy(PullPolicy.alwaysPull())) {
            assertThat(catchThrowableOfType(ContainerLaunchException.class, llama::start))
                    .hasMessageContaining("localhost:1/here:1 could not be had");
            llama.withImagePullPolicy(PullPolicy.defaultPolicy());
            assertThat(llama.getDockerImageName()).isEqualTo("localhost:1/here:1");
        } finally {
            docker.removeImageCmd("localhost:1/here:1").exec();
        }
    }

    @Test
    void pullFromARegistryThatIsSilentHasAnEnd() throws IOException {
        try (ServerSocket silent = new ServerSocket(0)) {
            DockerImageName image = DockerImageName.parse("localhost:" + silent.getLocalPort() + "/x/y:1");
            ImagePull pull = new ImagePull(any -> true, Duration.ofSeconds(1));

            assertThat(catchThrowableOfType(ContainerLaunchException.class, () -> pull.shouldPull(image)))
                    .hasMessageContaining("/x/y:1 could not be had: no progress within 1 s");
        }
    }

    @Test
    void imageThatIsNotHereIsPulledOnce() throws IOException {
        DockerClient docker = DockerClientFactory.lazyClient();
        try (OneImageRegistry registry = new OneImageRegistry()) {
            String name = registry.image();
            DockerImageName image = DockerImageName.parse(name);
            ImagePull pull = new ImagePull(PullPolicy.defaultPolicy());

            assertThat(pull.shouldPull(image)).isFalse();
            assertThat(docker.inspectImageCmd(name).exec().getId()).startsWith("sha256:");
            assertThat(pull.shouldPull(image)).isFalse();
            assertThat(registry.pulls()).isOne();
            docker.removeImageCmd(name).exec();
        }
    }

    private static void assertImageIsNotHad(GenericContainer<?> container) {
        assertThat(catchThrowableOfType(ContainerLaunchException.class, container::start))
                .hasMessageStartingWith("the image localhost:1/x/y:1 could not be had: ")
                .hasMessageContaining("connection refused")
                .hasMessageEndingWith("\n  → docker pull localhost:1/x/y:1, or name another image");
    }
}
