package io.modelrunner.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.ModelName;
import io.modelrunner.store.PullEvent;
import io.modelrunner.store.PullEvent.Progress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PullLogTest {
    private static final ModelName MODEL = ModelName.of("ai/smollm2");
    private static final long TOTAL = 200 * 1024 * 1024;

    private final LineLogger log = new LineLogger();
    private Duration now = Duration.ZERO;
    private final PullLog pull = new PullLog(log, () -> now.toNanos());

    @Test
    void tenthsOfTheWayAreTold() {
        for (int percent = 0; percent < 100; percent++) {
            later(Duration.ofMillis(200));
            pull.accept(layer(percent));
        }

        assertThat(log.lines()).hasSize(9).first().isEqualTo("ai/smollm2: 10 % of 200 MiB");
    }

    @Test
    void quickPullIsOneLine() {
        pull.accept(new PullEvent.Started(MODEL, Progress.NONE, 1));
        for (int percent = 0; percent < 100; percent++) {
            later(Duration.ofMillis(5));
            pull.accept(layer(percent));
        }
        pull.accept(new PullEvent.Done(MODEL, progress(100), "Model pulled successfully"));

        assertThat(log.lines()).containsExactly("ai/smollm2: Model pulled successfully");
    }

    @Test
    void slowPullIsTold() {
        pull.accept(layer(1));
        later(Duration.ofSeconds(29));
        pull.accept(layer(2));
        later(Duration.ofSeconds(1));
        pull.accept(layer(3));

        assertThat(log.lines()).containsExactly("ai/smollm2: 3 % of 200 MiB");
    }

    @Test
    void wordsOfTheRunnerAreToldWhileNoSizeIsKnown() {
        later(Duration.ofSeconds(30));
        pull.accept(new PullEvent.Step(MODEL, Progress.NONE, "Fetching file list..."));

        assertThat(log.lines()).containsExactly("ai/smollm2: Fetching file list...");
    }

    @Test
    void warningsAndNewAttemptsAreToldAtOnce() {
        pull.accept(new PullEvent.Warning(MODEL, Progress.NONE, "format is old"));
        pull.accept(new PullEvent.Started(MODEL, Progress.NONE, 2));

        assertThat(log.lines())
                .containsExactly("ai/smollm2: format is old", "ai/smollm2: the connection broke, attempt 2");
    }

    private void later(Duration time) {
        now = now.plus(time);
    }

    private static PullEvent layer(int percent) {
        return new PullEvent.LayerProgress(MODEL, progress(percent), "sha256:1", TOTAL, TOTAL * percent / 100);
    }

    private static Progress progress(int percent) {
        return new Progress(TOTAL * percent / 100, TOTAL, percent);
    }
}
