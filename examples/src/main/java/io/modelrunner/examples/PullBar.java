package io.modelrunner.examples;

import io.modelrunner.store.PullEvent;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Progress for a terminal: a bar that begins as soon as the size of the whole is known. */
final class PullBar implements PullProgress {
    private static final int COLUMNS = 79;
    private static final int UPDATE_MILLIS = 100;
    private static final long KIB = 1024;
    private static final long MIB = KIB * KIB;
    private static final long MANY = 10 * MIB;

    private final PrintStream out;
    // A line of its own would tear the bar apart.
    private final List<String> lastWords = new ArrayList<>();
    private @Nullable ProgressBar bar;

    PullBar(PrintStream out) {
        this.out = out;
    }

    @Override
    public void accept(PullEvent event) {
        if (event.totalBytes() > 0) {
            bar(event).maxHint(event.totalBytes()).stepTo(event.completedBytes());
        }
        if (event instanceof PullEvent.Done done) {
            if (bar != null) {
                // The runner says nothing of layers that were there before.
                bar.stepTo(bar.getMax());
            }
            lastWords.add(event.model() + ": " + done.message());
        } else if (event instanceof PullEvent.Warning warning) {
            lastWords.add(event.model() + ": warning: " + warning.message());
        } else if (event instanceof PullEvent.Step step && bar == null) {
            out.println(event.model() + ": " + step.message());
        }
    }

    private ProgressBar bar(PullEvent event) {
        ProgressBar shown = bar;
        if (shown == null) {
            boolean many = event.totalBytes() >= MANY;
            shown = new ProgressBarBuilder()
                    .setTaskName(event.model().text())
                    .setInitialMax(event.totalBytes())
                    .setUnit(many ? " MiB" : " KiB", many ? MIB : KIB)
                    .setUpdateIntervalMillis(UPDATE_MILLIS)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setConsumer(new DelegatingProgressBarConsumer(this::draw, COLUMNS))
                    .build();
            bar = shown;
        }
        return shown;
    }

    /** Called by the library's thread, and by ours when the bar is closed. */
    private void draw(String line) {
        out.print("\r" + line);
        out.flush();
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
            out.println();
        }
        lastWords.forEach(out::println);
        lastWords.clear();
    }
}
