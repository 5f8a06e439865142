package io.modelrunner.testcontainers;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.Attempt;
import io.modelrunner.BrokenAnswerException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.http.HttpAdapter;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;

/** A real server that is asked while it still loads the model answers once it has it. */
@RequiresDocker
class LoadingServerIT {
    // A twentieth of a processor: a tiny model is loaded too soon otherwise.
    private static final long NANO_CPUS = 50_000_000;
    private static final Duration LISTENING_LIMIT = Duration.ofMinutes(2);

    @ParameterizedTest
    @EnumSource
    void loadingIsWaitedFor(Way way) {
        try (LlamaCppContainer llama = started()) {
            ChatResponse response = asSoonAsItListens(way, llama.adapter());

            assertThat(response).hasText("pong");
            // How many tries that took is a matter of luck: the first may find the model loaded.
            assertThat(response.timeline().attempts())
                    .extracting(Attempt::outcome)
                    .containsOnlyOnce("answered")
                    .endsWith("answered");
        }
    }

    /** Asks again before the server listens: Docker listens for it and hangs up, after which the adapter can't tell what ran. */
    private static ChatResponse asSoonAsItListens(Way way, HttpAdapter adapter) {
        ChatRequest request = ChatRequest.builder(LlamaCppContainer.TINY)
                .user("ping")
                .temperature(0)
                .build();
        long end = System.nanoTime() + LISTENING_LIMIT.toNanos();
        while (true) {
            try {
                return way.ask(adapter, request);
            } catch (RunnerUnreachableException | BrokenAnswerException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    /** {@return a server that has started, and may not listen yet} */
    private static LlamaCppContainer started() {
        LlamaCppContainer llama = new LlamaCppContainer()
                .withTinyModel()
                .withCreateContainerCmdModifier(
                        command -> command.getHostConfig().withNanoCPUs(NANO_CPUS))
                .waitingFor(new AtOnce());
        llama.start();
        return llama;
    }

    /** Waits for nothing. */
    private static final class AtOnce extends AbstractWaitStrategy {
        @Override
        protected void waitUntilReady() {}
    }
}
