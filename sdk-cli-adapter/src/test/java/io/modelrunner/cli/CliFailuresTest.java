package io.modelrunner.cli;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.BrokenAnswerException;
import io.modelrunner.ContextOverflowException;
import io.modelrunner.EngineFailedException;
import io.modelrunner.ModelLoadException;
import io.modelrunner.ModelName;
import io.modelrunner.ModelNotFoundException;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.OperationMissingException;
import io.modelrunner.RequestRefusedException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.store.DiskFullException;
import io.modelrunner.testing.CliRecordings;
import io.modelrunner.testing.ModelRunnerExceptionAssert;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What failed, told from the words of the command, each with what to do. */
class CliFailuresTest extends CliTestCase {
    private static ModelRunnerExceptionAssert of(String command, String errors) {
        Printed printed = new Printed(List.of(command), 1, "", errors);
        ModelRunnerException failure = CliFailures.of(printed, ModelName.of("ai/tiny"));
        return assertThat(failure).namesAdapter("cli").hasRemedyContaining("");
    }

    private static ModelRunnerExceptionAssert recorded(String name) {
        return of("list", CliRecordings.load(name).stderr());
    }

    @Test
    void eachHasItsRemedy() {
        recorded("plugin-missing")
                .isInstanceOf(CommandMissingException.class)
                .isWorthTryingElsewhere()
                .hasRemedyContaining("docker-model-plugin")
                .hasRemedyContaining("Docker Desktop");
        // docker without the plugin, in the words of newer and older ones
        of(
                        "status",
                        "unknown flag: --json\n\nUsage:  docker [OPTIONS] COMMAND [ARG...]\n\nRun 'docker --help' for more information\n")
                .isInstanceOf(CommandMissingException.class);
        of("status", "unknown flag: --json\nSee 'docker --help'.\n").isInstanceOf(CommandMissingException.class);
        recorded("no-daemon-list")
                .isInstanceOf(DaemonDownException.class)
                .isWorthTryingElsewhere()
                .hasRemedyContaining("systemctl start docker")
                .hasRemedyContaining("MODEL_RUNNER_HOST");
        recorded("unknown-flag")
                .isInstanceOf(OperationMissingException.class)
                .hasRemedyContaining("docker model version")
                .hasMessageContaining("--frob");
        recorded("list-503")
                .isInstanceOf(RunnerUnreachableException.class)
                .hasRemedyContaining("docker desktop enable model-runner")
                .hasRemedyContaining("docker model install-runner")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\u001b"));
        recorded("runner-unreachable-list")
                .isInstanceOf(RunnerUnreachableException.class)
                .isWorthTryingElsewhere();
        of("inspect", CliRecordings.load("inspect-unknown").stderr())
                .isInstanceOf(ModelNotFoundException.class)
                .namesModel("ai/tiny")
                .hasRemedyContaining("docker model pull");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tls: failed to verify certificate: x509: certificate signed by unknown authority | RunnerUnreachableException",
                "unable to load TLS configuration: failed to read CA certificate: open /x: no such file | RunnerUnreachableException",
                "http: server gave HTTP response to HTTPS client | RunnerUnreachableException",
                "Failed to remove model: removing x failed with status 409 Conflict: in use | RequestRefusedException",
                "Warning: odd | BrokenAnswerException"
            })
    void othersHaveTheirTypes(String errors, String type) {
        of("rm", errors).satisfies(e -> assertThat(e.getClass().getSimpleName()).isEqualTo(type));
    }

    @Test
    void wordsOfTheEngineAreNotTheCommands() {
        String body =
                "unable to load runner: llama.cpp failed: unknown flag: --frob, cannot connect to the docker daemon";
        of("run", "Failed to generate a response: error response: status=500 body=" + body)
                .isInstanceOf(ModelLoadException.class);
    }

    @Test
    void notesBeforeTheErrorAreNotTheReason() {
        of("pull", "Retrying download (attempt 1/4) in 1s...\nFailed to pull model: Error: no space left on device")
                .isInstanceOf(DiskFullException.class);
        of("df", "Warning: odd\nit is broken").hasMessageContaining("it is broken");
    }

    @Test
    void killedCommandSaysSo() {
        ModelRunnerException killed = CliFailures.of(new Printed(List.of("pull"), 137, "", ""), null);
        assertThat(killed).isInstanceOf(BrokenAnswerException.class).hasMessageContaining("was killed");
    }

    private ModelRunnerExceptionAssert asked(Script script) {
        try (ScriptedServer server = ScriptedServer.answering(script)) {
            docker.runner(server.url());
            return assertThat(adapter().stream(hello())).fails().namesModel("ai/tiny");
        }
    }

    @Test
    void cutAnswerIsBrokenWhereTheCommandSeesIt() {
        asked(exchange -> exchange.events(ScriptedRunner.text("Hello, I")).cut())
                .isInstanceOf(BrokenAnswerException.class)
                .hasPartialText("Hello, I")
                .hasMessageContaining("unexpected EOF");
        asked(Script.events(ScriptedRunner.text("Hello, I"), "{\"cho"))
                .isInstanceOf(BrokenAnswerException.class)
                .hasPartialText("Hello, I");
    }

    @Test
    void errorsOfTheRunnerMeanWhatTheyMeanOverHttp() {
        asked(Script.json(
                        400,
                        "{\"error\":{\"code\":400,\"message\":\"request (3008 tokens) exceeds\","
                                + "\"type\":\"exceed_context_size_error\",\"n_prompt_tokens\":3008,\"n_ctx\":2048}}"))
                .isInstanceOfSatisfying(ContextOverflowException.class, e -> {
                    assertThat(e.promptTokens()).hasValue(3008);
                    assertThat(e.contextTokens()).hasValue(2048);
                });
        asked(Script.json(400, "request too large")).isInstanceOf(RequestRefusedException.class);
        asked(Script.json(500, "{\"error\":{\"message\":\"Compute error.\",\"type\":\"server_error\"}}"))
                .isInstanceOf(EngineFailedException.class);
        asked(Script.json(503, "off")).isInstanceOf(RunnerUnreachableException.class);
    }

    @Test
    void runnerThatHasGoneIsLookedForAgain() {
        docker.runner(NOWHERE);
        CliAdapter adapter = adapter();
        assertThat(adapter.stream(hello())).fails().isInstanceOf(RunnerUnreachableException.class);
        try (ScriptedRunner runner = new ScriptedRunner()) {
            docker.runner(runner.url());
            assertThat(adapter.chat(
                            hello().toBuilder().model(ScriptedRunner.MODEL).build()))
                    .hasText(ScriptedRunner.ANSWER);
        }
    }

    @Test
    void reasonOnTheOutputIsFoundToo() {
        docker.always("status-503");
        assertThat(adapter().stream(hello()))
                .fails()
                .isInstanceOf(RunnerUnreachableException.class)
                .hasMessageContaining("not running");
        docker.always("status-503-json");
        assertThat(adapter().health().isUp()).isFalse();
        assertThat(adapter().stream(hello())).fails().hasRemedyContaining("docker desktop enable model-runner");
    }
}
