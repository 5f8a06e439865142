package io.modelrunner.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelrunner.InvalidConfigurationException;
import io.modelrunner.InvalidRequestException;
import io.modelrunner.ModelNotFoundException;
import io.modelrunner.OperationMissingException;
import io.modelrunner.RequestRefusedException;
import io.modelrunner.adapter.Preloader.Purpose;
import io.modelrunner.control.ConfigurationChange;
import io.modelrunner.control.KeepAlive;
import io.modelrunner.control.ModelConfiguration;
import io.modelrunner.control.Setting;
import io.modelrunner.control.Speculative;
import io.modelrunner.control.Vllm;
import io.modelrunner.testing.Recordings;
import io.modelrunner.testing.Script;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A change of a configuration changes what it names, though the runner replaces all of it. */
@Timeout(30)
class ConfigureTest {
    private static final String MODEL = ConfigurableRunner.MODEL;
    private static final ConfigurationChange LARGER =
            ConfigurationChange.builder().contextSize(4_096).build();

    private final ConfigurableRunner runner = new ConfigurableRunner();

    @AfterEach
    void close() {
        runner.close();
    }

    /** Trap 14: what is sent replaces all that is stored. */
    @Test
    void whatIsNotNamedStaysAlsoWhereItHasNoNameHere() {
        runner.stored(
                "completion",
                "{\"context-size\":1024,\"runtime-flags\":[\"--temp\",\"0.2\"],\"keep_alive\":\"10m0s\","
                        + "\"llamacpp\":{\"reasoning-budget\":5,\"later\":true},\"newer\":{\"a\":[1.50]}}");

        ModelConfiguration now = runner.control().configure(MODEL, LARGER);

        assertThat(runner.posted().get(0).path()).isEqualTo("/engines/llama.cpp/_configure");
        assertThat(runner.sent())
                .containsEntry("model", MODEL)
                .containsEntry("mode", "completion")
                .containsEntry("context-size", new BigDecimal(4_096).stripTrailingZeros())
                .containsEntry("runtime-flags", List.of("--temp", "0.2"))
                .containsEntry("keep_alive", "10m0s")
                .containsEntry("llamacpp", Map.of("reasoning-budget", new BigDecimal(5), "later", true))
                .containsEntry("newer", Map.of("a", List.of(new BigDecimal("1.5"))));
        assertThat(now.contextSize()).hasValue(4_096);
        assertThat(now.runtimeFlags()).containsExactly("--temp", "0.2");
        assertThat(now.keepAlive()).contains(KeepAlive.parse("10m"));
        assertThat(now.reasoningBudget()).hasValue(5);
        assertThat(now.modelId()).contains(ConfigurableRunner.ID);
    }

    @Test
    void everySettingIsSentAndReadBack() {
        ConfigurationChange change = ConfigurationChange.builder()
                .contextSize(2_048)
                .runtimeFlags("--temp=0.1", "--jinja")
                .keepAlive(KeepAlive.parse("1h30m"))
                .reasoningBudget(-1)
                .speculative(Speculative.builder()
                        .draftModel("ai/draft")
                        .tokens(4)
                        .minAcceptanceRate(0.5)
                        .build())
                .vllm(Vllm.builder()
                        .hfOverride("rope", "{\"type\": \"yarn\"}")
                        .gpuMemoryUtilization(0.8)
                        .build())
                .build();

        ModelConfiguration now = runner.control().configure(MODEL, change);

        assertThat(runner.posted().get(0).path()).isEqualTo("/engines/_configure");
        assertThat(JsonValues.object(runner.posted().get(0).body()))
                .isEqualTo(
                        JsonValues.object(
                                "{\"model\":\"ai/tiny\",\"mode\":\"completion\",\"context-size\":2048,"
                                        + "\"runtime-flags\":[\"--temp=0.1\",\"--jinja\"],\"keep_alive\":\"1h30m0s\","
                                        + "\"llamacpp\":{\"reasoning-budget\":-1},"
                                        + "\"speculative\":{\"draft_model\":\"ai/draft\",\"num_tokens\":4,\"min_acceptance_rate\":0.5},"
                                        + "\"vllm\":{\"hf-overrides\":{\"rope\":{\"type\":\"yarn\"}},\"gpu-memory-utilization\":0.8}}"));
        assertThat(now.runtimeFlags()).containsExactly("--temp=0.1", "--jinja");
        assertThat(now.speculative()).isEqualTo(change.speculative());
        assertThat(now.vllm().orElseThrow().gpuMemoryUtilization()).isEqualTo(OptionalDouble.of(0.8));
        assertThat(now.vllm().orElseThrow().hfOverrides()).containsOnlyKeys("rope");
        assertThat(now.reasoningBudget()).hasValue(-1);
    }

    @Test
    void partOfABlockIsChangedAlone() {
        runner.stored(
                "completion",
                "{\"speculative\":{\"draft_model\":\"ai/draft\",\"num_tokens\":4},"
                        + "\"vllm\":{\"hf-overrides\":{\"a\":1},\"gpu-memory-utilization\":0.8}}");

        runner.control()
                .configure(
                        MODEL,
                        ConfigurationChange.builder()
                                .speculative(Speculative.builder().tokens(7).build())
                                .vllm(Vllm.builder().hfOverride("b", "2").build())
                                .build());

        assertThat(runner.sent())
                .containsEntry("speculative", Map.of("draft_model", "ai/draft", "num_tokens", new BigDecimal(7)))
                .containsEntry(
                        "vllm",
                        Map.of(
                                "hf-overrides",
                                Map.of("a", new BigDecimal(1), "b", new BigDecimal(2)),
                                "gpu-memory-utilization",
                                new BigDecimal("0.8")));
    }

    @Test
    void settingsAreCleared() {
        runner.stored(
                "completion",
                "{\"context-size\":1024,\"runtime-flags\":[\"--jinja\"],\"keep_alive\":\"10m0s\","
                        + "\"llamacpp\":{\"reasoning-budget\":5},\"speculative\":{\"draft_model\":\"ai/a\",\"num_tokens\":2},"
                        + "\"vllm\":{\"gpu-memory-utilization\":0.8}}");

        ModelConfiguration now = runner.control()
                .configure(
                        MODEL,
                        ConfigurationChange.builder()
                                .reset(Setting.values())
                                .speculative(Speculative.of("ai/b"))
                                .build());

        assertThat(runner.sent())
                .containsOnlyKeys("model", "mode", "speculative")
                .containsEntry("speculative", Map.of("draft_model", "ai/b"));
        assertThat(now.contextSize()).isEmpty();
        assertThat(now.runtimeFlags()).isEmpty();
        assertThat(now.keepAlive()).isEmpty();
    }

    @Test
    void noFlagsClearsThem() {
        runner.stored("completion", "{\"runtime-flags\":[\"--jinja\"],\"context-size\":7}");

        runner.control()
                .configure(MODEL, ConfigurationChange.builder().runtimeFlags().build());

        assertThat(runner.sent()).containsOnlyKeys("model", "mode", "context-size");
    }

    @Test
    void clearingWhatIsNotStoredStoresNothing() {
        ModelConfiguration now = runner.control()
                .configure(
                        MODEL, ConfigurationChange.builder().reset(Setting.VLLM).build());

        assertThat(runner.posted()).isEmpty();
        assertThat(now).hasToString("ModelConfiguration[llama.cpp, completion]");
    }

    @Test
    void whatIsStoredAlreadyIsNotStoredAgain() {
        runner.stored("completion", "{\"context-size\":4096,\"keep_alive\":\"10m0s\"}");

        ModelConfiguration now = runner.control()
                .configure(
                        MODEL,
                        ConfigurationChange.builder()
                                .contextSize(4_096)
                                .keepAlive(KeepAlive.parse("600s"))
                                .build());

        assertThat(runner.posted()).isEmpty();
        assertThat(now.contextSize()).hasValue(4_096);
    }

    /** Trap 15: chats and embeddings of one model are two processes. */
    @Test
    void eachPurposeHasAConfigurationOfItsOwn() {
        runner.stored("completion", "{\"context-size\":1024}");

        ModelConfiguration now = runner.control()
                .configure(
                        MODEL,
                        ConfigurationChange.builder()
                                .purpose(Purpose.EMBEDDING)
                                .keepAlive(KeepAlive.forever())
                                .build());

        assertThat(runner.sent()).containsEntry("mode", "embedding").doesNotContainKey("context-size");
        assertThat(now.mode()).isEqualTo("embedding");
        assertThat(runner.control().configuration(MODEL, Purpose.CHAT)).isEmpty();
    }

    /** Trap 14: a configuration for a model that is not there is answered with 202. */
    @Test
    void modelThatIsNotThereIsToldBeforeAnythingIsStored() {
        runner.server().on("/models/ai/nosuch:latest", Script.replay(Recordings.load("models/inspect-unknown")));

        assertThatThrownBy(() -> runner.control().configure("ai/nosuch", LARGER))
                .isInstanceOf(ModelNotFoundException.class)
                .hasMessageContaining("docker model pull ai/nosuch");
        assertThat(runner.posted()).isEmpty();
    }

    /** Trap 28: a name must not become another path. */
    @ParameterizedTest
    @ValueSource(strings = {"../engines/ps", "ai/tiny?remote=true", "a#b", "a//b", "/a", "-a", "a\\b", "a%2Fb", "a b"})
    void nameThatIsNoneLeadsNowhere(String name) {
        assertThatThrownBy(() -> runner.control().configure(name, LARGER))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.field()).isEqualTo("model"));
        assertThat(runner.server().requests())
                .noneMatch(request -> request.path().startsWith("/models"));
    }

    @ParameterizedTest
    @CsvSource({
        "purge, /models/ai/purge:latest",
        "create, /models/ai/create:latest",
        "ai/tag, /models/ai/tag:latest",
        "x/export:v1, /models/x/export:v1",
        "host:5000/a/b, /models/host:5000/a/b:latest",
        "0123456789ab, /models/0123456789ab"
    })
    void nameOfAnActionIsAskedWithItsTag(String name, String path) {
        assertThatThrownBy(() -> runner.control().configure(name, LARGER)).isNotNull();
        assertThat(runner.server().lastRequest().path()).isEqualTo(path);
    }

    /** Trap 14: the engine of the address decides which flags are allowed. */
    @Test
    void engineIsThatOfTheChange() {
        runner.servedBy("vllm", "safetensors");

        ModelConfiguration now = runner.control()
                .configure(
                        MODEL,
                        ConfigurationChange.builder()
                                .engine("vllm")
                                .runtimeFlags("--enforce-eager")
                                .build());

        assertThat(runner.posted().get(0).path()).isEqualTo("/engines/vllm/_configure");
        assertThat(now.engine()).isEqualTo("vllm");
    }

    @Test
    void engineIsThatWhichTheModelHasAlready() {
        runner.servedBy("vllm", "safetensors").stored("completion", "{\"runtime-flags\":[\"--enforce-eager\"]}");

        runner.control().configure(MODEL, LARGER);

        assertThat(runner.posted().get(0).path()).isEqualTo("/engines/vllm/_configure");
        assertThat(runner.sent()).containsEntry("runtime-flags", List.of("--enforce-eager"));
    }

    @Test
    void settingsOfAnEngineThatDoesNotServeTheModelAreNotTaken() {
        runner.servedBy("vllm", "gguf").stored("completion", "{\"runtime-flags\":[\"--enforce-eager\"]}");

        assertThatThrownBy(() -> runner.control().configure(MODEL, LARGER))
                .isInstanceOf(OperationMissingException.class); // the stand-in stores it for vLLM, as it was told
        assertThat(runner.posted().get(0).path()).isEqualTo("/engines/_configure");
        assertThat(runner.sent()).doesNotContainKey("runtime-flags");
    }

    /** Trap 17: a path that is not there, and a method that is not, are the same 404. */
    @Test
    void runnerThatCannotTellWhatIsStoredIsNotConfigured() {
        runner.server().on("/engines/_configure", Script.replay(Recordings.load("inference/wrong-method")));

        assertThatThrownBy(() -> runner.control().configure(MODEL, LARGER))
                .isInstanceOf(OperationMissingException.class)
                .hasMessageContainingAll("can't tell how ai/tiny is configured", "nothing was changed", "update");
        assertThat(runner.posted()).isEmpty();
    }

    @Test
    void settingThatTheRunnerDoesNotKeepIsTold() {
        runner.without("keep_alive");

        assertThatThrownBy(() -> runner.control().configure(MODEL, ConfigurationChange.of(KeepAlive.forever())))
                .isInstanceOf(OperationMissingException.class)
                .hasMessageContainingAll("has not kept what was asked for: keep-alive", "update the runner");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "runtime flag \"--model\" is not allowed for backend \"llama.cpp\"",
                "invalid runtime flag \"a/b\": paths are not allowed (contains '/' or '\\\\')",
                "invalid flag \"--seed=-l\": value cannot start with '-' unless followed by a digit",
                "invalid hf_overrides nested key \"b-c\" in \"a\": must contain only alphanumeric characters"
            })
    void refusedSettingIsToldInTheRunnersWords(String words) {
        runner.refusing(exchange -> exchange.answer(500, "text/plain; charset=utf-8", words + "\n"));

        assertThatThrownBy(() -> runner.control().configure(MODEL, LARGER))
                .isExactlyInstanceOf(InvalidConfigurationException.class)
                .hasMessageContainingAll(
                        "refused the settings for the model ai/tiny: " + words, "leave the setting out");
        assertThat(runner.posted()).hasSize(1);
    }

    @Test
    void otherConflictIsARefusal() {
        runner.refusing(exchange -> exchange.answer(409, "text/plain", "something else\n"));

        assertThatThrownBy(() -> runner.control().configure(MODEL, LARGER))
                .isExactlyInstanceOf(RequestRefusedException.class);
    }

    /** Trap 14, as it stands in the recording: the engine does not start with it, and nobody is told before. */
    @Test
    void contextSizeThatTheEngineDiesOfIsRefusedHere() {
        assertThat(Recordings.load("engines/configure-context-unlimited")
                        .response()
                        .status())
                .isEqualTo(202);
        assertThatThrownBy(() -> ConfigurationChange.builder().contextSize(-1))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("contextSize must be between 1 and");
    }

    @Test
    void whatOthersStoredOutOfBoundsIsReadAndKept() {
        runner.stored(
                "completion",
                "{\"context-size\":-1,\"speculative\":{\"draft_model\":\"\",\"num_tokens\":-3,\"min_acceptance_rate\":7},"
                        + "\"vllm\":{\"hf-overrides\":{\"a-b\":1},\"gpu-memory-utilization\":7},\"keep_alive\":\"?\"}");

        ModelConfiguration found =
                runner.control().configuration(MODEL, Purpose.CHAT).orElseThrow();
        assertThat(found.contextSize()).hasValue(-1);
        assertThat(found.keepAlive()).isEmpty();
        assertThat(found.vllm().orElseThrow().hfOverrides()).isEmpty();

        runner.control()
                .configure(
                        MODEL, ConfigurationChange.builder().reasoningBudget(0).build());
        assertThat(runner.sent())
                .containsEntry("context-size", new BigDecimal(-1))
                .containsEntry("keep_alive", "?")
                .containsEntry(
                        "speculative",
                        Map.of(
                                "draft_model",
                                "",
                                "num_tokens",
                                new BigDecimal(-3),
                                "min_acceptance_rate",
                                new BigDecimal(7)));
    }
}
