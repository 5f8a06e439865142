package io.modelrunner.testcontainers;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.http.HttpAdapter;
import io.modelrunner.store.ModelStore;
import io.modelrunner.store.PullStream;
import io.modelrunner.tinymodel.TinyModel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.ollama.OllamaContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * Testcontainers' own Ollama is a runner for our adapter: the real one with {@code -Dmodel-runner.it.ollama-image}, which
 * pulls a model, and else a stand-in, llama.cpp's server on Ollama's port.
 *
 * <p>The stand-in proves the way from the container to the answer; that we understand Ollama is proven by recordings of
 * it, in the tests of the HTTP adapter.
 */
@RequiresDocker
@Timeout(600)
class OllamaContainerIT {
    private static final String REAL = System.getProperty("model-runner.it.ollama-image", "");
    private static final String MODEL = REAL.isEmpty() ? LlamaCppContainer.TINY : "smollm2:135m";

    private static OllamaContainer ollama;

    @BeforeAll
    static void start() {
        ollama = REAL.isEmpty() ? standIn() : new OllamaContainer(REAL);
        ollama.start();
        if (REAL.isEmpty()) {
            System.out.println("Not Ollama, but a stand-in for it is tested: llama.cpp's server on its port");
        } else {
            pull(MODEL);
        }
    }

    @AfterAll
    static void stop() {
        ollama.stop();
    }

    @Test
    void answersWholeAndStreamed() {
        ChatRequest request = ChatRequest.of(MODEL, "Hello");
        try (HttpAdapter adapter = HttpAdapter.at(ollama.getEndpoint());
                ChatStream stream = adapter.stream(request)) {
            assertThat(stream).isComplete();
            assertThat(adapter.chat(request)).isComplete();
            assertThat(adapter.health().speaks()).contains(REAL.isEmpty() ? "llama.cpp" : "Ollama");
        }
    }

    private static void pull(String model) {
        try (HttpAdapter adapter = HttpAdapter.at(ollama.getEndpoint())) {
            ModelStore models = adapter.power(ModelStore.class).orElseThrow();
            try (PullStream pull = models.pull(model)) {
                pull.forEach(event -> {});
            }
        }
    }

    private static OllamaContainer standIn() {
        TinyImage.provide();
        DockerImageName image = DockerImageName.parse(TinyImage.name().asCanonicalNameString())
                .asCompatibleSubstituteFor("ollama/ollama");
        String command = "--model /models/tiny.gguf --alias tiny --jinja --threads 1 --host 0.0.0.0 --port 11434";
        return new OllamaContainer(image)
                .withCopyToContainer(Transferable.of(TinyModel.CHAT.bytes()), "/models/tiny.gguf")
                .withCommand(command);
    }
}
