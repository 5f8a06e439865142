package io.modelrunner.cli;

import io.modelrunner.CancelledException;
import io.modelrunner.Failure;
import io.modelrunner.InvalidRequestException;
import io.modelrunner.RunnerUnreachableException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The command, and how it is started: without a shell, in an empty directory, with a clean environment, its input from memory.
 *
 * <p>In a directory of its own there is nothing that a prompt could name (contents of files get into prompts by the command itself).
 */
final class Tool implements AutoCloseable {
    private static final boolean WINDOWS = File.separatorChar == '\\';

    private final List<String> command;
    private final boolean standalone;
    private final Map<String, String> environment;
    private final Set<RunningCommand> running = ConcurrentHashMap.newKeySet();
    private @Nullable Path directory;
    private volatile boolean closed;

    /**
     * @param command the program and what comes before all arguments: {@code docker model}
     * @param standalone whether it is the program itself and no plugin, which writes its results to the error output
     * @param environment all that it gets to see
     */
    Tool(List<String> command, boolean standalone, Map<String, String> environment) {
        this.command = List.copyOf(command);
        this.standalone = standalone;
        this.environment = Map.copyOf(environment);
    }

    boolean isStandalone() {
        return standalone;
    }

    /** {@return the command as a user types it} */
    String name() {
        return String.join(" ", command);
    }

    /** {@return what decides which runner the command talks to; never to be shown, as variables may be secret} */
    String identity() {
        return command + " " + new TreeMap<>(environment);
    }

    /**
     * {@return the command, started; the caller closes it}
     *
     * @param arguments what it shall do
     * @param input its input
     * @param more variables for this run alone
     */
    RunningCommand start(List<String> arguments, byte[] input, Map<String, String> more) {
        ProcessBuilder builder = new ProcessBuilder(line(arguments));
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.environment().putAll(more);
        builder.redirectErrorStream(standalone);
        try {
            builder.directory(directory().toFile());
            RunningCommand started = new RunningCommand(builder.start(), input, running::remove);
            running.add(started);
            if (closed) {
                started.stop();
            }
            return started;
        } catch (IOException e) {
            throw unstartable(e);
        }
    }

    private List<String> line(List<String> arguments) {
        checkOpen();
        String path = environment.getOrDefault("PATH", environment.getOrDefault("Path", ""));
        Path program = new Executable(WINDOWS, file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .find(command.get(0), path)
                .orElseThrow(this::missing);
        List<String> line = new ArrayList<>(List.of(program.toString()));
        line.addAll(command.subList(1, command.size()));
        line.addAll(arguments);
        arguments.forEach(argument -> checkArgument(argument, WINDOWS));
        return line;
    }

    /** On Windows a program takes its line of arguments apart by itself, and quotes decide how; none of ours needs one. */
    static void checkArgument(String argument, boolean windows) {
        boolean clear =
                argument.indexOf('\0') < 0 && (!windows || (argument.indexOf('"') < 0 && !argument.endsWith("\\")));
        if (!clear) {
            throw new InvalidRequestException(
                    "argument", "without quotes, zeros, and a backslash at its end", "another one");
        }
    }

    /** The program is there, but not for us, or there is no room for its directory, for one more process, … */
    private RunnerUnreachableException unstartable(IOException why) {
        return new RunnerUnreachableException(Failure.of("can't start " + name() + ": " + why.getMessage())
                .adapter(CliAdapter.NAME)
                .cause(why)
                .remedy(name() + " version", "you want to see whether it starts by hand")
                .remedy("HttpAdapter.at(…)", "the runner can be reached over HTTP")
                .build());
    }

    private CommandMissingException missing() {
        return new CommandMissingException(Failure.of("there is no command " + command.get(0) + " on this machine")
                .adapter(CliAdapter.NAME)
                .remedy(
                        "install Docker Desktop, or docker-ce and docker-model-plugin",
                        "Docker Model Runner is wanted here")
                .remedy("CliAdapter.builder().docker(…)", "the command is in a directory that PATH does not name")
                .remedy("HttpAdapter.at(…)", "the runner is on another machine")
                .build());
    }

    void checkOpen() {
        if (closed) {
            throw new CancelledException(Failure.of("the adapter for " + name() + " is closed")
                    .adapter(CliAdapter.NAME)
                    .build());
        }
    }

    boolean isClosed() {
        return closed;
    }

    private synchronized Path directory() throws IOException {
        Path made = directory;
        if (made == null || !Files.isDirectory(made)) {
            made = Files.createTempDirectory("model-runner-");
            directory = made;
        }
        return made;
    }

    /** Stops all commands that run. */
    @Override
    public void close() {
        closed = true;
        running.forEach(RunningCommand::stop);
        synchronized (this) {
            try {
                if (directory != null) {
                    Files.deleteIfExists(directory);
                }
            } catch (IOException e) {
                // A command left something in it; it is in the system's directory for what may be swept out.
            }
        }
    }
}
