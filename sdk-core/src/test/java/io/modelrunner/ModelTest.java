package io.modelrunner;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelTest {
    private static final Instant THEN = Instant.parse("2025-04-01T12:00:00Z");

    @Test
    void onlyTheNameIsAlwaysThere() {
        Model model = Model.builder(ModelName.of("tiny")).build();

        assertThat(model.created()).isEmpty();
        assertThat(model.owner()).isEmpty();
        assertThat(model.architecture()).isEmpty();
        assertThat(model.parameters()).isEmpty();
        assertThat(model.quantization()).isEmpty();
        assertThat(model.size()).isEmpty();
        assertThat(model.contextTokens()).isEmpty();
        assertThat(model.bytes()).isEmpty();
        assertThat(model.id()).isEmpty();
        assertThat(model.tags()).isEmpty();
        assertThat(model.format()).isEmpty();
        assertThat(model.metadata()).isEmpty();
        assertThat(model).hasToString("Model[tiny]");
    }

    @Test
    void builderOfAModelHasAllThatIsKnown() {
        Model model = full().toBuilder().build();

        assertThat(model.name()).isEqualTo(ModelName.of("ai/smollm2"));
        assertThat(model.created()).contains(THEN);
        assertThat(model.owner()).contains("docker");
        assertThat(model.architecture()).contains("llama");
        assertThat(model.parameters()).contains("361.82M");
        assertThat(model.quantization()).contains("MOSTLY_Q8_0");
        assertThat(model.size()).contains("256.35MiB");
        assertThat(model.contextTokens()).hasValue(8_192);
        assertThat(model.bytes()).hasValue(268_803_000L);
        assertThat(model.id()).contains("sha256:1");
        assertThat(model.tags()).containsExactly(ModelName.of("ai/smollm2"), ModelName.of("ai/mine"));
        assertThat(model.format()).contains("gguf");
        assertThat(model.metadata()).containsOnly(Map.entry("general.architecture", "llama"));
        assertThat(model).hasToString("Model[ai/smollm2, llama, 361.82M, MOSTLY_Q8_0, context 8192]");
    }

    private static Model full() {
        return Model.builder(ModelName.of("ai/smollm2"))
                .created(THEN)
                .owner("docker")
                .architecture("llama")
                .parameters("361.82M")
                .quantization("MOSTLY_Q8_0")
                .size("256.35MiB")
                .contextTokens(8_192)
                .bytes(268_803_000L)
                .id("sha256:1")
                .tags(List.of(ModelName.of("ai/smollm2"), ModelName.of("ai/mine")))
                .format("gguf")
                .metadata(Map.of("general.architecture", "llama"))
                .build();
    }
}
