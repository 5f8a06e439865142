package io.modelrunner.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.modelrunner.cli.Reply.Kind;
import io.modelrunner.cli.Reply.Step;
import java.io.BufferedInputStream;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The program behind the scripted {@code docker}: the part of the plugin {@code docker-model}, a process of its own.
 *
 * <p>It uses no library and as little of the JDK as it can, so that it starts at once. It never lives longer than five
 * minutes.
 */
final class DockerProgram {
    private static final long LONGEST_LIFE = TimeUnit.MINUTES.toNanos(5);
    private static final int KILLED = 137;
    private static final Set<String> SET_BY_SHELLS = Set.of("PWD", "OLDPWD", "SHLVL", "_");
    private static final Set<String> ON_STDOUT = Set.of("list", "ls", "search", "context");

    private final Path directory;
    private final DockerScript script;
    private final Path log;
    private final boolean standalone;
    private final OutputStream stdout = new FileOutputStream(FileDescriptor.out);
    private final OutputStream stderr = new FileOutputStream(FileDescriptor.err);
    private OutputStream results = stdout;
    private boolean stdinRead;

    private DockerProgram(Path directory) throws IOException {
        this.directory = directory;
        this.script = DockerScript.load(directory.resolve("script"));
        this.standalone = Boolean.getBoolean("docker.standalone");
        this.log = directory.resolve("invocations").resolve(nameOfLog());
    }

    /** Names sort by time. No formatter: that costs a tenth of the start. */
    private static String nameOfLog() {
        Instant now = Instant.now();
        String nanos = Integer.toString(1_000_000_000 + now.getNano());
        return now.getEpochSecond() + "-" + nanos + "-"
                + ProcessHandle.current().pid() + ".run";
    }

    /** Its arguments are the directory of the script and those that {@code docker} got. */
    public static void main(String[] arguments) {
        int exitCode;
        try {
            DockerProgram program = new DockerProgram(Path.of(arguments[0]));
            exitCode = program.main(List.of(arguments).subList(1, arguments.length));
        } catch (IOException e) {
            exitCode = 255; // the reader has closed the pipe: the real one says nothing either
            if (!String.valueOf(e.getMessage()).contains("Broken pipe")) {
                System.err.println("the scripted docker failed: " + e);
            }
        }
        Runtime.getRuntime().halt(exitCode); // no waiting for the watch
    }

    private int main(List<String> all) throws IOException {
        note(all);
        watch(all);
        boolean model = standalone || all.isEmpty() || all.get(0).equals("model");
        if (!model) {
            write(
                    Kind.ERR,
                    "docker: unknown command: docker " + all.get(0) + "\n\nRun 'docker --help' for more information\n");
            return 1;
        }
        List<String> arguments = standalone || all.isEmpty() ? all : all.subList(1, all.size());
        String command = arguments.isEmpty() ? "" : arguments.get(0);
        boolean known =
                script.usual(arguments).isPresent() && !script.usual(arguments).equals(script.usual(List.of()));
        if (standalone && known && !ON_STDOUT.contains(command)) {
            results = stderr;
        }
        try {
            return answer(arguments, command);
        } catch (Failure e) {
            String text = e.getMessage() + "\n";
            write(Kind.ERR, standalone ? standaloneError(command, text) : text);
            return 1;
        }
    }

    private int answer(List<String> arguments, String command) throws IOException, Failure {
        Optional<Reply> told = script.told(arguments);
        if (told.isEmpty() && command.equals("run")) {
            return RunCommand.run(this, arguments.subList(1, arguments.size()));
        }
        Reply reply = told.or(() -> script.usual(arguments)).orElseThrow();
        boolean asks = command.equals("run") || arguments.equals(List.of("purge"));
        if (asks && reply.readsStdin()) {
            readStdin();
        }
        if (standalone && reply.exitCode() != 0) {
            write(Kind.OUT, reply.written(Kind.OUT));
            write(Kind.ERR, standaloneError(command, reply.written(Kind.ERR)));
            return reply.exitCode();
        }
        return perform(reply);
    }

    private static String standaloneError(String command, String text) {
        return "Error: " + text + "Usage:\n  model " + command + " [flags]\n\nFlags:\n  -h, --help   help for "
                + command + "\n\n" + text;
    }

    DockerScript script() {
        return script;
    }

    /** {@return whether standard input is no pipe and no file: the real one doesn't read it then} */
    boolean isStdinDevice() {
        return Boolean.getBoolean("docker.device");
    }

    /** {@return standard input to its end} */
    byte[] readStdin() throws IOException {
        if (stdinRead) {
            return new byte[0];
        }
        stdinRead = true;
        InputStream stdin = new FileInputStream(FileDescriptor.in);
        try (InputStream in = new BufferedInputStream(stdin)) { // by itself a file of JDK 17 seeks, which no pipe can
            byte[] all = in.readAllBytes();
            Invocation.saveStdin(log, all);
            return all;
        }
    }

    void print(HttpAnswer answer) throws IOException, Failure {
        new AnswerPrinter(results, stdout, stderr).print(answer);
        write(Kind.OUT, "\n");
    }

    void write(Kind kind, String text) throws IOException {
        (kind == Kind.OUT ? results : stderr).write(text.getBytes(UTF_8));
    }

    /** {@return the exit code of a reply, all of which was done} */
    int perform(Reply reply) throws IOException {
        for (Step step : reply.steps()) {
            switch (step.kind()) {
                case OUT -> results.write(step.bytes());
                case ERR -> stderr.write(step.bytes());
                case OUT_FLOOD -> flood(results, step);
                case ERR_FLOOD -> flood(stderr, step);
                case PAUSE -> sleep(step.amount());
                case UNTIL_RELEASED -> awaitRelease();
                case STALL -> sleep(TimeUnit.NANOSECONDS.toMillis(LONGEST_LIFE));
                case CRASH -> Runtime.getRuntime().halt(KILLED);
                case DEATH_OF_DOCKER -> killDocker();
                case CRASH_OF_DOCKER -> {
                    killDocker();
                    Runtime.getRuntime().halt(KILLED);
                }
            }
        }
        return reply.exitCode();
    }

    private static void killDocker() {
        ProcessHandle.of(docker()).ifPresent(ProcessHandle::destroyForcibly);
    }

    private static void flood(OutputStream to, Step step) throws IOException {
        int times = Math.max(1, 8192 / step.bytes().length);
        byte[] piece = new String(step.bytes(), UTF_8).repeat(times).getBytes(UTF_8);
        for (long left = step.amount(); left > 0; left -= piece.length) {
            to.write(piece, 0, (int) Math.min(left, piece.length));
        }
    }

    private void awaitRelease() {
        while (!Files.exists(directory.resolve("released"))) {
            sleep(5);
        }
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static long docker() {
        return Long.getLong("docker.pid", ProcessHandle.current().pid());
    }

    /** Ends the plugin with {@code docker}, but a pull or push goes on without it; and ends everything in time. */
    private static void watch(List<String> arguments) {
        boolean goesOn = arguments.size() > 1 && Set.of("pull", "push").contains(arguments.get(1));
        long docker = goesOn || Boolean.getBoolean("docker.orphan")
                ? ProcessHandle.current().pid()
                : docker();
        long end = System.nanoTime() + LONGEST_LIFE;
        Thread watch = new Thread(
                () -> {
                    while (System.nanoTime() - end < 0 && Invocation.isAlive(docker)) {
                        sleep(25);
                    }
                    Runtime.getRuntime().halt(255);
                },
                "watch");
        watch.setDaemon(true);
        watch.start();
    }

    private void note(List<String> arguments) throws IOException {
        Map<String, String> environment = new TreeMap<>(System.getenv());
        environment.keySet().removeAll(SET_BY_SHELLS);
        environment.remove("LC_ALL"); // the script sets it, so that arguments are UTF-8
        String locale = System.getProperty("docker.lc_all");
        if (locale != null) {
            environment.put("LC_ALL", locale);
        }
        Path here = Path.of("").toAbsolutePath();
        String[] files =
                Optional.ofNullable(new File("").getAbsoluteFile().list()).orElse(new String[0]);
        Arrays.sort(files);
        long plugin = ProcessHandle.current().pid();
        new Invocation(arguments, environment, here, List.of(files), docker(), plugin, Optional.empty()).save(log);
    }
}
