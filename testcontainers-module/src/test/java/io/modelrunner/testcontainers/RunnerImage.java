package io.modelrunner.testcontainers;

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

    private RunnerImage() {}

    /** {@return a new container, not started} */
    static ModelRunnerContainer container() {
        return new ModelRunnerContainer(name());
    }

    /** Builds the stand-in unless it is there; another image is pulled by Testcontainers. */
    static void provide() {
        if (isStandIn()) {
            ImageBuild.provide(STAND_IN, "stand-in");
        }
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

    /** {@return what to say beside a picture, to be told its colour} The tiny model knows one such prompt. */
    static String askingForColour() {
        return isStandIn() ? "Repeat after me:" : "What is the colour of this picture? Answer with one word.";
    }

    private static String model(String property, String ofStandIn, String ofHub) {
        return System.getProperty("model-runner.it." + property, isStandIn() ? ofStandIn : ofHub);
    }

    /** {@return a file that any runner can have without a registry} */
    static MountableFile tinyFile() {
        return MountableFile.forClasspathResource("io/modelrunner/tinymodel/tiny.gguf");
    }
}
