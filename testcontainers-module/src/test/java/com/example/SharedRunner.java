package com.example;

import io.modelrunner.testcontainers.ModelRunnerContainer;
import io.modelrunner.tinymodel.TinyModel;

/** Compiled only: it would stay when our tests are over. */
final class SharedRunner {
    static final ModelRunnerContainer RUNNER =
            new ModelRunnerContainer().withGguf(TinyModel.CHAT, "ai/tiny").withReuse(true);

    static {
        RUNNER.start();
    }
}
