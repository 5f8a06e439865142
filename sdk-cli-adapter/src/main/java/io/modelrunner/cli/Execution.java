package io.modelrunner.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.modelrunner.BrokenAnswerException;
import io.modelrunner.CancelledException;
import io.modelrunner.Failure;
import io.modelrunner.ModelName;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.TimedOutException;
import io.modelrunner.cli.RunningCommand.ExpiredException;
import io.modelrunner.cli.RunningCommand.StoppedException;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs commands to their end, and says how a wait for one ended. */
final class Execution {
    private static final int MOST_OUTPUT = 64 * 1024 * 1024;

    private final Tool tool;

    Execution(Tool tool) {
        this.tool = tool;
    }

    /** {@return the result of a command} */
    <T> T run(Command<T> command, Deadline deadline) {
        return run(command, deadline, running -> {});
    }

    /**
     * {@return the result of a command}
     *
     * @param watcher is told of the command once it runs, to stop it
     * @throws ModelRunnerException if it failed, took too long, or was interrupted
     */
    <T> T run(Command<T> command, Deadline deadline, Consumer<RunningCommand> watcher) {
        List<String> arguments = command.arguments();
        try (RunningCommand running = tool.start(arguments, new byte[0], Map.of())) {
            watcher.accept(running);
            String output = read(running, deadline);
            Printed printed = new Printed(arguments, running.exitValue(deadline), output, running.errors());
            if (printed.exitValue() != 0) {
                throw CliFailures.of(printed, command.model());
            }
            return command.result(printed);
        } catch (InterruptedException | ExpiredException | StoppedException e) {
            throw ended(e, "docker model " + arguments.get(0), command.model(), "");
        }
    }

    private static String read(RunningCommand running, Deadline deadline)
            throws InterruptedException, ExpiredException, StoppedException {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        for (byte[] piece = running.next(deadline); piece != null; piece = running.next(deadline)) {
            output.write(piece, 0, piece.length);
            if (output.size() > MOST_OUTPUT) {
                throw new BrokenAnswerException(
                        Failure.of("the command printed more than " + MOST_OUTPUT + " bytes, which is the limit")
                                .adapter(CliAdapter.NAME)
                                .build());
            }
        }
        return output.toString(UTF_8);
    }

    /**
     * {@return what to throw for a wait that ended without what was waited for}
     *
     * @param how an {@link InterruptedException}, {@link ExpiredException} or {@link StoppedException}
     * @param what was waited for
     * @param text what there is of the answer
     */
    ModelRunnerException ended(Exception how, String what, @Nullable ModelName model, String text) {
        if (how instanceof ExpiredException expired) {
            Deadline deadline = expired.deadline;
            String words = what + " took longer than " + deadline.limit() + " ("
                    + deadline.phase().label() + ")";
            Failure.Builder facts =
                    Failure.of(words).adapter(CliAdapter.NAME).model(model).partialText(text);
            facts.remedy("Timeouts.builder()." + deadline.phase().setter() + "(…)", "it needs longer");
            return new TimedOutException(facts.build(), deadline.phase(), deadline.limit());
        }
        String why = tool.isClosed() ? "the adapter was closed" : "it was cancelled";
        if (how instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            why = "the thread was interrupted";
        }
        return new CancelledException(Failure.of(what + " was ended: " + why)
                .adapter(CliAdapter.NAME)
                .model(model)
                .partialText(text)
                .cause(how)
                .build());
    }
}
