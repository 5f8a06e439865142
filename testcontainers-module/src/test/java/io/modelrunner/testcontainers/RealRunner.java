package io.modelrunner.testcontainers;

import io.modelrunner.ModelName;
import io.modelrunner.http.HttpAdapter;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The real server that integration tests talk to: llama.cpp in a container, or the one at
 * {@code -Dmodel-runner.it.base-url} with the model {@code -Dmodel-runner.it.model}.
 */
final class RealRunner implements ExecutionCondition, BeforeAllCallback, AfterAllCallback {
    static final String BASE_URL = "model-runner.it.base-url";
    static final String MODEL = "model-runner.it.model";

    private final LlamaCppContainer container;

    private RealRunner(LlamaCppContainer container) {
        this.container = container;
    }

    /** {@return the server with the tiny language model, or the one that is given} */
    static RealRunner withTinyModel() {
        return new RealRunner(LlamaCppContainer.withTinyModel());
    }

    /** {@return whether a server is given, so that no container is started} */
    static boolean isGiven() {
        return System.getProperty(BASE_URL) != null;
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return isGiven()
                ? ConditionEvaluationResult.enabled("a server is given")
                : new DockerCondition().evaluateExecutionCondition(context);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        if (!isGiven()) {
            container.start();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        container.stop();
    }

    /** {@return where it is} */
    String baseUrl() {
        return isGiven() ? System.getProperty(BASE_URL) : container.openAiBaseUrl();
    }

    /** {@return the model to ask} */
    ModelName model() {
        return ModelName.of(isGiven() ? System.getProperty(MODEL, "ai/tiny") : LlamaCppContainer.TINY);
    }

    /** {@return a new adapter; the caller closes it} */
    HttpAdapter adapter() {
        return HttpAdapter.at(baseUrl());
    }
}
