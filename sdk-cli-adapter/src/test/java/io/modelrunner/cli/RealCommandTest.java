package io.modelrunner.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.modelrunner.ModelNotFoundException;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.cli.CliStream.Road;
import io.modelrunner.testing.Script;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hostile prompts through a real {@code docker model}, named by {@code -Dmodel-runner.it.docker}, to a runner that notes what arrives.
 *
 * <p>The command is found as it would be for a user, by {@code DOCKER_CONFIG} of this process.
 */
@EnabledIfSystemProperty(named = "model-runner.it.docker", matches = ".+")
@Timeout(300)
class RealCommandTest {
    private static final String CANARY = "CANARY-7f3a";
    private static final long SEED = 20_260_402;
    private static final String STORED =
            "{\"id\":\"sha256:1\",\"tags\":[\"docker.io/ai/scripted:latest\"],\"created\":1,\"config\":{}}";

    private final ScriptedRunner runner = new ScriptedRunner();
    private final CliAdapter adapter = CliAdapter.builder()
            .docker(Path.of(System.getProperty("model-runner.it.docker", "docker")))
            .environment("MODEL_RUNNER_HOST", runner.url())
            .neutralizePrompts(true)
            .build();

    @TempDir
    private Path here;

    @BeforeEach
    void models() {
        Script stored = Script.json(STORED);
        runner.server()
                .on("/models", Script.json("[" + STORED + "]"))
                .on("/models/ai/scripted:latest", stored)
                .on("/engines/status", Script.json("{}"));
    }

    @AfterEach
    void close() {
        adapter.close();
        runner.close();
    }

    private List<String> prompts() throws Exception {
        Path canary = Files.writeString(here.resolve("canary.txt"), CANARY);
        Path picture = Files.writeString(here.resolve("canary.png"), CANARY);
        return HostilePrompts.of(SEED, 200, canary, picture);
    }

    private static ChatRequest asking(String prompt) {
        return ChatRequest.of(ScriptedRunner.MODEL, prompt);
    }

    private String arrived() {
        String body = runner.server().lastRequest().body();
        assertThat(body).doesNotContain(CANARY).doesNotContain("data:");
        JsonTree message =
                JsonTree.parse(body).orElseThrow().get("messages").elements().get(0);
        return String.valueOf(message.get("content").value());
    }

    @Test
    void safeRoadCarriesEveryTextAsItIs() throws Exception {
        for (String prompt : prompts()) {
            assertThat(adapter.chat(asking(prompt)).text()).isEqualTo(ScriptedRunner.ANSWER);
            assertThat(arrived()).isEqualTo(prompt);
        }
    }

    @Test
    void neutralizedPromptsAreNotExpanded() throws Exception {
        Deadline deadline = Deadline.of(Phase.ANSWER, Duration.ofMinutes(5));
        for (String prompt : prompts()) {
            Road road = adapter.roadWithoutUrl(asking(prompt), deadline, running -> {});
            try (RunningCommand run =
                    adapter.tool().start(road.arguments(), road.prompt().getBytes(UTF_8), Map.of())) {
                ByteArrayOutputStream text = new ByteArrayOutputStream();
                for (byte[] piece = run.next(deadline); piece != null; piece = run.next(deadline)) {
                    text.write(piece);
                }
                assertThat(run.exitValue(deadline)).as(run.errors()).isZero();
                assertThat(text.toString(UTF_8)).isEqualTo(ScriptedRunner.ANSWER + "\n");
            }
            assertThat(arrived()).isEqualTo(road.prompt().replaceAll("(?U)\\A\\s+|\\s+\\z", ""));
        }
    }

    @Test
    void modelThatIsNotThereIsNotPulled() {
        assertThatExceptionOfType(ModelNotFoundException.class)
                .isThrownBy(() -> adapter.chat(ChatRequest.of("ai/nosuch", "Hello")));
        assertThat(runner.server().requests())
                .noneMatch(request -> request.path().contains("create"));
    }

    @Test
    void commandIsRead() {
        assertThat(adapter.listModels())
                .singleElement()
                .satisfies(model -> assertThat(model.id()).contains("sha256:1"));
        assertThat(adapter.health().isUp()).isTrue();
        assertThat(adapter.version().client()).isNotEmpty();
    }
}
