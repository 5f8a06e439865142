package io.modelrunner.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.testing.CliRecordings;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code run} of the stand-in; each case was tried on the real CLI. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(120)
class ScriptedRunTest {
    private static final String MODEL = ScriptedRunner.MODEL;

    private final ScriptedDocker docker = ScriptedDocker.create();
    private final ScriptedRunner runner = new ScriptedRunner();

    @TempDir
    private Path here;

    @AfterEach
    void close() {
        docker.close();
        runner.close();
    }

    private Ran ask(String stdin, String... arguments) {
        return Ran.in(here, docker, stdin.getBytes(UTF_8), arguments);
    }

    private Ran askSafely(String stdin, String model) {
        return ask(stdin, "run", "--openaiurl", runner.url() + "/engines/v1", "--", model);
    }

    private Ran askServer(Script script) {
        try (ScriptedServer server = ScriptedServer.answering(script)) {
            return ask("Hello", "run", "--openaiurl=" + server.url() + "/v1/", MODEL);
        }
    }

    private String sent() {
        return runner.server().lastRequest().body();
    }

    private static String request(String content) {
        return "{\"model\":\"" + MODEL + "\",\"messages\":[{\"role\":\"user\",\"content\":" + content
                + "}],\"stream\":true}";
    }

    @Test
    void safeRoadSendsTheTextAsItIs() throws IOException {
        Files.writeString(here.resolve("a.txt"), "CANARY");
        Ran ran = askSafely(" @a.txt 'x.png' \"ü😀\"\n", MODEL);
        assertThat(ran.out()).isEqualTo(ScriptedRunner.ANSWER + "\n");
        assertThat(ran.err()).isEmpty();
        assertThat(ran.exitCode()).isZero();
        assertThat(sent()).isEqualTo(request("\" @a.txt 'x.png' \\u0022ü\\ud83d\\ude00\\u0022\\u000a\""));
        assertThat(runner.server().lastRequest().path()).isEqualTo("/engines/v1/chat/completions");
    }

    @Test
    void safeRoadNeitherChecksNorPulls() {
        Ran ran = askSafely("Hello", "ai/nosuch");
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err())
                .isEqualTo(CliRecordings.load("run-openaiurl-unknown-model").stderr());
        assertThat(ran.exitCode()).isOne();
    }

    @Test
    void safeRoadTakesNoDetach() {
        assertThat(ask("", "run", "-d", "--openaiurl", runner.url(), MODEL).err())
                .isEqualTo("--detach flag cannot be used with --openaiurl flag\n");
    }

    @Test
    void unsafeRoadOpensFilesOfItsDirectory() throws IOException {
        Files.writeString(here.resolve("a.txt"), "CANARY");
        Files.write(here.resolve("p.png"), "\u0089PNG\r\n\u001a\n".getBytes(ISO_8859_1));
        docker.runner(runner.url());
        assertThat(ask(" say @a.txt ", "run", MODEL).out()).isEqualTo(ScriptedRunner.ANSWER + "\n");
        assertThat(sent()).isEqualTo(request("\"say CANARY\""));
        ask("", "run", MODEL, "what is", "./p.png");
        assertThat(sent())
                .isEqualTo(request("[{\"type\":\"image_url\",\"image_url\":{\"url\":"
                        + "\"data:image/png;base64,iVBORw0KGgo=\"}},{\"type\":\"text\",\"text\":\"what is\"}]"));
        Files.createDirectory(here.resolve("d.png"));
        assertThat(ask("./d.png", "run", MODEL).err())
                .isEqualTo("Failed to generate a response: failed to process images: couldn't process image "
                        + "\"./d.png\": read ./d.png: is a directory\n");
    }

    @Test
    void argumentsAreJoinedAndStandardInputAppended() throws IOException {
        docker.runner(runner.url());
        ask("c\nd", "run", "--debug", MODEL, "a", "--color", "no", "--", "-b");
        assertThat(sent()).isEqualTo(request("\"a -b\\u000a\\u000ac\\u000ad\""));
        ask("", "run", "--openaiurl", runner.url() + "/v1", MODEL, "a");
        assertThat(sent()).isEqualTo(request("\"a\\u000a\\u000a\""));
        ProcessBuilder builder = new ProcessBuilder(
                docker.executable().toString(), "model", "run", "--openaiurl", runner.url() + "/v1", MODEL, "a");
        Ran.of(builder.redirectInput(new java.io.File("/dev/null")).start());
        assertThat(sent()).isEqualTo(request("\"a\""));
    }

    @Test
    void emptyPromptWouldAskAtTheTerminal() {
        docker.runner(runner.url());
        assertThat(ask("", "run", MODEL).err()).isEqualTo("inappropriate ioctl for device\n");
        assertThat(askSafely("", MODEL).exitCode()).isOne();
        assertThat(ask(" ", "run", MODEL).exitCode()).isZero();
        assertThat(sent()).isEqualTo(request("\"\""));
    }

    @Test
    void wrongArgumentsAreRefused() {
        assertThat(ask("", "run").err()).startsWith("'docker model run' requires at least 1 argument(s).\n\nUsage:");
        assertThat(ask("", "run", MODEL, "--frob").err()).startsWith("unknown flag: --frob\n\nUsage:");
    }

    @Test
    void missingModelIsPulledOnTheSameOutput() {
        docker.runner(runner.url());
        docker.on(Reply.of(CliRecordings.load("inspect-unknown")), "inspect", MODEL);
        docker.on(Reply.silent().out("Model pulled successfully\n"), "pull", MODEL);
        assertThat(ask("Hello", "run", MODEL).out())
                .isEqualTo("Unable to find model 'ai/scripted' locally. Pulling from the server.\n"
                        + "Model pulled successfully\n" + ScriptedRunner.ANSWER + "\n");
        docker.always("no-daemon-list");
        assertThat(ask("Hello", "run", MODEL).err())
                .isEqualTo(CliRecordings.load("no-daemon-list").stderr());
    }

    @Test
    void detachOnlyLoads() {
        docker.runner(runner.url());
        assertThat(ask("", "run", "--detach", MODEL)).satisfies(ran -> {
            assertThat(ran.out()).isEmpty();
            assertThat(ran.exitCode()).isZero();
        });
        assertThat(runner.server().lastRequest().header("x-preload-only")).contains("true");
    }

    @Test
    void reasoningIsPrintedBeforeAndBetween() {
        Ran ran = askServer(Script.events(
                reasoning("Let "),
                reasoning("me"),
                ScriptedRunner.text("Hi"),
                reasoning("Hm"),
                ScriptedRunner.text("Yo")));
        assertThat(ran.out()).isEqualTo("Thinking:\nLet me\n\n--\n\nHi\n\nThinking:\nHm\n\n--\n\nYo\n");
    }

    private static String reasoning(String text) {
        return "{\"choices\":[{\"delta\":{\"reasoning_content\":\"" + text + "\"}}]}";
    }

    @Test
    void usageIsPrintedIfItComes() {
        Ran ran = askServer(Script.events(
                ScriptedRunner.text("Hi"),
                "{\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":3,\"total_tokens\":12}}"));
        assertThat(ran.out()).isEqualTo("Hi\n\nToken usage: 9 prompt + 3 completion = 12 total\n");
    }

    @Test
    void wholeAnswerOfJsonIsPrinted() {
        Ran ran = askServer(Script.json("{\"choices\":[{\"message\":{\"content\":\"whole\"}}]}"));
        assertThat(ran.out()).isEqualTo("whole\n");
    }

    @Test
    void errorsOfTheServerAreShownAsTheyAre() {
        assertThat(askServer(Script.json(400, "{\"error\":{\"message\":\"x <y>\"}}\n"))
                        .err())
                .isEqualTo("Failed to generate a response: error response: status=400 "
                        + "body={\"error\":{\"message\":\"x <y>\"}}\n\n");
        assertThat(askServer(Script.json(503, "no")).err())
                .isEqualTo(CliRecordings.load("run-503").stderr());
        assertThat(ask("Hi", "run", "--openaiurl", "http://127.0.0.1:1/v1", MODEL)
                        .err())
                .isEqualTo("Failed to generate a response: error querying /chat/completions: "
                        + "Post \"http://127.0.0.1:1/v1/chat/completions\": "
                        + "dial tcp 127.0.0.1:1: connect: connection refused\n");
    }

    @Test
    void streamWithoutItsEndLooksLikeSuccess() {
        Ran unframed = askServer(exchange -> exchange.head(200, "Content-Type: text/event-stream", "Connection: close")
                .event(ScriptedRunner.text("Hello"))
                .cut());
        assertThat(unframed.out()).isEqualTo("Hello\n");
        assertThat(unframed.exitCode()).isZero();

        Ran error = askServer(Script.events(ScriptedRunner.text("Hello"), "{\"error\":{\"message\":\"boom\"}}"));
        assertThat(error.out()).isEqualTo("Hello\n");
        assertThat(error.exitCode()).isZero();

        Ran chunked = askServer(
                exchange -> exchange.events(ScriptedRunner.text("Hello")).cut());
        assertThat(chunked.out()).isEqualTo("Hello");
        assertThat(chunked.err())
                .isEqualTo("Failed to generate a response: error reading response stream: unexpected EOF\n");
        assertThat(chunked.exitCode()).isOne();
    }

    @Test
    void brokenEventsFail() {
        assertThat(askServer(Script.events(ScriptedRunner.text("Hello"), "{\"cho"))
                        .err())
                .isEqualTo("Failed to generate a response: error parsing stream response: "
                        + "unexpected end of JSON input\n");
        assertThat(askServer(Script.events("[1]")).err()).contains("cannot unmarshal array");
        assertThat(askServer(Script.events(ScriptedRunner.text("x".repeat(70_000))))
                        .err())
                .endsWith("token too long\n");
    }

    @Test
    void textIsWrittenAsItComes() throws IOException {
        String event = "data: " + ScriptedRunner.text("€😀") + "\n\n";
        try (ScriptedServer server = ScriptedServer.answering(exchange -> exchange.inPiecesOf(1)
                .events()
                .send(event)
                .stall()
                .event("[DONE]")
                .end())) {
            Process process = Ran.start(here, docker, "run", "--openaiurl", server.url(), MODEL, "Hi");
            process.getOutputStream().close();
            byte[] text = "€😀".getBytes(UTF_8);
            assertThat(process.getInputStream().readNBytes(text.length)).isEqualTo(text);
            server.release();
            assertThat(Ran.of(process).out()).isEqualTo("\n");
        }
    }

    @Test
    void endOfDockerEndsTheRequest() throws IOException {
        Process process =
                Ran.start(here, docker, "run", "--openaiurl", runner.url() + "/v1", MODEL, ScriptedRunner.ENDLESS);
        process.getOutputStream().close();
        process.getInputStream().readNBytes(10);
        assertThat(runner.isIdle()).isFalse();
        process.toHandle().destroy();
        assertThat(Ran.of(process).exitCode()).isOne();
        runner.server().awaitClientClosed(Duration.ofSeconds(20));
    }

    @Test
    void bigPromptComesThrough() {
        String big = "x".repeat(2 << 20);
        assertThat(askSafely(big, MODEL).exitCode()).isZero();
        assertThat(sent()).isEqualTo(request("\"" + big + "\""));
        assertThat(docker.lastInvocation().stdin()).contains(big);
    }

    @Test
    void replyInPlaceOfAnAnswerMayLeaveTheInputUnread() {
        docker.on(Reply.silent().out("done").withoutReadingStdin(), "run");
        assertThat(askSafely("x".repeat(2 << 20), MODEL).out()).isEqualTo("done");
        assertThat(docker.lastInvocation().stdin()).isEmpty();
    }

    @Test
    void standaloneBinarySplitsItsOutput() {
        try (ScriptedDocker dmr = ScriptedDocker.standalone();
                ScriptedServer server =
                        ScriptedServer.answering(Script.events(reasoning("Let me"), ScriptedRunner.text("Hi")))) {
            Ran ran = Ran.in(here, dmr, "Hello".getBytes(UTF_8), "run", "--openaiurl", server.url(), MODEL);
            assertThat(ran.out()).isEqualTo("Thinking:\nLet me");
            assertThat(ran.err()).isEqualTo("\n\n--\n\nHi\n");
        }
    }
}
