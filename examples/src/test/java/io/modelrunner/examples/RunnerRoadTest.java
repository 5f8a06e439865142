package io.modelrunner.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelrunner.ModelNotFoundException;
import io.modelrunner.RequestRefusedException;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RunnerRoadTest {
    private final Map<String, String> environment = new HashMap<>();
    private final Output err = new Output();
    private final Cleanup cleanup = new Cleanup();

    @AfterEach
    void cleanUp() {
        cleanup.close();
    }

    @Test
    void takesTheRunnerOfTheEnvironmentAndItsFirstModel() throws Arguments.Unfit {
        try (ScriptedServer server = Servers.modelRunner("models/openai-list")) {
            environment.put("MODEL_RUNNER_BASE_URL", server.url());

            assertThat(open("Hello"))
                    .hasValueSatisfying(partner -> assertThat(partner.model()).isEqualTo("docker.io/ai/tiny:latest"));
            assertThat(err.lines())
                    .singleElement()
                    .asString()
                    .startsWith("quickstart: model runner: taken, Docker Model Runner answers at " + server.url()
                            + "; model docker.io/ai/tiny:latest, the first of ")
                    .endsWith("--model names another");
        }
    }

    @Test
    void onlyModelIsTold() throws Arguments.Unfit {
        try (ScriptedServer server = Servers.llamaCpp()) {
            environment.put("MODEL_RUNNER_BASE_URL", server.url());

            assertThat(open("Hello")).isPresent();
            assertThat(err.text()).contains("llama.cpp answers at", "the only one");
        }
    }

    @Test
    void namedModelGoesBeforeTheEnvironment() throws Arguments.Unfit {
        try (ScriptedServer server = Servers.modelRunner("models/openai-list-empty")) {
            environment.put("MODEL_RUNNER_BASE_URL", server.url());
            environment.put("MODEL_RUNNER_MODEL", "ai/of-environment");

            assertThat(open("Hello").map(Road.Partner::model)).contains("ai/of-environment");
            assertThat(open("Hello", "--model", "ai/named").map(Road.Partner::model))
                    .contains("ai/named");
        }
    }

    @Test
    void runnerWithoutModelsFailsWithARemedy() {
        try (ScriptedServer server = Servers.modelRunner("models/openai-list-empty")) {
            environment.put("MODEL_RUNNER_BASE_URL", server.url());

            assertThatThrownBy(() -> open("Hello"))
                    .isInstanceOf(ModelNotFoundException.class)
                    .hasMessageContaining("docker model pull ai/smollm2");
        }
    }

    @Test
    void waitsForARunnerThatLoads() throws Arguments.Unfit {
        try (ScriptedServer server = Servers.llamaCpp()) {
            Script loading = Servers.recorded("llama-cpp/loading-health");
            server.on("/health", exchange -> {
                loading.answer(exchange);
                server.on("/health", Servers.recorded("llama-cpp/health"));
            });
            environment.put("MODEL_RUNNER_BASE_URL", server.url());

            assertThat(open("Hello")).isPresent();
            assertThat(err.text()).contains("is loading its model; waiting for it");
        }
    }

    @Test
    void whatSpeaksNoKnownDialectIsNotTaken() throws Arguments.Unfit {
        try (ScriptedServer server = ScriptedServer.answering(Script.json(404, "{}"))) {
            environment.put("MODEL_RUNNER_BASE_URL", server.url());

            assertThat(open("Hello")).isEmpty();
            assertThat(err.lines()).singleElement().asString().startsWith("quickstart: model runner: not taken, ");
        }
    }

    @Test
    void nothingIsTakenWhereNothingIsFound() throws Arguments.Unfit {
        assertThat(open("Hello")).isEmpty();
        assertThat(err.lines())
                .containsExactly("quickstart: model runner: not taken, no model runner was found; "
                        + "--diagnose shows where it was looked for");
    }

    @Test
    void addressThatIsNoneFailsWithARemedy() {
        environment.put("MODEL_RUNNER_BASE_URL", "ftp://runner");

        assertThatThrownBy(() -> open("Hello"))
                .isInstanceOf(RequestRefusedException.class)
                .hasMessageContaining("an http or https URL");
    }

    private Optional<Road.Partner> open(String... args) throws Arguments.Unfit {
        return new RunnerRoad(Servers.finder(environment), environment::get)
                .open(Arguments.parse(args), new Notes(err.stream()), cleanup);
    }
}
