package io.modelrunner.testcontainers;

import io.modelrunner.ModelName;
import io.modelrunner.RunnerEndpoint;
import io.modelrunner.http.HttpAdapter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The real server that integration tests talk to: llama.cpp in a container, or the one at
 * {@code -Dmodel-runner.it.base-url} with the model {@code -Dmodel-runner.it.model}, or another one for another kind of
 * work.
 */
final class RealRunner implements ExecutionCondition, BeforeAllCallback, AfterAllCallback {
    static final String BASE_URL = "model-runner.it.base-url";

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(1_500);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final LlamaCppContainer container;
    private final String property;
    private final String usual;
    private long asked = System.nanoTime() - PAUSE.toNanos();

    private RealRunner(LlamaCppContainer container, String property, String usual) {
        this.container = container;
        this.property = property;
        this.usual = usual;
    }

    /**
     * {@return the server in a container, or the one that is given}
     *
     * @param container not started yet
     */
    static RealRunner of(LlamaCppContainer container) {
        return of(container, "model-runner.it.model", "ai/tiny");
    }

    /**
     * {@return the server in a container, or the one that is given, with a model for some kind of work}
     *
     * @param container not started yet
     * @param property names the model of the server that is given
     * @param usual that model, where the property is not set
     */
    static RealRunner of(LlamaCppContainer container, String property, String usual) {
        return new RealRunner(container, property, usual);
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
        return ModelName.of(isGiven() ? System.getProperty(property, usual) : LlamaCppContainer.TINY);
    }

    /**
     * {@return whether the server computes nothing, by what it says itself}
     *
     * <p>It is asked once in {@link #PAUSE}, however often this is called: llama.cpp looks whether someone who waits for a
     * whole answer is still there only when it has had nothing to tell anybody for a second, and so never while it is
     * asked all the time.
     */
    boolean isIdle() {
        if (System.nanoTime() - asked < PAUSE.toNanos()) {
            return false;
        }
        boolean idle = isIdleNow();
        asked = System.nanoTime();
        return idle;
    }

    /**
     * {@return whether it computes nothing any more before the limit is over} It is asked all the time, which does no harm
     * where a stream was given up: llama.cpp notices that by the next piece.
     *
     * @param limit how long to wait at most
     */
    boolean stopsComputingWithin(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (!isIdleNow()) {
            if (System.nanoTime() > end) {
                return false;
            }
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
        }
        return true;
    }

    /** {@return the same as {@link #isIdle()}, asked at once} */
    boolean isIdleNow() {
        String state = state();
        return !state.isEmpty() && !state.contains("\"is_processing\":true") && !state.contains("\"in_use\":true");
    }

    /** {@return what llama.cpp says of its slots, or Docker Model Runner of its engines} */
    private String state() {
        RunnerEndpoint endpoint = RunnerEndpoint.parse(baseUrl());
        String slots = get(endpoint.management() + "/slots");
        return slots.isEmpty() ? get(endpoint.management() + "/engines/ps") : slots;
    }

    /** {@return what is there; empty if nothing is} */
    private static String get(String url) {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url)).timeout(LIMIT).build();
        try {
            HttpResponse<String> answer = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200 ? answer.body() : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** {@return a new adapter; the caller closes it} */
    HttpAdapter adapter() {
        return HttpAdapter.at(baseUrl());
    }
}
