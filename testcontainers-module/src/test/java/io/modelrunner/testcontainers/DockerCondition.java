package io.modelrunner.testcontainers;

import static org.junit.jupiter.api.extension.ConditionEvaluationResult.disabled;
import static org.junit.jupiter.api.extension.ConditionEvaluationResult.enabled;

import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;
import org.testcontainers.DockerClientFactory;

/** Whether tests with containers run, are skipped, or fail. */
final class DockerCondition implements ExecutionCondition {
    /** With {@code true}, what would be skipped fails. */
    static final String REQUIRED = "model-runner.it.required";

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
        if (RealRunner.isGiven()) {
            return disabled("the tests run against " + System.getProperty(RealRunner.BASE_URL));
        }
        return evaluate(Boolean.getBoolean(REQUIRED), image(context.getRequiredTestClass()));
    }

    private static Runnable image(Class<?> tests) {
        boolean runner = AnnotationSupport.findAnnotation(tests, RequiresDocker.class)
                .filter(required -> required.value() == RequiresDocker.Image.RUNNER)
                .isPresent();
        return runner ? RunnerImage::provide : TinyImage::provide;
    }

    ConditionEvaluationResult evaluate(boolean required, Runnable image) {
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
