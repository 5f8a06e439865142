package io.modelrunner.examples;

import io.modelrunner.store.PullEvent;
import java.io.PrintStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Progress for logs: a line when there is news, but not more often than somebody wants to read it. */
final class PullLines implements PullProgress {
    private static final int STEP_PERCENT = 10;
    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(2);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final PrintStream out;
    private final LongSupplier nanoTime;
    private long told;
    private int percent;

    PullLines(PrintStream out, LongSupplier nanoTime) {
        this.out = out;
        this.nanoTime = nanoTime;
        this.told = nanoTime.getAsLong() - SHORTEST_PAUSE.toNanos();
    }

    @Override
    public void accept(PullEvent event) {
        if (event instanceof PullEvent.Done done) {
            tell(event, done.message());
        } else if (event instanceof PullEvent.Warning warning) {
            tell(event, "warning: " + warning.message());
        } else if (event instanceof PullEvent.Started started) {
            if (started.attempt() > 1) {
                tell(event, "the connection broke, attempt " + started.attempt());
            }
        } else if (event instanceof PullEvent.Step step) {
            if (isDue(SHORTEST_PAUSE)) {
                tell(event, step.message());
            }
        } else if (isDue(event.percent() - percent < STEP_PERCENT ? LONGEST_PAUSE : SHORTEST_PAUSE)) {
            String total = event.totalBytes() > 0 ? " of " + Bytes.shown(event.totalBytes()) : "";
            tell(event, event.percent() + " %" + total);
        }
    }

    private boolean isDue(Duration pause) {
        return nanoTime.getAsLong() - told >= pause.toNanos();
    }

    private void tell(PullEvent event, String news) {
        told = nanoTime.getAsLong();
        percent = event.percent();
        out.println(event.model() + ": " + news);
    }

    @Override
    public void close() {
        out.flush();
    }
}
