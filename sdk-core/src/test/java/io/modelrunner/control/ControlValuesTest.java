package io.modelrunner.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.ModelName;
import io.modelrunner.adapter.Preloader.Purpose;
import io.modelrunner.control.EngineStatus.State;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a runner tells and is told, as values. */
class ControlValuesTest {
    @ParameterizedTest
    @CsvSource({
        "Running: llama.cpp b9879, RUNNING, llama.cpp b9879",
        "Running, RUNNING, ''",
        "Error: Python not found, ERROR, Python not found",
        "Not Installed, NOT_INSTALLED, ''",
        "Not Installed: only supported on Apple Silicon, NOT_INSTALLED, only supported on Apple Silicon",
        "'Installing: downloading: 5 %', INSTALLING, downloading: 5 %",
        "Stopped: by hand, UNKNOWN, Stopped: by hand",
        "'', UNKNOWN, ''"
    })
    void stateOfAnEngineIsToldFromItsDetail(String text, State state, String detail) {
        assertThat(EngineStatus.parse("vllm", text)).isEqualTo(new EngineStatus("vllm", state, detail));
    }

    @Test
    void statusFindsItsEngines() {
        EngineStatus engine = EngineStatus.parse("llama.cpp", "Running: b1");
        RunnerStatus status = RunnerStatus.of("Docker Model Runner", "v1.2.6", List.of(engine));

        assertThat(status.engine("llama.cpp")).contains(engine);
        assertThat(status.engine("vllm")).isEmpty();
        assertThat(status).hasToString("Docker Model Runner v1.2.6\n  llama.cpp: RUNNING (b1)");
    }

    @Test
    void changeNamesWhatItChanges() {
        ConfigurationChange change = ConfigurationChange.builder()
                .contextSize(8_192)
                .speculative(Speculative.of("ai/draft"))
                .reset(Setting.VLLM)
                .build();

        assertThat(change.purpose()).isEqualTo(Purpose.CHAT);
        assertThat(change.engine()).isEmpty();
        assertThat(change.settings())
                .containsExactlyInAnyOrder(Setting.CONTEXT_SIZE, Setting.SPECULATIVE, Setting.VLLM);
        assertThat(change.contextSize()).hasValue(8_192);
        assertThat(change.keepAlive()).isEmpty();
        assertThat(change.runtimeFlags()).isEmpty();
    }

    @Test
    void keyAmongFlagsIsNotShown() {
        String[] flags = {"--api-key", "secret"};

        assertThat(ConfigurationChange.builder().runtimeFlags(flags).build().toString())
                .doesNotContain("secret");
        assertThat(ModelConfiguration.builder("llama.cpp", "completion")
                        .runtimeFlags(List.of(flags))
                        .build())
                .hasToString("ModelConfiguration[llama.cpp, completion, 2 flags]");
    }

    @Test
    void promptsAndAnswersAreNotShown() {
        RecordedTraffic traffic = RecordedTraffic.builder("1", "ai/tiny")
                .asked("POST", "/engines/v1/chat/completions", "secret")
                .answered(200, "secret", "secret")
                .time(Instant.EPOCH)
                .build();

        assertThat(traffic)
                .hasToString("RecordedTraffic[1970-01-01T00:00:00Z, POST /engines/v1/chat/completions, ai/tiny, 200]");
    }

    @Test
    void purposeIsKnownByTheRunnersWord() {
        RunningModel.Builder model = RunningModel.builder(ModelName.of("ai/tiny"));

        assertThat(model.build().purpose()).isEmpty();
        assertThat(model.mode("completion").build().purpose()).contains(Purpose.CHAT);
        assertThat(model.mode("embedding").build().purpose()).contains(Purpose.EMBEDDING);
        assertThat(model.mode("reranking").build().purpose()).contains(Purpose.RERANKING);
        assertThat(model.mode("image-generation").build().purpose()).isEmpty();
        assertThat(ModelConfiguration.builder("diffusers", "image-generation")
                        .build()
                        .mode())
                .isEqualTo("image-generation");
    }

    @Test
    void blocksAreValues() {
        Speculative speculative = Speculative.builder()
                .draftModel("ai/a")
                .tokens(3)
                .minAcceptanceRate(0.5)
                .build();
        Vllm vllm = Vllm.builder()
                .hfOverride("max_len", "4096")
                .gpuMemoryUtilization(0.8)
                .build();

        assertThat(speculative)
                .isEqualTo(Speculative.builder()
                        .draftModel("ai/a")
                        .tokens(3)
                        .minAcceptanceRate(0.5)
                        .build())
                .isNotEqualTo(Speculative.of("ai/a"))
                .hasToString("Speculative[ai/a, 3 tokens, acceptance from 0.5]");
        assertThat(vllm)
                .isEqualTo(Vllm.builder()
                        .hfOverride("max_len", "4096")
                        .gpuMemoryUtilization(0.8)
                        .build())
                .isNotEqualTo(Vllm.builder().build())
                .hasToString("Vllm[hf-overrides [max_len], GPU memory 0.8]");
    }
}
