package io.modelrunner.cli;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.ModelName;
import io.modelrunner.Timeouts;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.cli.RunningCommand.ExpiredException;
import io.modelrunner.cli.RunningCommand.StoppedException;
import io.modelrunner.internal.PullRoad;
import io.modelrunner.internal.TransferProgress;
import io.modelrunner.store.PullEvent;
import io.modelrunner.store.RegistryRequest;
import io.modelrunner.store.RegistryUnavailableException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A pull or push by the command, which tries again by itself where that helps; run by one thread, ended by any.
 *
 * <p>It succeeded only if the last line says so: a pull that ended early ends with success (recorded).
 */
final class CliTransfer implements PullRoad.Task {
    private static final Pattern PROGRESS = Pattern.compile("(?:Downloaded|Uploaded) (\\S+) of (\\S+)");
    private static final Pattern SUCCESS = Pattern.compile("Model (?:pulled|pushed) successfully|Using cached model.*");

    /** Of a longer line the beginning is kept. */
    private static final int LONGEST_LINE = 65_536;

    /** What the command calls the whole, which it does not tell by layers. */
    private static final String WHOLE = "model";

    private final CliAdapter adapter;
    private final String verb;
    private final RegistryRequest wanted;
    private final Consumer<? super PullEvent> listener;
    private final TransferProgress progress;
    private final StringBuilder output = new StringBuilder();
    private volatile @Nullable RunningCommand running;
    private volatile boolean cancelled;
    private String lastLine = "";

    /**
     * @param verb {@code pull} or {@code push}
     * @param listener is told of everything but the end, by the thread that runs it
     * @param progress where it begins, as seen from outside
     */
    CliTransfer(
            CliAdapter adapter,
            String verb,
            RegistryRequest wanted,
            Consumer<? super PullEvent> listener,
            TransferProgress progress) {
        this.progress = progress;
        this.adapter = adapter;
        this.verb = verb;
        this.wanted = wanted;
        this.listener = listener;
    }

    @Override
    public void cancel() {
        cancelled = true;
        RunningCommand command = running;
        if (command != null) {
            command.stop();
        }
    }

    @Override
    public PullEvent.Done run() {
        List<String> arguments = List.of(verb, model().qualified());
        Map<String, String> token = token();
        listener.accept(new PullEvent.Started(model(), progress.now(), 1));
        try (RunningCommand command = adapter.tool().start(arguments, new byte[0], token)) {
            running = command;
            if (cancelled) {
                command.stop();
            }
            read(command);
            return done(arguments, command);
        } catch (InterruptedException | ExpiredException | StoppedException e) {
            throw adapter.execution().ended(e, "docker model " + verb, model(), "");
        }
    }

    private void read(RunningCommand command) throws InterruptedException, ExpiredException, StoppedException {
        Timeouts limits = wanted.timeouts().over(adapter.timeouts());
        Deadline whole = Deadline.of(Phase.TOTAL, limits);
        Utf8 utf8 = new Utf8();
        Deadline next = Deadline.of(Phase.LOAD, limits).orSooner(whole);
        for (byte[] piece = command.next(next); piece != null; piece = command.next(next)) {
            lines(utf8.text(piece));
            next = Deadline.of(Phase.BETWEEN_TOKENS, limits).orSooner(whole);
        }
        lines(utf8.end() + "\n");
    }

    private void lines(String text) {
        int begin = 0;
        for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', begin)) {
            append(text, begin, end);
            line(output.toString().strip());
            output.setLength(0);
            begin = end + 1;
        }
        append(text, begin, text.length());
    }

    private void append(String text, int begin, int end) {
        output.append(text, begin, Math.min(end, begin + LONGEST_LINE - output.length()));
    }

    private void line(String line) {
        Matcher told = PROGRESS.matcher(line);
        if (told.matches()) {
            progress(Bytes.parse(told.group(1)), Bytes.parse(told.group(2)));
        } else if (!line.isEmpty() && !SUCCESS.matcher(line).matches()) {
            listener.accept(new PullEvent.Step(model(), progress.now(), line));
        }
        lastLine = line.isEmpty() ? lastLine : line;
    }

    private void progress(OptionalLong there, OptionalLong all) {
        if (there.isPresent() && all.isPresent()) {
            long size = all.getAsLong();
            long current = Math.min(there.getAsLong(), size);
            PullEvent.Progress whole = progress.layer(WHOLE, size, current, 0);
            listener.accept(new PullEvent.LayerProgress(model(), whole, WHOLE, size, current));
        }
    }

    private PullEvent.Done done(List<String> arguments, RunningCommand command)
            throws InterruptedException, ExpiredException, StoppedException {
        Deadline end = Deadline.of(Phase.BETWEEN_TOKENS, wanted.timeouts().over(adapter.timeouts()));
        Printed printed = new Printed(arguments, command.exitValue(end), lastLine, command.errors());
        if (printed.exitValue() != 0) {
            throw CliFailures.of(printed, model());
        }
        if (SUCCESS.matcher(lastLine).matches()) {
            return new PullEvent.Done(model(), progress.done(), lastLine);
        }
        if (lastLine.startsWith("Usage:") || printed.output().contains("--help")) {
            throw Shape.missing(new Printed(arguments, 0, "Usage:", ""), "progress");
        }
        throw new RegistryUnavailableException(new CliContext(model(), "")
                .facts("docker model " + verb + " ended before it was complete: " + Printed.headline(lastLine))
                .remedy("try again", "what was transferred is kept")
                .build());
    }

    /** The command gives the registry what {@code docker login} left; for Hugging Face it looks into the environment. */
    private Map<String, String> token() {
        String name = model().text().toLowerCase(Locale.ROOT);
        boolean huggingFace = name.startsWith("hf.co/") || name.startsWith("huggingface.co/");
        if (wanted.token().isPresent() && !huggingFace) {
            throw new InvalidRequestException(
                    "token", "unset but for Hugging Face, as docker model uses what docker login left", "set");
        }
        return wanted.token().map(secret -> Map.of("HF_TOKEN", secret)).orElse(Map.of());
    }

    private ModelName model() {
        return wanted.model();
    }
}
