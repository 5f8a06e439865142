package io.modelrunner.testcontainers;

import static org.junit.jupiter.api.extension.ConditionEvaluationResult.disabled;
import static org.junit.jupiter.api.extension.ConditionEvaluationResult.enabled;

import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.DockerClientFactory;

/** Whether tests with containers run, are skipped, or fail. */
final class DockerCondition implements ExecutionCondition {
    /** With {@code true}, what would be skipped fails. */
    static final String REQUIRED = "model-runner.it.required";

    private final BooleanSupplier engineAnswers;
    private final Runnable image;

    @SuppressWarnings("unused") // JUnit makes it
    DockerCondition() {
        this(() -> DockerClientFactory.instance().isDockerAvailable(), TinyImage::provide);
    }

    DockerCondition(BooleanSupplier engineAnswers, Runnable image) {
        this.engineAnswers = engineAnswers;
        this.image = image;
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (RealRunner.isGiven()) {
            return disabled("the tests run against " + System.getProperty(RealRunner.BASE_URL));
        }
        return evaluate(Boolean.getBoolean(REQUIRED));
    }

    ConditionEvaluationResult evaluate(boolean required) {
        if (engineAnswers.getAsBoolean()) {
            image.run();
            return enabled("a Docker engine answers");
        }
        if (required) {
            throw new IllegalStateException("no Docker engine answers, but -D" + REQUIRED + "=true demands one");
        }
        return disabled("no Docker engine answers");
    }
}
