package io.modelrunner.testcontainers;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.Attempt;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.http.HttpAdapter;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.testcontainers.containers.wait.strategy.Wait;

/** A real server that is asked while it still loads the model answers once it has it. */
@RequiresDocker
class LoadingServerIT {
    // A tenth of a processor: a tiny model is loaded too soon otherwise.
    private static final long NANO_CPUS = 100_000_000;

    @ParameterizedTest
    @EnumSource
    void loadingIsWaitedFor(Way way) {
        ChatRequest request = ChatRequest.builder(LlamaCppContainer.TINY)
                .user("ping")
                .temperature(0)
                .build();
        try (LlamaCppContainer llama = listening();
                HttpAdapter adapter = llama.adapter()) {
            ChatResponse response = way.ask(adapter, request);

            assertThat(response).hasText("pong");
            // Whether it was loading still is a matter of luck; if so, that is why it was asked again.
            List<Attempt> attempts = response.timeline().attempts();
            assertThat(attempts.get(attempts.size() - 1).outcome()).isEqualTo("answered");
            assertThat(attempts.subList(0, attempts.size() - 1))
                    .allSatisfy(attempt -> assertThat(attempt.outcome()).contains("loading"));
        }
    }

    /** {@return a server that answers, be it that it is loading} */
    private static LlamaCppContainer listening() {
        LlamaCppContainer llama = LlamaCppContainer.withTinyModel()
                .withCreateContainerCmdModifier(
                        command -> command.getHostConfig().withNanoCPUs(NANO_CPUS))
                .waitingFor(Wait.forHttp("/health").forStatusCodeMatching(status -> status == 503 || status == 200));
        llama.start();
        return llama;
    }
}
