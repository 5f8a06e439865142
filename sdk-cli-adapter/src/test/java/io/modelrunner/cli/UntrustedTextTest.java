package io.modelrunner.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.modelrunner.ModelNotFoundException;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.testing.CliRecordings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Prompts of somebody else, over a command that expands them as the real one does, with a file that must not get out. */
@Timeout(300)
class UntrustedTextTest extends CliTestCase {
    private static final String CANARY = "CANARY-7f3a";
    private static final String SECRET = "SECRET-91bc";
    private static final long SEED = 20_260_401;

    private final ScriptedRunner runner = new ScriptedRunner();

    private Path canary = here;
    private Path picture = here;

    @BeforeEach
    void files() throws IOException {
        canary = Files.writeString(here.resolve("canary.txt"), CANARY);
        picture = Files.writeString(here.resolve("canary.png"), CANARY);
    }

    private List<String> prompts(int count) {
        return HostilePrompts.of(SEED + count, count, canary, picture);
    }

    @AfterEach
    void closeRunner() {
        runner.close();
    }

    private CliAdapter.Builder clean() {
        return new CliAdapter.Builder(surroundings(Map.of(
                        "SECRET_KEY",
                        SECRET,
                        "AWS_SECRET_ACCESS_KEY",
                        SECRET,
                        "HOME",
                        here.toString(),
                        "PATH",
                        "/nowhere")))
                .docker(docker.executable());
    }

    /** Knows a runner by itself, but tells no address that the adapter could use. */
    private void plainRoad() {
        docker.runner(runner.url())
                .status(
                        "Docker Desktop",
                        "http://model-runner.docker.internal/v1/",
                        "http://localhost/exp/vDD4.40/v1/");
    }

    private static ChatRequest asking(String prompt) {
        return ChatRequest.of(ScriptedRunner.MODEL, prompt);
    }

    /** {@return the content that the runner got, the texts of the latest request} */
    private String arrived() {
        Object json = JsonTree.parse(runner.server().lastRequest().body())
                .orElseThrow()
                .get("messages")
                .elements()
                .get(0)
                .get("content")
                .value();
        return String.valueOf(json);
    }

    private void assertNothingGotOut() {
        assertThat(runner.server().requests())
                .allSatisfy(request -> assertThat(request.body())
                        .doesNotContain(CANARY)
                        .doesNotContain(SECRET)
                        .doesNotContain("data:"));
        assertThat(docker.invocations()).allSatisfy(run -> {
            assertThat(run.arguments())
                    .isSubsetOf(
                            "model",
                            "status",
                            "--json",
                            "inspect",
                            "run",
                            "--openaiurl",
                            runner.url() + "/engines/v1",
                            "--",
                            ScriptedRunner.MODEL,
                            ScriptedRunner.MODEL + ":latest");
            assertThat(run.environment().keySet()).isSubsetOf("HOME", "PATH", "MODEL_RUNNER_NO_AUTO_INSTALL");
            assertThat(run.files()).isEmpty();
            assertThat(run.directory())
                    .isNotEqualTo(Path.of("").toAbsolutePath())
                    .isNotEqualTo(here);
        });
    }

    @Test
    void safeRoadCarriesEveryTextAsItIs() {
        docker.runner(runner.url());
        CliAdapter adapter = opened(clean());
        for (String prompt : prompts(100)) {
            assertThat(adapter.chat(asking(prompt)).text()).isEqualTo(ScriptedRunner.ANSWER);
            assertThat(arrived()).isEqualTo(prompt);
        }
        assertNothingGotOut();
        List<String> safe = List.of("run", "--openaiurl", runner.url() + "/engines/v1", "--", ScriptedRunner.MODEL);
        assertThat(new TreeSet<>(commands().stream().map(Object::toString).toList()))
                .containsExactlyInAnyOrder("[status, --json]", safe.toString());
    }

    @Test
    void plainRoadRefusesWhatCouldBeAFileAndChangesNothingElse() {
        plainRoad();
        CliAdapter adapter = opened(clean());
        int sent = 0;
        List<String> refused = new ArrayList<>();
        for (String prompt : prompts(200)) {
            try {
                ChatResponse response = adapter.chat(asking(prompt));
                sent++;
                assertThat(arrived()).isEqualTo(stripped(prompt));
                assertThat(response.warnings().stream().anyMatch(warning -> warning.contains("white space")))
                        .isEqualTo(!stripped(prompt).equals(prompt));
            } catch (UnsafePromptException e) {
                refused.add(prompt);
                assertThat(e.elsewhere()).isTrue();
                assertThat(e.remedies()).anyMatch(remedy -> remedy.toString().contains("HttpAdapter"));
                assertThat(e.getMessage()).doesNotContain(here.toString());
            }
        }
        assertThat(sent).isGreaterThan(20);
        assertThat(refused).hasSizeGreaterThan(80).allMatch(PromptGuard::isUnsafe);
        assertNothingGotOut();
    }

    @Test
    void oldCommandWithoutTheOptionTakesThePlainRoad() {
        docker.runner(runner.url());
        docker.on(
                Reply.silent()
                        .err("unknown flag: --openaiurl\n\nUsage:  docker model run MODEL\n")
                        .exit(1),
                "run",
                "--openaiurl");
        CliAdapter adapter = opened(clean());
        assertThat(adapter.chat(asking("Hello")).text()).isEqualTo(ScriptedRunner.ANSWER);
        assertThat(adapter.chat(asking("Hello again")).text()).isEqualTo(ScriptedRunner.ANSWER);
        assertThat(commands().stream().filter(words -> words.contains("--openaiurl")))
                .as("it is tried once")
                .hasSize(1);
        assertThatExceptionOfType(UnsafePromptException.class).isThrownBy(() -> adapter.chat(asking("@canary.txt")));
        assertNothingGotOut();
    }

    @Test
    void commandWithATrustOfItsOwnTakesThePlainRoadWhereThatCounts() {
        docker.runner(runner.url());
        CliAdapter adapter = opened(clean().environment("MODEL_RUNNER_TLS", "true"));
        assertThat(adapter.chat(asking("Hello")).text()).isEqualTo(ScriptedRunner.ANSWER);
        assertThat(commands()).noneMatch(words -> words.contains("--openaiurl"));
    }

    @Test
    void neutralizedPromptsAreNotExpanded() {
        plainRoad();
        CliAdapter adapter = opened(clean().neutralizePrompts(true));
        for (String prompt : prompts(40)) {
            ChatResponse response = adapter.chat(asking(prompt));
            assertThat(arrived().replace("\u2060", ""))
                    .isEqualTo(stripped(prompt).replace("\u2060", ""));
            assertThat(response.warnings().stream().anyMatch(warning -> warning.contains("U+2060")))
                    .isEqualTo(PromptGuard.isUnsafe(prompt));
        }
        assertNothingGotOut();
    }

    @Test
    void thousandsOfTextsAreToldApartAsTheCommandWould() throws Exception {
        Path empty = Files.createDirectory(here.resolve("empty"));
        for (String prompt : prompts(4_000)) {
            String sent = PromptGuard.isUnsafe(prompt) ? PromptGuard.neutralized(prompt) : prompt;
            PromptExpansion expanded = PromptExpansion.of(new String(sent.getBytes(UTF_8), ISO_8859_1), empty);
            assertThat(expanded.text()).isEqualTo(stripped(sent));
            assertThat(expanded.pictures()).isEmpty();
        }
    }

    /** As the command does it: without what Unicode calls white space, at both ends. */
    private static String stripped(String text) {
        return text.replaceAll("(?U)\\A\\s+|\\s+\\z", "");
    }

    @Test
    void modelIsNamedAfterTheEndOfOptionsAndNeverPulled() {
        plainRoad();
        docker.on(Reply.of(CliRecordings.load("inspect-unknown")), "inspect");
        assertThatExceptionOfType(ModelNotFoundException.class)
                .isThrownBy(() -> opened(clean()).chat(asking("Hello")));
        assertThat(commands()).extracting(words -> words.get(0)).containsExactly("status", "inspect");
    }

    @Test
    void modelThatVanishesMeanwhileIsNotPulled() {
        plainRoad();
        docker.on(
                Reply.silent()
                        .outInPiecesOf(
                                5,
                                Duration.ofMillis(20),
                                "Unable to find model 'ai/scripted' locally. Pulling from the server.\n"
                                        .getBytes(UTF_8))
                        .stall(),
                "run");
        assertThatExceptionOfType(ModelNotFoundException.class)
                .isThrownBy(() -> opened(clean()).chat(asking("Hello")));
        docker.awaitNoneRunning(SOON);
    }
}
