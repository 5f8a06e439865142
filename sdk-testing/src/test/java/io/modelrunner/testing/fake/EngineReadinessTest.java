package io.modelrunner.testing.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.modelrunner.RunnerEndpoint;
import io.modelrunner.testing.ReceivedRequest;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EngineReadinessTest {
    private static final Script LOADING = Script.json(503, "{\"error\":{\"message\":\"Loading model\"}}");

    @Test
    void waitsWhileAModelIsLoaded() {
        try (ScriptedServer server = ScriptedServer.answering(LOADING, LOADING, Script.json("{\"status\":\"ok\"}"))) {
            EngineReadiness.await(List.of(RunnerEndpoint.parse(server.url())), Duration.ofSeconds(20));
            assertThat(server.requests())
                    .extracting(ReceivedRequest::path)
                    .containsExactly("/health", "/health", "/health");
        }
    }

    @Test
    void givesUpOnOneThatNeverAnswers() {
        ScriptedServer server = ScriptedServer.answering(LOADING);
        server.close();
        RunnerEndpoint gone = RunnerEndpoint.parse(server.url());
        assertThatIllegalStateException()
                .isThrownBy(() -> EngineReadiness.await(List.of(gone), Duration.ofMillis(50)))
                .withMessageContaining(server.url());
    }
}
