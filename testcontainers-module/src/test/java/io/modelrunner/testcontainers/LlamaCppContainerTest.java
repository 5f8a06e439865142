package io.modelrunner.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.tinymodel.TinyModel;
import org.junit.jupiter.api.Test;
import org.testcontainers.utility.DockerImageName;

class LlamaCppContainerTest {
    @Test
    void imageKeepsItsOwnArgumentsByDefault() {
        assertThat(configured(new LlamaCppContainer(LlamaCppContainer.IMAGE))).isEmpty();
    }

    @Test
    void argumentsKeepTheirOrder() {
        LlamaCppContainer container = new LlamaCppContainer(DockerImageName.parse("ghcr.io/ggml-org/llama.cpp:server"));
        container.withModel(TinyModel.CHAT).withArguments("--ctx-size", "512");

        assertThat(configured(container))
                .containsExactly(
                        "-m",
                        "/models/tiny.gguf",
                        "--alias",
                        "tiny",
                        "--threads",
                        "1",
                        "--ctx-size",
                        "512",
                        "--host",
                        "0.0.0.0",
                        "--port",
                        "8080");
    }

    @Test
    void variantsNameTheirFiles() {
        assertThat(configured(LlamaCppContainer.withTinyVision()))
                .containsSubsequence("-m", "/models/tiny.gguf", "--mmproj", "/models/tiny-vision-mmproj.gguf");
        assertThat(configured(LlamaCppContainer.withTinyReasoning()))
                .containsSubsequence("--chat-template-file", "/models/tiny-thinking.jinja");
    }

    private static String[] configured(LlamaCppContainer container) {
        container.configure();
        return container.getCommandParts();
    }
}
