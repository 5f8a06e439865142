package io.modelrunner.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.ModelName;
import io.modelrunner.store.PullEvent;
import io.modelrunner.store.PullEvent.Progress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PullBarTest {
    private static final ModelName MODEL = ModelName.of("ai/tiny");
    private static final long MIB = 1024 * 1024;

    private final Output out = new Output();

    @Test
    void barIsFullInTheEndAndTheRestBelowIt() {
        try (PullBar bar = new PullBar(out.stream())) {
            bar.accept(new PullEvent.Started(MODEL, Progress.NONE, 1));
            bar.accept(progress(0, 40 * MIB));
            bar.accept(new PullEvent.Warning(MODEL, Progress.NONE, "it is old"));
            bar.accept(progress(10 * MIB, 40 * MIB));
            bar.accept(new PullEvent.Done(MODEL, new Progress(10 * MIB, 40 * MIB, 100), "Model pulled successfully"));
        }
        List<String> lines = out.lines();
        assertThat(lines.get(lines.size() - 3))
                .startsWith("ai/tiny 100% [=")
                .contains("40/40 MiB")
                .hasSizeLessThan(80);
        assertThat(lines).endsWith("ai/tiny: warning: it is old", "ai/tiny: Model pulled successfully");
    }

    @Test
    void barOfAPullThatFailedStaysWhereItWas() {
        try (PullBar bar = new PullBar(out.stream())) {
            bar.accept(progress(512 * 1024, MIB));
        }
        assertThat(out.text()).contains("ai/tiny  50% [", "512/1024 KiB").doesNotContain("100%");
        assertThat(out.text()).endsWith(System.lineSeparator());
    }

    @Test
    void modelThatWasThereNeedsNoBar() {
        try (PullBar bar = new PullBar(out.stream())) {
            bar.accept(new PullEvent.Step(MODEL, Progress.NONE, "Looking"));
            bar.accept(new PullEvent.Done(MODEL, new Progress(0, 0, 100), "Using cached model"));
        }
        assertThat(out.lines()).containsExactly("ai/tiny: Looking", "ai/tiny: Using cached model");
    }

    @Test
    void logHasNoBar() {
        // Surefire's output is no terminal.
        try (PullProgress progress = PullProgress.on(out.stream())) {
            assertThat(progress).isInstanceOf(PullLines.class);
        }
    }

    private static PullEvent progress(long completed, long total) {
        Progress whole = new Progress(completed, total, (int) (completed * 100 / total));
        return new PullEvent.LayerProgress(MODEL, whole, "sha256:a", total, completed);
    }
}
