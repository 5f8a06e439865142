package com.example;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThat;

import io.modelrunner.chat.ChatRequest;
import io.modelrunner.testcontainers.ModelRunnerContainer;
import io.modelrunner.tinymodel.TinyModel;
import org.junit.jupiter.api.Test;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

@Testcontainers(disabledWithoutDocker = true)
class RunnerGreetingIT {
    @Container
    static final ModelRunnerContainer runner = new ModelRunnerContainer().withGguf(TinyModel.CHAT, "ai/tiny");

    @Test
    void greets() {
        assertThat(runner.adapter().chat(ChatRequest.of("ai/tiny", "Hello")))
                .isComplete()
                .hasTextStartingWith("Hello");
    }
}
