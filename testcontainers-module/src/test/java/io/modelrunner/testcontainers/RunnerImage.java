package io.modelrunner.testcontainers;

import com.github.dockerjava.api.exception.NotFoundException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * The image that stands for {@code docker/model-runner} in tests, and the models that it can have: our stand-in, built when
 * it is not there, or {@code -Dmodel-runner.it.image=docker/model-runner:latest} with the models of Docker Hub, unless
 * properties name others.
 */
final class RunnerImage {
    private static final String STAND_IN = "model-runner-sdk/model-runner:stand-in";
    private static final String IMAGE = System.getProperty("model-runner.it.image", STAND_IN);
    private static final int BUILD_LIMIT_MINUTES = 8;

    private RunnerImage() {}

    /** {@return a new container, not started} */
    static ModelRunnerContainer container() {
        if (isStandIn()) {
            provide();
        }
        return new ModelRunnerContainer(name());
    }

    /** {@return the image} */
    static DockerImageName name() {
        return DockerImageName.parse(IMAGE).asCompatibleSubstituteFor("docker/model-runner");
    }

    static boolean isStandIn() {
        return IMAGE.equals(STAND_IN);
    }

    static String chatModel() {
        return model("model", "ai/smollm2:135M-Q4_0", "ai/smollm2:135M-Q4_0");
    }

    static String embeddingModel() {
        return model("embedding-model", "ai/tiny-embed", "ai/all-minilm");
    }

    static String rerankingModel() {
        return model("reranking-model", "ai/tiny-rerank", "ai/qwen3-reranker");
    }

    static String visionModel() {
        return model("vision-model", "ai/tiny-vision", "ai/smolvlm");
    }

    private static String model(String property, String ofStandIn, String ofHub) {
        return System.getProperty("model-runner.it." + property, isStandIn() ? ofStandIn : ofHub);
    }

    /** {@return a file that any runner can have without a registry} */
    static MountableFile tinyFile() {
        return MountableFile.forClasspathResource("io/modelrunner/tinymodel/tiny.gguf");
    }

    private static synchronized void provide() {
        try {
            DockerClientFactory.lazyClient().inspectImageCmd(STAND_IN).exec();
        } catch (NotFoundException e) {
            build();
        }
    }

    private static void build() {
        Path script = Path.of(System.getProperty("basedir", ""), "image", "build");
        try {
            Process process = new ProcessBuilder("bash", script.toString(), "stand-in")
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            if (!process.waitFor(BUILD_LIMIT_MINUTES, TimeUnit.MINUTES)) {
                process.destroy();
                throw new IllegalStateException(script + " took longer than " + BUILD_LIMIT_MINUTES + " minutes");
            }
            if (process.exitValue() != 0) {
                throw new IllegalStateException(script + " failed, see its output");
            }
        } catch (IOException e) {
            throw new IllegalStateException(script + " could not be started", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + script + " was running", e);
        }
    }
}
