package io.modelrunner.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.testing.ScriptedServer;
import io.modelrunner.testing.fake.FakeModel;
import io.modelrunner.testing.fake.FakeModelRunner;
import io.modelrunner.testing.fake.Fault;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ModelsTest {
    private final FakeModelRunner runner = FakeModelRunner.start();
    private final Output out = new Output();
    private final Output err = new Output();

    @AfterEach
    void close() {
        runner.close();
    }

    @Test
    void everyNameOfEveryModelIsListed() {
        assertThat(run("list")).isZero();
        assertThat(out.lines()).hasSize(4);
        assertThat(out.lines().get(0)).matches("MODEL +PARAMETERS +QUANTIZATION +ID");
        assertThat(out.lines().get(1)).matches("docker.io/ai/tiny:latest +935.04K +MOSTLY_Q8_0 +sha256:[0-9a-f]{12}");
    }

    @Test
    void pullShowsItsProgressAndTheModelIsThere() {
        runner.offer(FakeModel.chat("ai/mine").withFiles(20_000_000, 1_000));
        assertThat(run("pull", "ai/mine")).isZero();
        assertThat(out.lines().get(0)).matches("ai/mine: \\d+ % of 19.1 MiB");
        assertThat(out.text()).endsWith("ai/mine: Model pulled successfully" + System.lineSeparator());
        assertThat(runner.models()).contains("docker.io/ai/mine:latest");

        assertThat(run("pull", "ai/mine")).isZero();
        assertThat(out.lines()).last().asString().startsWith("ai/mine: Using cached model");
    }

    @Test
    void pullThatFailsExitsWith1AndSaysWhatToDo() {
        assertThat(run("pull", "ai/nowhere")).isEqualTo(1);
        assertThat(out.text()).isEmpty();
        assertThat(err.lines())
                .singleElement()
                .asString()
                .startsWith("models: ")
                .contains("ai/nowhere", "; remedy: ");

        runner.offer(FakeModel.chat("ai/mine"));
        runner.fail(Fault.errorInPull("writing blob: no space left on device"));
        assertThat(run("pull", "ai/mine")).isEqualTo(1);
        assertThat(err.lines()).last().asString().contains("no space left on device", "; remedy: ");
    }

    @Test
    void answerIsPrintedAlone() {
        runner.answerWith("Grüße, 日本語");
        assertThat(run("chat", "ai/tiny", "Say", "hello")).isZero();
        assertThat(out.lines()).containsExactly("Grüße, 日本語");
        assertThat(err.text()).isEmpty();
        assertThat(runner.server().lastRequest().body()).contains("Say hello");
    }

    @Test
    void embeddingIsAJsonArray() {
        assertThat(run("embed", "ai/tiny-embed", "A", "whale")).isZero();
        assertThat(out.lines()).singleElement().asString().matches("\\[(-?[0-9.E-]+, ){127}-?[0-9.E-]+]");
    }

    @Test
    void whatIsLoadedIsShownUntilItIsUnloaded() {
        run("chat", "ai/tiny", "Hello");
        List<String> loaded = output("ps");
        assertThat(loaded.get(0)).matches("MODEL +ENGINE +MODE +STATE");
        assertThat(loaded.get(1)).contains("ai/tiny", "llama.cpp", "completion", "idle");

        assertThat(output("unload", "ai/tiny")).containsExactly("unloaded ai/tiny");
        assertThat(output("ps")).hasSize(1);
        assertThat(output("unload", "ai/tiny")).containsExactly("nothing was unloaded");
    }

    @Test
    void removedModelIsGone() {
        assertThat(run("remove", "ai/tiny")).isZero();
        assertThat(out.lines().get(0)).isEqualTo("untagged docker.io/ai/tiny:latest");
        assertThat(out.lines().get(1)).startsWith("deleted sha256:");
        assertThat(runner.models()).doesNotContain("docker.io/ai/tiny:latest");
        assertThat(run("remove", "ai/tiny")).isEqualTo(1);
        assertThat(err.text()).contains("has no model ai/tiny; remedy: ");
    }

    @Test
    void whatTheServerLacksIsSaid() {
        try (ScriptedServer llamaCpp = Servers.llamaCpp()) {
            assertThat(Models.run(out.stream(), err.stream(), "pull", "ai/tiny", "--runner", llamaCpp.url()))
                    .isEqualTo(1);
            assertThat(err.text()).contains("llama.cpp");
        }
    }

    @Test
    void wrongArgumentsExitWith2AndUsage() {
        assertThat(run("pull")).isEqualTo(2);
        assertThat(err.text()).startsWith("Missing required parameter: 'MODEL'").contains("Usage: models pull");
        assertThat(run("chat", "ai/tiny")).isEqualTo(2);
        assertThat(run("purge")).isEqualTo(2);
        assertThat(run()).isEqualTo(2);
        assertThat(out.text()).isEmpty();
    }

    @Test
    void helpGoesToStandardOutput() {
        assertThat(run("--help")).isZero();
        assertThat(run("pull", "--help")).isZero();
        assertThat(out.text())
                .startsWith("Usage: models ")
                .contains("chat", "embed", "list", "ps", "pull", "remove", "unload")
                .contains("Usage: models pull ");
        assertThat(err.text()).isEmpty();
    }

    @Test
    void stackTraceIsShownWithDebugOnly() {
        run("pull", "ai/nowhere");
        assertThat(err.text()).doesNotContain("\tat io.modelrunner");
        run("pull", "ai/nowhere", "--debug");
        assertThat(err.text()).contains("\tat io.modelrunner");
    }

    private List<String> output(String... args) {
        int before = out.lines().size();
        assertThat(run(args)).isZero();
        return out.lines().subList(before, out.lines().size());
    }

    private int run(String... args) {
        List<String> words = new ArrayList<>(List.of("--runner", runner.baseUrl()));
        words.addAll(List.of(args));
        return Models.run(out.stream(), err.stream(), words.toArray(String[]::new));
    }
}
