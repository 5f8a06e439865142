package io.modelrunner.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.testing.CliRecording;
import io.modelrunner.testing.CliRecordings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The processes of the stand-in itself: what it says, how it dies, and what it notes. */
@DisabledOnOs(OS.WINDOWS) // the stand-in is a shell script
@Timeout(120)
class ScriptedDockerTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final byte[] NOTHING = {};

    private final ScriptedDocker docker = ScriptedDocker.create();

    @TempDir
    private Path here;

    @AfterEach
    void close() {
        docker.close();
    }

    private Ran run(String... arguments) {
        return Ran.in(here, docker, NOTHING, arguments);
    }

    private static void assertAsRecorded(Ran ran, String recording) {
        CliRecording run = CliRecordings.load(recording);
        assertThat(ran.out()).as(recording).isEqualTo(run.stdout());
        assertThat(ran.err()).as(recording).isEqualTo(run.stderr());
        assertThat(ran.exitCode()).as(recording).isEqualTo(run.exitCode());
    }

    @ParameterizedTest
    @CsvSource({
        "status --json, status-json",
        "version, version",
        "list --json, list-json",
        "ls --json, list-json",
        "inspect ai/tiny, inspect",
        "inspect ai/nosuch, inspect-unknown",
        "pull ai/padded, pull",
        "pull -- ai/nosuch, pull-unknown",
        "push x, push",
        "rm x, rm",
        "tag a b, tag",
        "unload --all, unload-all",
        "configure show, configure-show",
        "configure --context-size 1 x, configure",
        "purge -f, purge",
        "package --gguf f x, package",
        "requests, requests",
        "search x, search-no-network",
        "run ai/tiny Hello, run",
        "run ai/nosuch Hello, run-unknown-model",
        "run -d ai/tiny, run-detach",
        "frobnicate, unknown-command"
    })
    void commandIsAnsweredAsWasRecorded(String command, String recording) {
        assertAsRecorded(run(command.split(" ")), recording);
    }

    @Test
    void recordingsAreReplayedForTheirOwnCommandLines() {
        for (String name :
                List.of("rm-conflict", "list-503", "no-argument", "pull-ends-early", "configure-flag-refused")) {
            CliRecording recording = CliRecordings.load(name);
            docker.replay(recording);
            assertAsRecorded(run(recording.arguments().toArray(String[]::new)), name);
        }
        docker.always("plugin-missing");
        assertAsRecorded(run("version"), "plugin-missing");
    }

    @Test
    void longestBeginningDecidesAndThenTheLatest() {
        docker.on(Reply.silent().out("any"), "pull")
                .on(Reply.silent().out("old"), "pull", "a")
                .on(Reply.silent().out("new"), "pull", "a");
        assertThat(run("pull", "b").out()).isEqualTo("any");
        assertThat(run("pull", "a", "c").out()).isEqualTo("new");
        assertThat(run("list", "-q").out())
                .isEqualTo(CliRecordings.load("list-quiet").stdout());
    }

    @Test
    void statusNamesTheGivenRunner() {
        docker.status("Docker Desktop", "http://model-runner.docker.internal/v1/", "http://localhost/exp/vDD4.40/v1/");
        assertThat(run("status", "--json").out())
                .startsWith("{\"running\":true,")
                .endsWith("\"kind\":\"Docker Desktop\",\"endpoint\":\"http://model-runner.docker.internal/v1/\","
                        + "\"endpointHost\":\"http://localhost/exp/vDD4.40/v1/\"}\n");
    }

    @Test
    void replySaysWhatTheTestSays() {
        docker.on(
                Reply.of(CliRecordings.load("tag"))
                        .replacing("ai/tiny", "ai/big")
                        .err("odd")
                        .exit(7),
                "tag");
        Ran ran = run("tag", "a", "b");
        assertThat(ran.out()).isEqualTo("Model \"ai/big\" tagged successfully with \"myorg/tiny:v1\"\n");
        assertThat(ran.err()).isEqualTo("odd");
        assertThat(ran.exitCode()).isEqualTo(7);
    }

    @Test
    void otherCommandsOfDockerAreUnknown() throws IOException {
        Process process = new ProcessBuilder(docker.executable().toString(), "frob").start();
        assertThat(Ran.of(process).err()).startsWith("docker: unknown command: docker frob\n");
    }

    @Test
    void invocationIsNoted() throws IOException {
        Files.createFile(here.resolve("b"));
        Files.createFile(here.resolve("a"));
        run("version");
        ProcessBuilder builder = new ProcessBuilder(docker.executable().toString(), "model", "run", "ai/tiny", "ü")
                .directory(here.toFile());
        builder.environment().clear();
        builder.environment().putAll(Map.of("KEY", "värde", "LC_ALL", "C", "PATH", "/nowhere"));
        Process process = builder.start();
        process.getOutputStream().write("Tschüß\n@b".getBytes(UTF_8));
        process.getOutputStream().close();
        Ran.of(process);
        assertThat(docker.invocations()).hasSize(2).first().satisfies(first -> {
            assertThat(first.command()).containsExactly("version");
            assertThat(first.stdin()).isEmpty();
            assertThat(first.environment()).isEmpty();
        });
        Invocation last = docker.lastInvocation();
        assertThat(last.arguments()).containsExactly("model", "run", "ai/tiny", "ü");
        assertThat(last.stdin()).contains("Tschüß\n@b");
        assertThat(last.environment())
                .containsExactlyInAnyOrderEntriesOf(Map.of("KEY", "värde", "LC_ALL", "C", "PATH", "/nowhere"));
        assertThat(last.directory()).isEqualTo(here.toRealPath());
        assertThat(last.files()).containsExactly("a", "b");
        assertThat(last.docker()).isEqualTo(process.pid()).isNotEqualTo(last.plugin());
        assertThat(last.isRunning()).isFalse();
    }

    @Test
    void slowReplyComesInItsTime() throws IOException {
        docker.on(Reply.silent().out("one ").untilReleased().out("two"), "list");
        Process process = Ran.start(here, docker, "list");
        assertThat(process.getInputStream().readNBytes(4)).asString().isEqualTo("one ");
        assertThat(process.isAlive()).isTrue();
        docker.release();
        assertThat(Ran.of(process).out()).isEqualTo("two");

        docker.on(Reply.silent().pause(Duration.ofMillis(300)), "ps");
        long start = System.nanoTime();
        run("ps");
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(300_000_000);
    }

    @Test
    void crashIsExit255WithoutAWord() {
        docker.on(Reply.silent().out("half").crash().out("never"), "list");
        assertThat(run("list")).satisfies(ran -> {
            assertThat(ran.out()).isEqualTo("half");
            assertThat(ran.err()).isEmpty();
            assertThat(ran.exitCode()).isEqualTo(255);
        });
        docker.on(Reply.silent().out("half").crashOfDocker(), "ps");
        assertThat(run("ps").exitCode()).isEqualTo(128 + 9);
    }

    @Test
    void hugeOutputIsWholeOnBothPipes() {
        long size = 64L << 20;
        docker.on(Reply.silent().errFlood("warning\n", size).outFlood("abc", size + 1), "logs");
        Ran ran = run("logs");
        assertThat(ran.stderr()).hasSize((int) size).endsWith("ing\n".getBytes(UTF_8));
        assertThat(ran.stdout()).hasSize((int) size + 1).startsWith("abcabc".getBytes(UTF_8));
    }

    @Test
    void bytesAreWrittenAsTheyAre() {
        byte[] wrong = {'a', (byte) 0xFF, (byte) 0xE2, (byte) 0x82, 0, 'b'};
        byte[] split = "€😀".getBytes(UTF_8);
        docker.on(Reply.silent().out(wrong), "list");
        docker.on(Reply.silent().outInPiecesOf(1, Duration.ofMillis(2), split), "ps");
        assertThat(run("list").stdout()).isEqualTo(wrong);
        assertThat(run("ps").out()).isEqualTo("€😀");
    }

    @Test
    void orphanGoesOnAndHoldsThePipes() throws Exception {
        docker.on(Reply.silent().out("begun ").untilReleased().out("ended"), "list")
                .leavingOrphans(3);
        Path out = here.resolve("out"); // a pipe would be closed with the process, on this side of it
        Process process = new ProcessBuilder(docker.executable().toString(), "model", "list")
                .redirectOutput(out.toFile())
                .start();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(3);
        docker.await(invocations -> out.toFile().length() == 6, SOON);
        assertThat(docker.lastInvocation().isPluginRunning()).isTrue();
        docker.release();
        docker.awaitNoneRunning(SOON);
        assertThat(out).hasContent("begun ended");
    }

    @Test
    void pullOutlivesDocker() throws IOException {
        docker.on(Reply.silent().out("begun ").untilReleased().out("Model pulled successfully\n"), "pull");
        Process process = Ran.start(here, docker, "pull", "x");
        process.getInputStream().readNBytes(6);
        process.destroyForcibly();
        process.onExit().join();
        assertThat(docker.lastInvocation().isPluginRunning()).isTrue();
        docker.release();
        docker.awaitNoneRunning(SOON);
    }

    @Test
    void pullHeedsOnlyTheThirdSignal() throws Exception {
        docker.on(Reply.silent().out("begun ").stall(), "pull");
        Process process = Ran.start(here, docker, "pull", "x");
        process.getInputStream().readNBytes(6);
        process.toHandle().destroy();
        assertThat(process.waitFor(300, TimeUnit.MILLISECONDS)).isFalse();
        for (int i = 0; i < 400 && !process.waitFor(50, TimeUnit.MILLISECONDS); i++) {
            process.toHandle().destroy(); // signals that come at once count as one
        }
        Ran ran = Ran.of(process);
        assertThat(ran.exitCode()).isOne();
        assertThat(ran.err()).isEqualTo("got 3 SIGTERM/SIGINTs, forcefully exiting\n");
        docker.awaitNoneRunning(SOON);
    }

    @Test
    void otherCommandsEndWithDocker() throws IOException {
        docker.on(Reply.silent().out("begun ").stall(), "list");
        Process killed = Ran.start(here, docker, "list");
        killed.getInputStream().readNBytes(6);
        killed.destroyForcibly();
        docker.awaitNoneRunning(SOON);

        Process told = Ran.start(here, docker, "list");
        told.getInputStream().readNBytes(6);
        told.toHandle().destroy();
        Ran ran = Ran.of(told);
        assertThat(ran.exitCode()).isOne();
        assertThat(ran.err()).endsWith("context canceled\n");
        docker.awaitNoneRunning(SOON);
    }

    @Test
    void dockerFollowsItsPlugin() throws IOException {
        docker.on(Reply.silent().out("begun ").stall(), "pull");
        Process process = Ran.start(here, docker, "pull", "x");
        process.getInputStream().readNBytes(6);
        assertThat(process.descendants().map(ProcessHandle::pid))
                .containsExactly(docker.lastInvocation().plugin());
        process.descendants().forEach(ProcessHandle::destroy);
        assertThat(Ran.of(process).exitCode()).isEqualTo(255);
    }

    @Test
    void closedReaderEndsIt() throws Exception {
        docker.on(Reply.silent().outFlood("x", Long.MAX_VALUE), "pull");
        Process process = Ran.start(here, docker, "pull", "x");
        process.getInputStream().readNBytes(1);
        process.getInputStream().close();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(255);
    }

    @Test
    void closeKillsWhatStillRuns() throws Exception {
        Process process;
        try (ScriptedDocker other = ScriptedDocker.create()) {
            other.on(Reply.silent().out("begun ").stall(), "pull");
            process = Ran.start(here, other, "pull", "x");
            process.getInputStream().readNBytes(6);
        }
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.getInputStream().readAllBytes()).isEmpty();
    }

    @Test
    void standaloneBinaryPrintsResultsToStandardError() {
        try (ScriptedDocker dmr = ScriptedDocker.standalone()) {
            Ran inspected = Ran.in(here, dmr, NOTHING, "inspect", "ai/tiny");
            assertThat(inspected.out()).isEmpty();
            assertThat(inspected.err()).isEqualTo(CliRecordings.load("inspect").stdout());
            assertThat(Ran.in(here, dmr, NOTHING, "list").out())
                    .isEqualTo(CliRecordings.load("list").stdout());
            assertThat(Ran.in(here, dmr, NOTHING, "frob").out()).startsWith("Usage:");
            assertThat(Ran.in(here, dmr, NOTHING, "rm", "ai/nosuch")).satisfies(failed -> {
                assertThat(failed.out()).isEmpty();
                assertThat(failed.err())
                        .startsWith("Error: Failed to remove model: no such model: ai/nosuch\nUsage:\n  model rm")
                        .endsWith("\n\nFailed to remove model: no such model: ai/nosuch\n");
                assertThat(failed.exitCode()).isOne();
            });
            assertThat(dmr.lastInvocation().docker())
                    .isEqualTo(dmr.lastInvocation().plugin());
        }
    }
}
