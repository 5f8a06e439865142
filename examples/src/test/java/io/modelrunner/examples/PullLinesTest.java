package io.modelrunner.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.ModelName;
import io.modelrunner.store.PullEvent;
import io.modelrunner.store.PullEvent.Progress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PullLinesTest {
    private static final ModelName MODEL = ModelName.of("ai/tiny");
    private static final long MIB = 1024 * 1024;

    private final Output out = new Output();
    private long now;
    private final PullLines lines = new PullLines(out.stream(), () -> now);

    @Test
    void newsThatComeFastAreLeftOutUnlessTheyAreTheLast() {
        for (int percent = 1; percent < 100; percent++) {
            progress(percent);
        }
        lines.accept(new PullEvent.Done(MODEL, new Progress(100 * MIB, 100 * MIB, 100), "Model pulled successfully"));
        assertThat(out.lines()).containsExactly("ai/tiny: 10 % of 100.0 MiB", "ai/tiny: Model pulled successfully");
    }

    @Test
    void aLineComesForTenPercentAndNotBeforeTwoSeconds() {
        progress(15);
        after(Duration.ofMillis(1_999));
        progress(40);
        after(Duration.ofMillis(1));
        progress(41);
        after(Duration.ofSeconds(20));
        progress(50);
        progress(51);
        assertThat(out.lines())
                .containsExactly(
                        "ai/tiny: 15 % of 100.0 MiB", "ai/tiny: 41 % of 100.0 MiB", "ai/tiny: 51 % of 100.0 MiB");
    }

    @Test
    void slowPullIsHeardOfAllTheSame() {
        progress(10);
        after(Duration.ofSeconds(30));
        progress(11);
        assertThat(out.lines()).containsExactly("ai/tiny: 10 % of 100.0 MiB", "ai/tiny: 11 % of 100.0 MiB");
    }

    @Test
    void warningsAndNewAttemptsAreNeverLeftOut() {
        lines.accept(new PullEvent.Started(MODEL, Progress.NONE, 1));
        lines.accept(new PullEvent.Step(MODEL, Progress.NONE, "Fetching file list..."));
        lines.accept(new PullEvent.Step(MODEL, Progress.NONE, "Fetching more..."));
        lines.accept(new PullEvent.Warning(MODEL, Progress.NONE, "it is old"));
        lines.accept(new PullEvent.Started(MODEL, Progress.NONE, 2));
        lines.close();
        assertThat(out.lines())
                .containsExactly(
                        "ai/tiny: Fetching file list...",
                        "ai/tiny: warning: it is old",
                        "ai/tiny: the connection broke, attempt 2");
    }

    @Test
    void sizeThatIsNotKnownIsNotInvented() {
        lines.accept(new PullEvent.LayerProgress(MODEL, new Progress(MIB, 0, 20), "sha256:a", 0, 0));
        assertThat(out.lines()).containsExactly("ai/tiny: 20 %");
    }

    private void progress(int percent) {
        Progress whole = new Progress(percent * MIB, 100 * MIB, percent);
        lines.accept(new PullEvent.LayerProgress(MODEL, whole, "sha256:a", 100 * MIB, percent * MIB));
    }

    private void after(Duration time) {
        now += time.toNanos();
    }
}
