package io.modelrunner.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelrunner.ModelNotFoundException;
import io.modelrunner.OperationMissingException;
import io.modelrunner.adapter.Preloader.Purpose;
import io.modelrunner.control.ConfigurationChange;
import io.modelrunner.control.EngineStatus;
import io.modelrunner.control.EngineStatus.State;
import io.modelrunner.control.KeepAlive;
import io.modelrunner.control.LogOptions;
import io.modelrunner.control.RequestRecorder;
import io.modelrunner.control.RunnerControl;
import io.modelrunner.control.RunnerStatus;
import io.modelrunner.control.RunningModel;
import io.modelrunner.testing.ReceivedRequest;
import io.modelrunner.testing.Recordings;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What can be controlled of servers other than Docker Model Runner; what they lack is refused by their names. */
@Timeout(30)
class OtherControlsTest {
    @Test
    void runningModelsOfOllamaAreRead() {
        RunningModel running = withOllama(RunnerControl::running).get(0);
        assertThat(running.model().text()).isEqualTo("tiny:latest");
        assertThat(running.id()).contains("28213d6a3997541f9cc86e029f01eefeb74b5802e19bd26821da34354b0dc506");
        assertThat(running.bytes()).hasValue(10_779_361);
        assertThat(running.contextTokens()).hasValue(2_048);
        assertThat(running.expires()).contains(Instant.parse("2026-11-21T08:36:26.08228517Z"));
        assertThat(running.engine()).isEmpty();
        assertThat(running.purpose()).isEmpty();
        assertThat(running.lastUsed()).isEmpty();
    }

    @Test
    void ollamaThatRunsNothingUnloadsNothing() {
        try (ScriptedServer server = ollama().on("/api/ps", Script.replay(Recordings.load("ollama/ps-empty")));
                HttpAdapter adapter = HttpAdapter.at(server.url())) {
            assertThat(control(adapter).running()).isEmpty();
            assertThat(control(adapter).unload("tiny")).isZero();
            assertThat(control(adapter).unloadAll()).isZero();
            assertThat(posted(server)).isEmpty();
        }
    }

    @Test
    void ollamaTellsItsVersion() {
        RunnerStatus status = withOllama(RunnerControl::status);
        assertThat(withOllama(RunnerControl::version)).contains("0.0.0");
        assertThat(status.speaks()).isEqualTo("Ollama");
        assertThat(status.engines()).containsExactly(new EngineStatus("Ollama", State.RUNNING, "0.0.0"));
    }

    @ParameterizedTest
    @CsvSource({"tiny, 1", "tiny:latest, 1", "Tiny, 1", "library/tiny, 1", "tiny:q4, 0", "other, 0"})
    void ollamaUnloadsWhatItRuns(String model, int count) {
        try (ScriptedServer server = ollama();
                HttpAdapter adapter = HttpAdapter.at(server.url())) {
            assertThat(control(adapter).unload(model)).isEqualTo(count);
            assertThat(posted(server)).hasSize(count);
            if (model.equals("tiny")) {
                assertThat(JsonValues.object(server.lastRequest().body()))
                        .isEqualTo(JsonValues.object(
                                Recordings.load("ollama/unload").request().body()));
            }
        }
    }

    @Test
    void ollamaUnloadsAllOneByOne() {
        try (ScriptedServer server = ollama();
                HttpAdapter adapter = HttpAdapter.at(server.url())) {
            assertThat(control(adapter).unloadAll()).isEqualTo(1);
            assertThat(JsonValues.object(server.lastRequest().body()))
                    .isEqualTo(Map.of("model", "tiny:latest", "keep_alive", new BigDecimal(0)));
        }
    }

    /** As its documentation has it; no recording shows it. */
    @ParameterizedTest
    @CsvSource({"CHAT, /api/generate", "EMBEDDING, /api/embed"})
    void ollamaLoadsByARequestWithoutAPrompt(Purpose purpose, String path) {
        try (ScriptedServer server = ollama();
                HttpAdapter adapter = HttpAdapter.at(server.url())) {
            control(adapter).preload("tiny", purpose);
            assertThat(server.lastRequest().path()).isEqualTo(path);
            assertThat(body(server)).isEqualTo(Map.of("model", "tiny"));
            control(adapter).keepWarm("tiny", purpose);
            assertThat(server.lastRequest().path()).isEqualTo(path);
            assertThat(body(server)).isEqualTo(Map.of("model", "tiny", "keep_alive", new BigDecimal(-1)));
        }
    }

    @Test
    void modelThatOllamaDoesNotHaveIsTold() {
        try (ScriptedServer server =
                        ollama().on("/api/generate", Script.replay(Recordings.load("ollama/chat-unknown-model")));
                HttpAdapter adapter = HttpAdapter.at(server.url())) {
            assertThatThrownBy(() -> control(adapter).preload("nosuch", Purpose.CHAT))
                    .isInstanceOf(ModelNotFoundException.class);
        }
    }

    @Test
    void whatOllamaLacksIsRefusedByItsName() {
        withOllama(control -> {
            lacks("Ollama", () -> control.preload("tiny", Purpose.RERANKING));
            lacks("Ollama", () -> control.configurations());
            lacks("Ollama", () -> control.configuration("tiny", Purpose.CHAT));
            lacks("Ollama", () -> control.configure("tiny", ConfigurationChange.of(KeepAlive.forever())));
            lacks("Ollama", () -> logs(control));
            return true;
        });
    }

    @Test
    void llamaCppTellsItsBuild() {
        try (ScriptedServer server = llamaCpp("llama-cpp/health");
                HttpAdapter adapter = HttpAdapter.at(server.url())) {
            assertThat(control(adapter).version()).contains("b11669-Debian");
            RunnerStatus status = control(adapter).status();
            assertThat(status.speaks()).isEqualTo("llama.cpp");
            assertThat(status.version()).contains("b11669-Debian");
            assertThat(status.engines()).containsExactly(new EngineStatus("llama.cpp", State.RUNNING, "b11669-Debian"));
        }
    }

    @Test
    void llamaCppThatLoadsIsNotWaitedFor() {
        try (ScriptedServer server = llamaCpp("llama-cpp/loading-health")
                        .on("/props", Script.replay(Recordings.load("llama-cpp/loading-chat")));
                HttpAdapter adapter = HttpAdapter.at(server.url())) {
            assertThat(control(adapter).version()).isEmpty();
            assertThat(control(adapter).status().engines())
                    .containsExactly(new EngineStatus("llama.cpp", State.RUNNING, "loading its model"));
        }
    }

    @Test
    void otherServersTellNothingOfThemselves() {
        try (ScriptedServer server = plain();
                HttpAdapter adapter = HttpAdapter.at(server.url())) {
            assertThat(control(adapter).version()).isEmpty();
            assertThat(control(adapter).status().speaks()).isEqualTo("OpenAI-compatible server");
            assertThat(control(adapter).status().engines()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Dialect.class,
            names = {"LLAMA_CPP", "OPENAI"})
    void whatAPlainServerLacksIsRefusedByItsName(Dialect dialect) {
        Map<String, Consumer<RunnerControl>> operations = Map.of(
                "can't tell what is loaded", control -> control.running(),
                "can't unload a model", control -> control.unload("tiny"),
                "can't unload models", control -> control.unloadAll(),
                "keeps no configurations", control -> control.configurations(),
                "keeps no configurations of models", control -> control.configuration("tiny", Purpose.CHAT),
                "can't configure", control -> control.configure("tiny", ConfigurationChange.of(KeepAlive.forever())),
                "can't load a model", control -> control.preload("tiny", Purpose.CHAT),
                "can't keep a model", control -> control.keepWarm("tiny"),
                "is not Docker Model Runner", OtherControlsTest::logs);
        try (ScriptedServer server = dialect == Dialect.LLAMA_CPP ? llamaCpp("llama-cpp/health") : plain();
                HttpAdapter adapter =
                        HttpAdapter.builder(server.url()).recordedRequests(true).build()) {
            operations.forEach((what, operation) -> lacks(what, () -> operation.accept(control(adapter))));
            lacks(dialect.label(), () -> logs(control(adapter)));
            lacks(
                    dialect.label(),
                    () -> adapter.power(RequestRecorder.class).orElseThrow().requests());
            assertThat(posted(server)).isEmpty();
        }
    }

    private static void logs(RunnerControl control) {
        try (Stream<String> lines = control.logs(LogOptions.soFar())) {
            lines.forEach(line -> {});
        }
    }

    private static void lacks(String what, Runnable operation) {
        assertThatThrownBy(operation::run)
                .isInstanceOf(OperationMissingException.class)
                .hasMessageContainingAll(what, "use Docker Model Runner");
    }

    private static <T> T withOllama(Function<RunnerControl, T> question) {
        try (ScriptedServer server = ollama();
                HttpAdapter adapter = HttpAdapter.at(server.url())) {
            return question.apply(control(adapter));
        }
    }

    private static ScriptedServer ollama() {
        return ScriptedServer.answering(Script.replay(Recordings.load("ollama/dmr-status")))
                .on("/api/version", Script.replay(Recordings.load("ollama/version")))
                .on("/api/ps", Script.replay(Recordings.load("ollama/ps")))
                .on("/api/generate", Script.replay(Recordings.load("ollama/unload")))
                .on("/api/embed", Script.replay(Recordings.load("ollama/embed")));
    }

    private static ScriptedServer llamaCpp(String health) {
        return ScriptedServer.answering(Script.replay(Recordings.load("llama-cpp/unknown-path")))
                .on("/engines/status", Script.replay(Recordings.load("llama-cpp/engines-status")))
                .on("/health", Script.replay(Recordings.load(health)))
                .on("/props", Script.replay(Recordings.load("llama-cpp/props")));
    }

    private static ScriptedServer plain() {
        return ScriptedServer.answering(Script.replay(Recordings.load("service/unknown-path")))
                .on("/v1/models", Script.replay(Recordings.load("models/openai-list-v1")));
    }

    private static List<ReceivedRequest> posted(ScriptedServer server) {
        return server.requests().stream()
                .filter(request -> request.method().equals("POST"))
                .toList();
    }

    private static Map<String, @Nullable Object> body(ScriptedServer server) {
        return JsonValues.object(server.lastRequest().body());
    }

    private static RunnerControl control(HttpAdapter adapter) {
        return adapter.power(RunnerControl.class).orElseThrow();
    }
}
