package io.modelrunner.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.modelrunner.CancelledException;
import io.modelrunner.adapter.Preloader.Purpose;
import io.modelrunner.control.ConfigurationChange;
import io.modelrunner.control.ModelConfiguration;
import io.modelrunner.control.RunnerControl;
import io.modelrunner.testing.ScriptedServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads that share an adapter don't undo each other's changes. */
@Timeout(30)
class ConfigureTogetherTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String MODEL = ConfigurableRunner.MODEL;

    @Test
    void noneOfManyChangesIsLost() {
        try (ConfigurableRunner runner = new ConfigurableRunner()) {
            RunnerControl control = runner.control();
            Stream.of(
                            ConfigurationChange.builder().contextSize(4_096),
                            ConfigurationChange.builder().runtimeFlags("--jinja"),
                            ConfigurationChange.builder().reasoningBudget(7))
                    .map(change -> CompletableFuture.runAsync(() -> control.configure(MODEL, change.build())))
                    .toList()
                    .forEach(CompletableFuture::join);

            ModelConfiguration now = control.configuration(MODEL, Purpose.CHAT).orElseThrow();
            assertThat(now.contextSize()).hasValue(4_096);
            assertThat(now.runtimeFlags()).isEqualTo(List.of("--jinja"));
            assertThat(now.reasoningBudget()).hasValue(7);
        }
    }

    @Test
    void interruptEndsTheWaitForAnother() throws InterruptedException {
        ConfigurationChange change =
                ConfigurationChange.builder().contextSize(1).build();
        CompletableFuture<Throwable> first = new CompletableFuture<>();
        CompletableFuture<Throwable> second = new CompletableFuture<>();
        try (ScriptedServer server =
                        EndpointFormsTest.modelRunner().on("/models/ai/tiny:latest", exchange -> exchange.stall());
                HttpAdapter adapter = HttpAdapter.at(server.url())) {
            RunnerControl control = adapter.power(RunnerControl.class).orElseThrow();
            Thread holder = new Thread(() -> first.complete(catchThrowable(() -> control.configure(MODEL, change))));
            holder.start();
            server.awaitRequests(3, SOON); // two of them ask the server what it is
            Thread waiting = new Thread(() -> second.complete(catchThrowable(() -> control.configure(MODEL, change))));
            waiting.start();
            waiting.interrupt();
            waiting.join(SOON.toMillis());
            assertThat(second).isCompletedWithValueMatching(CancelledException.class::isInstance);
            holder.interrupt();
            holder.join(SOON.toMillis());
            assertThat(first).isCompletedWithValueMatching(CancelledException.class::isInstance);
        }
    }
}
