package io.modelrunner.cli;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.modelrunner.cli.DockerScript.Rule;
import io.modelrunner.testing.CliRecording;
import io.modelrunner.testing.CliRecordings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * An executable file {@code docker} that answers {@code docker model …} as the real command does: by the recorded runs, or by
 * what a test says; {@code run} really speaks to a runner, and opens the files that a prompt names.
 *
 * <p>As the real one it is two processes, {@code docker} and its child, the plugin. Closing this kills all that still run.
 */
final class ScriptedDocker implements AutoCloseable {
    private static final String RECORDED_RUNNER = "http://localhost:12501/v1/";

    private final Path directory;
    private final Path executable;
    private final List<Rule> told = new ArrayList<>();
    private final List<Rule> usual = new ArrayList<>();
    private String runner = "";

    private ScriptedDocker(String name, boolean standalone) {
        try {
            this.directory = Files.createTempDirectory("scripted-docker").toRealPath();
            Files.createDirectory(directory.resolve("invocations"));
            Path bin = Files.createDirectory(directory.resolve("bin"));
            this.executable = Files.writeString(
                    bin.resolve(name), standalone ? Launcher.standalone(directory) : Launcher.plugin(directory));
            Files.setPosixFilePermissions(executable, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        UsualReplies.addTo(usual);
        save();
    }

    /** {@return a {@code docker} with the plugin {@code model}, which knows no runner} */
    static ScriptedDocker create() {
        return new ScriptedDocker("docker", false);
    }

    /** {@return the standalone binary {@code dmr}: no word {@code model}, one process, most results on standard error} */
    static ScriptedDocker standalone() {
        return new ScriptedDocker("dmr", true);
    }

    /** {@return the executable file} It is the only one of its folder. */
    Path executable() {
        return executable;
    }

    /** Answers command lines that begin with these words, behind {@code docker model}; with no words it answers all. */
    ScriptedDocker on(Reply reply, String... words) {
        return change(() -> told.add(new Rule(List.of(words), reply)));
    }

    /** Answers the command line of a recorded run as it was. */
    ScriptedDocker replay(CliRecording run) {
        return on(Reply.of(run), run.arguments().toArray(String[]::new));
    }

    /** Answers every command line by a recorded run. */
    ScriptedDocker always(String recording) {
        return on(Reply.of(CliRecordings.load(recording)));
    }

    /** Knows a runner by itself: {@code status --json} names it, and {@code run} without {@code --openaiurl} asks it. */
    ScriptedDocker runner(String url) {
        change(() -> runner = url);
        return status("Docker Engine (Manual Install)", url + "/v1/", url + "/v1/");
    }

    /** Says in {@code status --json} where the runner is. */
    ScriptedDocker status(String kind, String endpoint, String endpointHost) {
        String recorded = CliRecordings.load("status-json").stdout();
        String status = recorded.replace("Docker Engine (Manual Install)", kind)
                .replace("\"endpoint\":\"" + RECORDED_RUNNER, "\"endpoint\":\"" + endpoint)
                .replace("\"endpointHost\":\"" + RECORDED_RUNNER, "\"endpointHost\":\"" + endpointHost);
        return on(Reply.silent().out(status), "status", "--json");
    }

    /** {@code docker} exits with this code as soon as it has started the plugin, which goes on and holds the pipes. */
    ScriptedDocker leavingOrphans(int exitCode) {
        return change(() -> Files.writeString(directory.resolve("orphan"), exitCode + "\n"));
    }

    /** Lets all replies go on that wait for it. */
    void release() {
        change(() -> Files.writeString(directory.resolve("released"), ""));
    }

    /** {@return what it was started with so far, the oldest first} */
    List<Invocation> invocations() {
        try (Stream<Path> files = Files.list(directory.resolve("invocations"))) {
            List<Invocation> invocations = new ArrayList<>();
            for (Path file : files.filter(name -> name.toString().endsWith(".run"))
                    .sorted()
                    .toList()) {
                invocations.add(Invocation.load(file));
            }
            return invocations;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the latest start of it} */
    Invocation lastInvocation() {
        List<Invocation> all = invocations();
        if (all.isEmpty()) {
            throw new AssertionError("docker was not started");
        }
        return all.get(all.size() - 1);
    }

    /** Waits until something is true of what it was started with. */
    void await(Predicate<List<Invocation>> condition, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.test(invocations())) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("waited " + limit + " in vain; docker was started with " + invocations());
            }
            pause();
        }
    }

    /** Waits until neither {@code docker} nor a plugin of it runs. */
    void awaitNoneRunning(Duration limit) {
        await(invocations -> invocations.stream().noneMatch(Invocation::isRunning), limit);
    }

    private static void pause() {
        try {
            MILLISECONDS.sleep(5);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() {
        change(() -> {
            invocations().forEach(ScriptedDocker::kill);
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        });
    }

    private static void kill(Invocation invocation) {
        Stream.of(invocation.docker(), invocation.plugin())
                .distinct()
                .flatMap(pid -> ProcessHandle.of(pid).stream())
                .filter(process -> process.info().commandLine().orElse("").contains("scripted-docker"))
                .forEach(ProcessHandle::destroyForcibly);
    }

    private interface Change {
        void make() throws IOException;
    }

    private ScriptedDocker change(Change change) {
        try {
            change.make();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (Files.exists(directory)) {
            save();
        }
        return this;
    }

    private void save() {
        try {
            new DockerScript(runner, told, usual).save(directory.resolve("script"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
