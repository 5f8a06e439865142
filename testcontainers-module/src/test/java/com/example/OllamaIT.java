package com.example;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThat;

import io.modelrunner.chat.ChatRequest;
import io.modelrunner.http.HttpAdapter;
import io.modelrunner.store.ModelStore;
import io.modelrunner.store.PullStream;
import org.junit.jupiter.api.Test;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.ollama.OllamaContainer;

@Testcontainers(disabledWithoutDocker = true)
class OllamaIT {
    private static final String MODEL = "smollm2:135m";

    @Container
    static final OllamaContainer ollama = new OllamaContainer("ollama/ollama:latest");

    @Test
    void greets() {
        try (HttpAdapter adapter = HttpAdapter.at(ollama.getEndpoint())) {
            ModelStore models = adapter.power(ModelStore.class).orElseThrow();
            try (PullStream pull = models.pull(MODEL)) {
                pull.join();
            }
            assertThat(adapter.chat(ChatRequest.of(MODEL, "Hello"))).isComplete();
        }
    }
}
