package io.modelrunner.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.Model;
import io.modelrunner.ModelName;
import io.modelrunner.adapter.Health;
import io.modelrunner.testing.Recording;
import io.modelrunner.testing.Recordings;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Recorded lists of models and answers to probes, served byte for byte. */
class RecordedDiscoveryTest {
    /** Those of the folders that {@link RecordingsTest} goes through. */
    static final Set<String> RECORDINGS = Set.of(
            "llama-cpp/api-version",
            "llama-cpp/engines-status",
            "llama-cpp/health",
            "llama-cpp/loading-health",
            "llama-cpp/models",
            "llama-cpp/models-root",
            "llama-cpp/unknown-path",
            "llama-cpp/version");

    @ParameterizedTest
    @ValueSource(strings = {"llama-cpp/models", "llama-cpp/models-root"})
    void llamaCppListsItsModel(String name) {
        Model model = list(Recordings.load(name)).get(0);
        assertThat(model.name()).isEqualTo(ModelName.of("tiny"));
        assertThat(model.owner()).contains("llamacpp");
        assertThat(model.contextTokens()).hasValue(2_048);
        assertThat(model.bytes()).hasValue(996_864);
        assertThat(model.quantization()).contains("Q8_0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"models/openai-list", "models/openai-list-v1"})
    void runnerListsItsModels(String name) {
        List<Model> models = list(Recordings.load(name));
        assertThat(models)
                .extracting(model -> model.name().text())
                .containsExactly(
                        "docker.io/ai/tiny:latest",
                        "docker.io/ai/padded:latest",
                        "docker.io/ai/tiny:512",
                        "localhost:5001/slow/padded2:latest");
        Model tiny = models.get(0);
        assertThat(tiny.owner()).contains("docker");
        assertThat(tiny.architecture()).contains("llama");
        assertThat(tiny.parameters()).contains("935.04K");
        assertThat(tiny.quantization()).contains("MOSTLY_Q8_0");
        assertThat(tiny.size()).contains("973.50KiB");
        assertThat(tiny.contextTokens()).hasValue(2_048);
        assertThat(tiny.bytes()).isEmpty();
        assertThat(tiny.created()).isPresent();
    }

    @Test
    void runnerWithoutModelsListsNone() {
        assertThat(list(Recordings.load("models/openai-list-empty"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "llama-cpp/health, UP, llama.cpp,",
        "llama-cpp/loading-health, LOADING, llama.cpp,",
        "engines/status, UP, Docker Model Runner, dev",
        "other-apis/ollama-version, UP, Ollama, 0.1.0",
        "models/openai-list-v1, UP, OpenAI-compatible server,",
        "service/banner, DOWN,,"
    })
    void healthIsWhatWasRecorded(String name, Health.Status status, @Nullable String speaks, @Nullable String version) {
        boolean llamaCpp = name.startsWith("llama-cpp/");
        String unknown = llamaCpp ? "llama-cpp/unknown-path" : "service/unknown-path";
        try (ScriptedServer server = ScriptedServer.replay(Recordings.load(unknown))) {
            List<String> served = new ArrayList<>(List.of(name));
            if (llamaCpp) {
                served.addAll(List.of("llama-cpp/engines-status", "llama-cpp/version", "llama-cpp/api-version"));
            } else if (name.equals("engines/status")) {
                served.add("service/version");
            }
            for (String one : served) {
                Recording recording = Recordings.load(one);
                server.on(recording.request().path(), Script.replay(recording));
            }
            try (HttpAdapter adapter = HttpAdapter.at(server.url())) {
                Health health = adapter.health();
                assertThat(health.status()).isEqualTo(status);
                assertThat(health.speaks().orElse(null)).isEqualTo(speaks);
                assertThat(health.version().orElse(null)).isEqualTo(version);
                assertThat(health.remedies().isEmpty()).isEqualTo(status != Health.Status.DOWN);
            }
        }
    }

    private static List<Model> list(Recording recording) {
        String path = recording.request().path();
        String base = path.contains("/v1") ? path.substring(0, path.indexOf("/models")) : "/v1";
        try (ScriptedServer server = ScriptedServer.replay(recording);
                HttpAdapter adapter = HttpAdapter.at(server.url() + base)) {
            return adapter.listModels();
        }
    }
}
