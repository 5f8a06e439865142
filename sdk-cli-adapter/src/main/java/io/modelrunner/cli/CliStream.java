package io.modelrunner.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.modelrunner.Attempt;
import io.modelrunner.AttemptTimeline;
import io.modelrunner.BrokenAnswerException;
import io.modelrunner.CancelledException;
import io.modelrunner.ModelName;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.Timeouts;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.chat.FinishReason;
import io.modelrunner.cli.RunningCommand.ExpiredException;
import io.modelrunner.cli.RunningCommand.StoppedException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An answer as {@code docker model run} prints it.
 *
 * <p>Of what happens behind the command nothing is seen but its text: not when the model is loaded, nor why the answer ends, as one that
 * was cut off ends with success like a whole one (recorded). The response says so.
 */
final class CliStream implements ChatStream.Source {
    private static final int LONGEST_ANSWER = 64 * 1024 * 1024;
    private static final String PULL = "Unable to find model '";
    private static final String CUT = "docker model run does not tell whether the answer is whole";
    private static final String REASONING =
            "docker model run prints reasoning as text: what begins with \"Thinking:\" may be no part of the answer";
    private static final String FOLDED = "the conversation was sent as one prompt, as docker model run takes no other";

    private final CliAdapter adapter;
    private final ChatRequest request;
    private final ModelName model;
    private final StringBuilder text = new StringBuilder();
    private Utf8 utf8 = new Utf8();
    private final boolean streamed;
    private volatile @Nullable RunningCommand current;
    private volatile boolean closed;
    private @Nullable RunningCommand running;
    private @Nullable Road road;
    private Instant started = Instant.now();
    private long begin = System.nanoTime();
    private @Nullable Duration firstToken;
    private Deadline whole;
    private Deadline next;

    /** What came but waits: the end of a line, which is the command's own if nothing comes behind it; or what may be none of the answer. */
    private String held = "";

    private boolean over;

    /**
     * @param streamed whether the pieces are wanted as they come, each within its limit; if not, there is one limit for all
     */
    CliStream(CliAdapter adapter, ChatRequest request, boolean streamed) {
        this.adapter = adapter;
        this.request = request;
        this.model = request.model();
        this.streamed = streamed;
        this.whole = Deadline.of(streamed ? Phase.TOTAL : Phase.ANSWER, timeouts());
        this.next = streamed ? untilFirst() : whole;
    }

    private Timeouts timeouts() {
        return request.timeouts().over(adapter.timeouts());
    }

    /** The command doesn't tell loading from reading the prompt; so there is one limit for both, the narrower if that was set. */
    private Deadline untilFirst() {
        Timeouts limits = timeouts();
        Phase phase = limits.isSet(Phase.FIRST_TOKEN) ? Phase.FIRST_TOKEN : Phase.LOAD;
        return Deadline.of(phase, limits).orSooner(whole);
    }

    @Override
    public ChatEvent next() {
        RunningCommand command = running;
        try {
            if (command == null) {
                command = start();
            } else if (streamed) {
                next = Deadline.of(Phase.BETWEEN_TOKENS, timeouts()).orSooner(whole);
            }
            while (!over) {
                String piece = withoutPull(piece(command));
                if (!piece.isEmpty()) {
                    take(piece);
                    return new ChatEvent.Text(piece);
                }
            }
            return completed(command);
        } catch (InterruptedException | ExpiredException | StoppedException e) {
            throw adapter.execution().ended(e, "docker model run", model, text.toString());
        }
    }

    private RunningCommand start() {
        Road chosen = road == null ? firstRoad() : adapter.roadWithoutUrl(request, next, this::watch);
        road = chosen;
        RunningCommand command =
                adapter.tool().start(chosen.arguments(), chosen.prompt().getBytes(UTF_8), Map.of());
        watch(command);
        running = command;
        return command;
    }

    /** All that has a limit begins with the first pull, which may come long after this was made. */
    private Road firstRoad() {
        started = Instant.now();
        begin = System.nanoTime();
        whole = Deadline.of(whole.phase(), timeouts());
        next = streamed ? untilFirst() : whole;
        return adapter.road(request, next, this::watch);
    }

    /** Takes note of what to stop when this is closed. */
    private void watch(RunningCommand command) {
        current = command;
        if (closed) {
            command.stop();
        }
    }

    /** {@return the next piece of the text; empty if it is not whole, or if the text is at its end} */
    private String piece(RunningCommand command) throws InterruptedException, ExpiredException, StoppedException {
        byte[] bytes = command.next(next);
        over = bytes == null;
        String piece = held + (bytes == null ? utf8.end() : utf8.text(bytes));
        held = "";
        if (piece.endsWith("\n")) {
            // The last line end is the command's own; whether this is the last is seen later.
            held = "\n";
            piece = piece.substring(0, piece.length() - 1);
        }
        return piece;
    }

    /**
     * {@return what may be handed out} The model was there a moment ago; if it is not any more, the command brings it without being asked,
     * and says so, in which it is stopped. What may be the beginning of these words waits for the next piece.
     */
    private String withoutPull(String piece) {
        boolean alone = road != null && !road.byUrl() && text.isEmpty();
        if (alone && piece.startsWith(PULL)) {
            close();
            throw CliFailures.of(new Printed(List.of("run"), 1, "", "model not found"), model);
        }
        if (alone && !over && PULL.startsWith(piece)) {
            held = piece + held;
            return "";
        }
        return piece;
    }

    private void take(String piece) {
        if (text.isEmpty() && streamed) {
            firstToken = sinceBegin();
        }
        text.append(piece);
        if (text.length() > LONGEST_ANSWER) {
            throw new BrokenAnswerException(new CliContext(model, "")
                    .facts("the answer has more than " + LONGEST_ANSWER + " characters, which is the limit")
                    .build());
        }
    }

    private ChatEvent completed(RunningCommand command)
            throws InterruptedException, ExpiredException, StoppedException {
        int exit = command.exitValue(next);
        Road taken = road;
        if (exit == 0) {
            command.close();
            if (held.isEmpty()) {
                // The end of a line is the last that the command writes, behind every answer (recorded).
                throw new BrokenAnswerException(new CliContext(model, text.toString())
                        .facts("docker model run ended before it had written the whole answer")
                        .remedy("ask again", "somebody stopped it")
                        .build());
            }
            return new ChatEvent.Completed(response());
        }
        String answer = text.toString();
        Printed printed = new Printed(List.of("run"), exit, "", command.errors());
        if (adapter.tool().isStandalone()) {
            // Its error stands behind the answer, on the same output.
            int error = Math.max(0, answer.lastIndexOf("Error: "));
            printed = new Printed(List.of("run"), exit, answer.substring(error), "");
            answer = answer.substring(0, error);
        }
        command.close();
        if (taken != null && taken.byUrl() && answer.isEmpty() && printed.all().contains("unknown flag: --openaiurl")) {
            text.setLength(0);
            utf8 = new Utf8();
            held = "";
            over = false;
            running = null;
            return next();
        }
        ModelRunnerException failure = CliFailures.of(printed, model, answer);
        if (failure instanceof RunnerUnreachableException) {
            adapter.forget();
        }
        throw failure;
    }

    private ChatResponse response() {
        ChatResponse.Builder response = ChatResponse.builder(model, CliAdapter.NAME);
        response.appendText(text.toString()).finishReason(FinishReason.STOP).warning(CUT);
        if (text.indexOf("Thinking:\n") == 0) {
            response.warning(REASONING);
        }
        if (Prompt.isConversation(request)) {
            response.warning(FOLDED);
        }
        if (road != null) {
            road.warnings().forEach(response::warning);
        }
        Attempt attempt = Attempt.builder(CliAdapter.NAME, adapter.tool().name(), started, "answered")
                .model(model)
                .firstToken(firstToken)
                .took(sinceBegin())
                .build();
        return response.timeline(AttemptTimeline.empty().plus(attempt)).build();
    }

    private Duration sinceBegin() {
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    @Override
    public CancelledException cancelled() {
        return new CancelledException(new CliContext(model, text.toString())
                .facts("the answer was cancelled")
                .build());
    }

    @Override
    public void close() {
        closed = true;
        RunningCommand command = current;
        if (command != null) {
            command.close();
        }
    }

    /**
     * A way to send a prompt.
     *
     * @param arguments of the command
     * @param prompt its input
     * @param byUrl whether the command is told where the runner is, and then leaves the prompt as it is
     * @param warnings what became of the prompt on the way
     */
    record Road(List<String> arguments, String prompt, boolean byUrl, List<String> warnings) {}
}
