package io.modelrunner.testcontainers;

import io.modelrunner.store.PullEvent;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/** Tells a log of a pull: a line at each tenth of the way, and one where there would be none for long. */
final class PullLog implements Consumer<PullEvent> {
    private static final int STEP_PERCENT = 10;
    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final int MIB = 1024 * 1024;

    private final Logger log;
    private final LongSupplier nanoTime;
    private long told;
    private int percent;

    PullLog(Logger log, LongSupplier nanoTime) {
        this.log = log;
        this.nanoTime = nanoTime;
        this.told = nanoTime.getAsLong();
    }

    @Override
    public void accept(PullEvent event) {
        if (event instanceof PullEvent.Done done) {
            log.info("{}: {}", done.model(), done.message());
        } else if (event instanceof PullEvent.Warning warning) {
            log.warn("{}: {}", warning.model(), warning.message());
        } else if (event instanceof PullEvent.Started started) {
            if (started.attempt() > 1) {
                log.info("{}: the connection broke, attempt {}", started.model(), started.attempt());
            }
        } else if (isDue(event.percent() - percent < STEP_PERCENT ? LONGEST_PAUSE : SHORTEST_PAUSE)) {
            tell(event);
        }
    }

    private boolean isDue(Duration pause) {
        return nanoTime.getAsLong() - told >= pause.toNanos();
    }

    private void tell(PullEvent event) {
        told = nanoTime.getAsLong();
        percent = event.percent();
        if (event.totalBytes() > 0) {
            log.info("{}: {} % of {} MiB", event.model(), percent, event.totalBytes() / MIB);
        } else {
            log.info("{}: {}", event.model(), event instanceof PullEvent.Step step ? step.message() : "pulling");
        }
    }
}
