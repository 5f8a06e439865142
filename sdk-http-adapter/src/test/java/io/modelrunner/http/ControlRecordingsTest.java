package io.modelrunner.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.modelrunner.BrokenAnswerException;
import io.modelrunner.EngineUnavailableException;
import io.modelrunner.InvalidConfigurationException;
import io.modelrunner.ModelBusyException;
import io.modelrunner.ModelName;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.RequestRefusedException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.UnauthorizedException;
import io.modelrunner.adapter.Preloader.Purpose;
import io.modelrunner.control.ConfigurationChange;
import io.modelrunner.control.EngineStatus;
import io.modelrunner.control.EngineStatus.State;
import io.modelrunner.control.KeepAlive;
import io.modelrunner.control.ModelConfiguration;
import io.modelrunner.control.RecordedTraffic;
import io.modelrunner.control.RequestRecorder;
import io.modelrunner.control.RunnerControl;
import io.modelrunner.control.RunnerStatus;
import io.modelrunner.control.RunningModel;
import io.modelrunner.testing.Recording;
import io.modelrunner.testing.Recordings;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every recording of the folders {@code engines} and {@code service}, served byte for byte, becomes the value or the exception. */
@Timeout(30)
class ControlRecordingsTest {
    private static final String ID = ConfigurableRunner.ID;

    /** Refused settings, and others that the public API can't express, whose answers it gets all the same. */
    static final Map<String, Class<? extends ModelRunnerException>> CONFIGURE = Map.of(
            "engines/configure-bad-mode", RequestRefusedException.class,
            "engines/configure-conflict", ModelBusyException.class,
            "engines/configure-flag-refused", InvalidConfigurationException.class,
            "engines/configure-numeric-keep-alive", RequestRefusedException.class,
            "engines/configure-unknown-engine", EngineUnavailableException.class);

    /**
     * Answers to what nothing here asks, given to a question for what runs: traps 17 (another path or method is 404, or a
     * redirect), 27 (engines can be removed by anybody, but not from here) and 34 (metrics show only models that were loaded by id).
     */
    static final Map<String, Class<? extends ModelRunnerException>> UNASKED = Map.ofEntries(
            Map.entry("engines/install-no-name", RequestRefusedException.class),
            Map.entry("engines/install-unknown", EngineUnavailableException.class),
            Map.entry("engines/unload-malformed", RequestRefusedException.class),
            Map.entry("service/banner", BrokenAnswerException.class),
            Map.entry("service/cors-preflight", RunnerUnreachableException.class),
            Map.entry("service/cors-refused", UnauthorizedException.class),
            Map.entry("service/engines-redirect", RunnerUnreachableException.class),
            Map.entry("service/metrics", BrokenAnswerException.class),
            Map.entry("service/metrics-by-id", BrokenAnswerException.class),
            Map.entry("service/metrics-idle", BrokenAnswerException.class));

    /** Those that the tests below read, and two that {@link ConfigureTest} does. */
    private static final Set<String> READ = Set.of(
            "engines/configurations",
            "engines/configurations-empty",
            "engines/configurations-of-model",
            "engines/configure",
            "engines/configure-context-unlimited",
            "engines/configure-unknown-model",
            "engines/ps",
            "engines/ps-empty",
            "engines/ps-in-use",
            "engines/ps-keep-alive",
            "engines/requests",
            "engines/requests-empty",
            "engines/status",
            "engines/unload",
            "engines/unload-all",
            "engines/unload-in-use",
            "engines/unload-nothing",
            "engines/unload-unknown",
            "service/unknown-path",
            "service/version");

    /** Disk use is asked of the store of models, and read by {@link RecordedSuccessesTest}. */
    private static final Set<String> OF_THE_STORE = Set.of("engines/df", "engines/df-empty");

    static final List<String> REFUSED = List.copyOf(new TreeSet<>(CONFIGURE.keySet()));
    static final List<String> OTHERS = List.copyOf(new TreeSet<>(UNASKED.keySet()));

    @Test
    void everyRecordingIsInOneList() {
        List<String> known = new ArrayList<>(CONFIGURE.keySet());
        known.addAll(UNASKED.keySet());
        known.addAll(READ);
        known.addAll(OF_THE_STORE);
        List<String> recorded = Stream.of("engines", "service")
                .flatMap(folder -> Recordings.folder(folder).stream())
                .map(Recording::name)
                .toList();
        assertThat(known).containsExactlyInAnyOrderElementsOf(recorded);
    }

    @ParameterizedTest
    @FieldSource("REFUSED")
    void refusedConfigurationIsItsException(String name) {
        try (ConfigurableRunner runner = new ConfigurableRunner().refusing(Script.replay(Recordings.load(name)))) {
            ConfigurationChange change =
                    ConfigurationChange.builder().runtimeFlags("--log-file").build();
            ModelRunnerException e = catchThrowableOfType(
                    ModelRunnerException.class, () -> runner.control().configure(ConfigurableRunner.MODEL, change));
            Recording.Response response = Recordings.load(name).response();
            assertThat(e).isExactlyInstanceOf(CONFIGURE.get(name));
            assertThat(e.status()).hasValue(response.status());
            assertThat(e.what()).contains(response.body().strip());
            assertThat(e.model()).contains(ModelName.of(ConfigurableRunner.MODEL));
        }
    }

    @Test
    void recordedConfigurationIsWhatIsSent() {
        Recording recording = Recordings.load("engines/configure");
        try (ConfigurableRunner runner = new ConfigurableRunner()) {
            ModelConfiguration now = runner.control()
                    .configure(
                            ConfigurableRunner.MODEL,
                            ConfigurationChange.builder()
                                    .contextSize(1_024)
                                    .keepAlive(KeepAlive.parse("10m"))
                                    .runtimeFlags("--temp", "0.2")
                                    .build());
            Map<String, ?> recorded = JsonValues.object(
                    recording.request().body().replace("10m", "10m0s").replace("{", "{\"mode\":\"completion\","));
            assertThat(runner.sent()).isEqualTo(recorded);
            assertThat(recording.response().status()).isEqualTo(202);
            assertThat(now.keepAlive()).contains(KeepAlive.parse("10m"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"engines/configurations", "engines/configurations-of-model"})
    void configurationIsRead(String name) {
        ModelConfiguration found = name.endsWith("of-model")
                ? ask(name, control -> control.configuration("ai/tiny", Purpose.CHAT))
                        .orElseThrow()
                : ask(name, RunnerControl::configurations).get(0);
        assertThat(found.engine()).isEqualTo("llama.cpp");
        assertThat(found.purpose()).contains(Purpose.CHAT);
        assertThat(found.model()).contains(ModelName.of("docker.io/ai/tiny:latest"));
        assertThat(found.modelId()).contains(ID);
        assertThat(found.contextSize()).hasValue(1_024);
        assertThat(found.runtimeFlags()).containsExactly("--temp", "0.2");
        assertThat(found.keepAlive()).contains(KeepAlive.parse("10m"));
        assertThat(found.reasoningBudget()).isEmpty();
        assertThat(found.speculative()).isEmpty();
        assertThat(found.vllm()).isEmpty();
    }

    @Test
    void noConfigurationsAreNone() {
        assertThat(ask("engines/configurations-empty", RunnerControl::configurations))
                .isEmpty();
        assertThat(configuration("engines/configurations-empty", Purpose.CHAT)).isEmpty();
        assertThat(configuration("engines/configurations", Purpose.EMBEDDING)).isEmpty();
    }

    /** Trap 15: one model used for chats and embeddings runs twice. */
    @Test
    void runningModelsAreRead() {
        List<RunningModel> running = ask("engines/ps", RunnerControl::running);
        assertThat(running).extracting(model -> model.model().text()).containsExactly("ai/tiny", "ai/tiny");
        assertThat(running)
                .extracting(RunningModel::purpose)
                .containsExactly(Optional.of(Purpose.CHAT), Optional.of(Purpose.EMBEDDING));
        assertThat(running.get(0).engine()).contains("llama.cpp");
        assertThat(running.get(0).lastUsed()).contains(Instant.parse("2026-11-21T09:31:45.243019372Z"));
        assertThat(running).noneMatch(RunningModel::inUse).noneMatch(RunningModel::loading);
        assertThat(running).allMatch(model -> model.keepAlive().isEmpty());
        assertThat(ask("engines/ps-empty", RunnerControl::running)).isEmpty();
    }

    @Test
    void modelInUseHasNoLastUse() {
        List<RunningModel> running = ask("engines/ps-in-use", RunnerControl::running);
        assertThat(running.get(0).purpose()).contains(Purpose.RERANKING);
        assertThat(running.get(0).inUse()).isFalse();
        assertThat(running.get(1).inUse()).isTrue();
        assertThat(running.get(1).lastUsed()).isEmpty();
        assertThat(running.get(1).keepAlive()).contains(KeepAlive.parse("10m"));
    }

    @Test
    void keepAliveOfARunningModelIsRead() {
        List<RunningModel> running = ask("engines/ps-keep-alive", RunnerControl::running);
        assertThat(running.get(0).keepAlive()).isEmpty();
        assertThat(running.get(1).keepAlive()).contains(KeepAlive.parse("10m"));
        assertThat(running.get(1).lastUsed()).isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "engines/unload, ai/tiny, 1",
        "engines/unload-in-use, ai/tiny, 1",
        "engines/unload-unknown, ai/nosuch, 0",
        "engines/unload-all, , 1",
        "engines/unload-nothing, , 0"
    })
    void unloadedModelsAreCounted(String name, @Nullable String model, int count) {
        Recording recording = Recordings.load(name);
        try (ScriptedServer server = serving(recording);
                HttpAdapter adapter = HttpAdapter.at(server.url())) {
            RunnerControl control = control(adapter);
            assertThat(model == null ? control.unloadAll() : control.unload(model))
                    .isEqualTo(count);
            assertThat(server.lastRequest().path()).isEqualTo("/engines/unload");
            assertThat(JsonValues.object(server.lastRequest().body()))
                    .isEqualTo(JsonValues.object(recording.request().body()));
        }
    }

    @Test
    void statusNamesTheEngines() {
        RunnerStatus status = ask("engines/status", RunnerControl::status);
        assertThat(status.speaks()).isEqualTo("Docker Model Runner");
        assertThat(status.version()).contains("dev");
        assertThat(status.engines())
                .containsExactly(
                        new EngineStatus("diffusers", State.NOT_INSTALLED, ""),
                        new EngineStatus("llama.cpp", State.RUNNING, "llama.cpp unknown"),
                        new EngineStatus("mlx", State.NOT_INSTALLED, "only supported on Apple Silicon"),
                        new EngineStatus("sglang", State.ERROR, "Python not found"),
                        new EngineStatus("vllm", State.NOT_INSTALLED, "binary not found"));
    }

    @Test
    void versionIsToldOrNot() {
        assertThat(ask("service/version", RunnerControl::version)).contains("dev");
        Recording unknown = Recordings.load("service/unknown-path");
        try (ScriptedServer server = EndpointFormsTest.modelRunner().on("/version", Script.replay(unknown));
                HttpAdapter adapter = HttpAdapter.at(server.url())) {
            assertThat(control(adapter).version()).isEmpty();
            assertThat(control(adapter).status().version()).isEmpty();
        }
    }

    /** Trap 27: this shows everybody's prompts. */
    @Test
    void recordedRequestsAreReadOnlyWhereThatWasAllowed() {
        Recording recording = Recordings.load("engines/requests");
        try (ScriptedServer server = serving(recording);
                HttpAdapter usual = HttpAdapter.at(server.url());
                HttpAdapter allowed =
                        HttpAdapter.builder(server.url()).recordedRequests(true).build()) {
            assertThat(usual.power(RequestRecorder.class)).isEmpty();
            RequestRecorder recorder = allowed.power(RequestRecorder.class).orElseThrow();
            List<RecordedTraffic> traffic = recorder.requests("ai/tiny");
            assertThat(server.lastRequest().path()).isEqualTo("/engines/requests?model=ai%2Ftiny");
            assertThat(server.lastRequest().header("accept")).contains("application/json");
            assertThat(traffic).extracting(one -> one.status().orElse(0)).containsExactly(400, 200, 400);
            assertThat(recorder.requests()).hasSize(3);
        }
    }

    @Test
    void recordHasWhatTheRunnerKept() {
        List<RecordedTraffic> traffic = recorded("engines/requests");
        RecordedTraffic refused = traffic.get(0);
        assertThat(refused.model()).isEqualTo("ai/tiny");
        assertThat(refused.modelId()).contains(ID);
        assertThat(refused.id()).isEqualTo(ID + "_1795253506251020473");
        assertThat(refused.method()).isEqualTo("POST");
        assertThat(refused.path()).isEqualTo("/engines/v1/embeddings");
        assertThat(refused.request()).isEqualTo("{\"model\": \"ai/tiny\", \"input\": \"Hello\"}");
        assertThat(refused.response()).isEmpty();
        assertThat(refused.error().orElse("")).contains("Pooling type 'none' is not OAI compatible");
        assertThat(refused.time()).contains(Instant.ofEpochSecond(1_795_253_506));
        assertThat(refused.userAgent()).isEmpty();
        assertThat(refused.origin()).isEmpty();
        assertThat(traffic.get(1).response().orElse("")).contains("Hello! How can I help you today?");
        assertThat(traffic.get(1).error()).isEmpty();
        assertThat(recorded("engines/requests-empty")).isEmpty();
    }

    private static List<RecordedTraffic> recorded(String name) {
        try (ScriptedServer server = serving(Recordings.load(name));
                HttpAdapter adapter =
                        HttpAdapter.builder(server.url()).recordedRequests(true).build()) {
            return adapter.power(RequestRecorder.class).orElseThrow().requests();
        }
    }

    @ParameterizedTest
    @FieldSource("OTHERS")
    void answerToWhatNothingHereAsksIsItsException(String name) {
        Script answer = Script.replay(Recordings.load(name));
        try (ScriptedServer server = EndpointFormsTest.modelRunner().on("/engines/ps", answer);
                HttpAdapter adapter = HttpAdapter.at(server.url())) {
            ModelRunnerException e = catchThrowableOfType(
                    ModelRunnerException.class, () -> control(adapter).running());
            assertThat(e).isExactlyInstanceOf(UNASKED.get(name));
            assertThat(e.status()).hasValue(Recordings.load(name).response().status());
        }
    }

    private static Optional<ModelConfiguration> configuration(String name, Purpose purpose) {
        return ask(name, control -> control.configuration("ai/tiny", purpose));
    }

    private static <T> T ask(String name, Function<RunnerControl, T> question) {
        try (ScriptedServer server = serving(Recordings.load(name));
                HttpAdapter adapter = HttpAdapter.at(server.url())) {
            return question.apply(control(adapter));
        }
    }

    private static ScriptedServer serving(Recording recording) {
        String path = recording.request().path();
        int query = path.indexOf('?');
        return EndpointFormsTest.modelRunner()
                .on(query < 0 ? path : path.substring(0, query), Script.replay(recording));
    }

    private static RunnerControl control(HttpAdapter adapter) {
        return adapter.power(RunnerControl.class).orElseThrow();
    }
}
