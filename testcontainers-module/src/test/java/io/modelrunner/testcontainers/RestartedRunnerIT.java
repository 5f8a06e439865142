package io.modelrunner.testcontainers;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.fallback.CircuitState;
import io.modelrunner.fallback.CircuitState.Status;
import io.modelrunner.fallback.Fallback;
import io.modelrunner.http.HttpAdapter;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The runner is restarted between two calls, so that the connections that were kept lead nowhere. */
class RestartedRunnerIT extends FaultTestCase {
    @ParameterizedTest
    @EnumSource
    void firstCallBehindARestartIsAnswered(Way way) {
        HttpAdapter http = http();
        http.chat(PING); // whose connection is kept
        runner.restartAndWait();
        ChatResponse response = way.ask(http, PING);
        assertThat(response).hasText("pong");
        assertThat(response.timeline().attempts()).hasSize(1);
    }

    @Test
    void chainSkipsTheRunnerAndComesBackToIt() {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
        Fallback chain = opened(Fallback.builder()
                .step(HttpAdapter.at(runner.publishedUrl()))
                .step(mock())
                .skipAfter(1, Duration.ofSeconds(30))
                .clock(now::get)
                .build());
        assertThat(chain.chat(PING)).hasText("pong");
        runner.kill();
        assertThat(chain.chat(PING)).hasText(MOCKED);
        assertThat(chain.circuits()).first().returns(Status.OPEN, CircuitState::status);
        runner.start();
        assertThat(chain.chat(PING)).hasText(MOCKED);
        now.updateAndGet(time -> time.plusSeconds(31));
        assertThat(chain.stream(PING)).hasText("pong");
        assertThat(chain.circuits()).first().returns(Status.CLOSED, CircuitState::status);
    }

    @Test
    void callsWhileItIsDownAreRefusedAndLaterOnesAnswered() {
        HttpAdapter http = http();
        http.chat(PING);
        runner.kill();
        for (Way way : Way.values()) {
            failure(RunnerUnreachableException.class, () -> way.ask(http, PING));
        }
        runner.start();
        assertThat(http.chat(PING)).hasText("pong");
        assertThat(http.stream(PING)).hasText("pong");
    }
}
