package io.modelrunner.testcontainers;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.modelrunner.UnauthorizedException;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.http.HttpAdapter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A real server that was started with an API key wants it. */
@RequiresDocker
class ApiKeyIT {
    private static final String KEY = "secret-of-the-test";
    private static final LlamaCppContainer llama =
            new LlamaCppContainer().withTinyModel().withArgs("--api-key", KEY);

    @BeforeAll
    static void start() {
        llama.start();
    }

    @AfterAll
    static void stop() {
        llama.stop();
    }

    @ParameterizedTest
    @EnumSource
    void missingKeyIsRefusedWithARemedy(Way way) {
        try (HttpAdapter adapter = HttpAdapter.at(llama.openAiBaseUrl())) {
            assertRefused(way, adapter);
        }
    }

    @ParameterizedTest
    @EnumSource
    void wrongKeyIsRefusedAndNotTold(Way way) {
        try (HttpAdapter adapter = with("wrong-key")) {
            UnauthorizedException failure = assertRefused(way, adapter);

            assertThat(failure.getMessage()).doesNotContain("wrong-key");
        }
    }

    @ParameterizedTest
    @EnumSource
    void keyOfTheAdapterIsAccepted(Way way) {
        try (HttpAdapter adapter = with(KEY)) {
            assertThat(way.ask(adapter, ping().build())).hasText("pong");
        }
    }

    @ParameterizedTest
    @EnumSource
    void keyOfTheRequestIsAcceptedInsteadOfTheAdapters(Way way) {
        ChatRequest request = ping().header("Authorization", "Bearer " + KEY).build();
        try (HttpAdapter none = HttpAdapter.at(llama.openAiBaseUrl());
                HttpAdapter wrong = with("wrong-key")) {
            assertThat(way.ask(none, request)).hasText("pong");
            assertThat(way.ask(wrong, request)).hasText("pong");
        }
    }

    private static UnauthorizedException assertRefused(Way way, HttpAdapter adapter) {
        UnauthorizedException failure =
                catchThrowableOfType(UnauthorizedException.class, () -> way.ask(adapter, ping().build()));
        assertThat(failure).isNotNull();
        assertThat(failure).hasStatus(401).hasRemedyContaining("apiKey");
        return failure;
    }

    private static HttpAdapter with(String key) {
        return HttpAdapter.builder(llama.openAiBaseUrl()).apiKey(key).build();
    }

    private static ChatRequest.Builder ping() {
        return ChatRequest.builder(LlamaCppContainer.TINY).user("ping").temperature(0);
    }
}
