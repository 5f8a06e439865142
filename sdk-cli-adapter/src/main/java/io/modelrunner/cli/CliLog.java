package io.modelrunner.cli;

import static java.util.Objects.requireNonNull;

import io.modelrunner.Timeouts.Phase;
import io.modelrunner.cli.RunningCommand.ExpiredException;
import io.modelrunner.cli.RunningCommand.StoppedException;
import io.modelrunner.control.LogOptions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The lines that {@code docker model logs} prints, as they are pulled. */
final class CliLog implements Iterator<String> {
    private static final int LONGEST_LINE = 65_536;

    /** Nothing needs to be logged for as long as somebody follows. */
    private static final Duration ALWAYS = Duration.ofDays(365);

    private final CliAdapter adapter;
    private final LogOptions options;
    private final Utf8 utf8 = new Utf8();
    private final StringBuilder line = new StringBuilder();
    private final ArrayDeque<String> ready = new ArrayDeque<>();
    private volatile @Nullable RunningCommand running;
    private volatile boolean closed;
    private boolean over;

    CliLog(CliAdapter adapter, LogOptions options) {
        this.adapter = adapter;
        this.options = requireNonNull(options, "options");
    }

    Stream<String> lines() {
        int traits = Spliterator.ORDERED | Spliterator.NONNULL;
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(this, traits), false)
                .onClose(this::close);
    }

    private void close() {
        closed = true;
        RunningCommand command = running;
        if (command != null) {
            command.close();
        }
    }

    @Override
    public boolean hasNext() {
        while (ready.isEmpty() && !over) {
            read();
        }
        return !ready.isEmpty();
    }

    @Override
    public String next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return ready.remove();
    }

    private void read() {
        over = true; // so that what failed is not begun again
        try {
            RunningCommand command = running == null ? start() : running;
            Deadline deadline = options.follow()
                    ? Deadline.of(Phase.BETWEEN_TOKENS, ALWAYS)
                    : Deadline.of(Phase.BETWEEN_TOKENS, adapter.timeouts());
            byte[] piece = command.next(deadline);
            if (piece == null) {
                end(command, deadline);
            } else {
                take(utf8.text(piece));
                over = false;
            }
        } catch (InterruptedException | ExpiredException | StoppedException e) {
            close();
            throw adapter.execution().ended(e, "docker model logs", null, "");
        }
    }

    private RunningCommand start() throws StoppedException {
        RunningCommand command = adapter.tool().start(arguments(), new byte[0], Map.of());
        running = command;
        if (closed) {
            command.close();
            throw new StoppedException();
        }
        return command;
    }

    private List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of("logs"));
        if (options.follow()) {
            arguments.add("--follow");
        }
        if (!options.engines()) {
            arguments.add("--no-engines");
        }
        return arguments;
    }

    private void end(RunningCommand command, Deadline deadline)
            throws InterruptedException, ExpiredException, StoppedException {
        take(utf8.end());
        if (line.length() > 0) {
            take("\n");
        }
        Printed printed = new Printed(List.of("logs"), command.exitValue(deadline), "", command.errors());
        command.close();
        if (printed.exitValue() != 0) {
            throw CliFailures.of(printed, null);
        }
    }

    private void take(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n') {
                ready.add(line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) + "…" : line.toString());
                line.setLength(0);
            } else if (line.length() <= LONGEST_LINE) {
                line.append(c);
            }
        }
    }
}
