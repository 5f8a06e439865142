package com.example;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThat;

import io.modelrunner.chat.ChatRequest;
import io.modelrunner.testcontainers.LlamaCppContainer;
import org.junit.jupiter.api.Test;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

@Testcontainers(disabledWithoutDocker = true)
class GreetingIT {
    @Container
    static final LlamaCppContainer llama = new LlamaCppContainer().withTinyModel();

    @Test
    void greets() {
        assertThat(llama.adapter().chat(ChatRequest.of("tiny", "Hello")))
                .isComplete()
                .hasTextStartingWith("Hello");
    }
}
