package io.modelrunner.examples;

import static org.junit.jupiter.api.extension.ConditionEvaluationResult.disabled;
import static org.junit.jupiter.api.extension.ConditionEvaluationResult.enabled;

import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.DockerClientFactory;

/** Whether tests with containers run, are skipped, or fail. */
final class DockerCondition implements ExecutionCondition {
    private static final String REQUIRED = "model-runner.it.required";

    private final BooleanSupplier engineAnswers;

    @SuppressWarnings("unused") // JUnit makes it
    DockerCondition() {
        this(() -> DockerClientFactory.instance().isDockerAvailable());
    }

    DockerCondition(BooleanSupplier engineAnswers) {
        this.engineAnswers = engineAnswers;
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return evaluate(Boolean.getBoolean(REQUIRED));
    }

    ConditionEvaluationResult evaluate(boolean required) {
        if (engineAnswers.getAsBoolean()) {
            return enabled("a Docker engine answers");
        }
        if (required) {
            throw new IllegalStateException("no Docker engine answers, but -D" + REQUIRED + "=true demands one");
        }
        return disabled("no Docker engine answers");
    }
}
