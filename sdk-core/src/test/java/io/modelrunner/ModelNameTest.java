package io.modelrunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Docker Model Runner makes of a name, as it was seen on the running server. */
class ModelNameTest {
    private static final String DIGITS = "0123456789abcdef".repeat(4);

    @ParameterizedTest
    @CsvSource({
        "smollm2, docker.io/ai/smollm2:latest",
        "SmolLM2, docker.io/ai/smollm2:latest",
        "ai/smollm2, docker.io/ai/smollm2:latest",
        "ai/smollm2:, docker.io/ai/smollm2:latest",
        "docker.io/smollm2, docker.io/ai/smollm2:latest",
        "docker.io/ai/smollm2:latest, docker.io/ai/smollm2:latest",
        "index.docker.io/ai/smollm2, docker.io/ai/smollm2:latest",
        "INDEX.docker.io/AI/SmolLM2, docker.io/ai/smollm2:latest",
        "SmolLM2:135M-Q4_0, docker.io/ai/smollm2:135M-Q4_0",
        "docker.io/library/smollm2, docker.io/library/smollm2:latest",
        "myorg/model:v1, docker.io/myorg/model:v1",
        "MYORG/model:v1, docker.io/myorg/model:v1",
        "a/b/c:d, docker.io/a/b/c:d",
        "registry.example.com/team/m, registry.example.com/team/m:latest",
        "localhost:5000/team/m:x, localhost:5000/team/m:x",
        "localhost:5000/m, localhost:5000/m:latest",
        "localhost/team/m:x, localhost/team/m:x",
        "registry-1.docker.io/ai/q, registry-1.docker.io/ai/q:latest",
        "hf.co/Bartowski/X-GGUF:Q4_K_M, huggingface.co/bartowski/x-gguf:Q4_K_M",
        "huggingface.co/bartowski/x-gguf, huggingface.co/bartowski/x-gguf:latest"
    })
    void nameIsStoredAs(String typed, String stored) {
        assertThat(ModelName.of(typed).canonical()).isEqualTo(stored);
    }

    @Test
    void tagBeginsBehindTheLastColon() {
        assertThat(ModelName.of("ai/SMOL:LM:Q4").canonical()).isEqualTo("docker.io/ai/smol:lm:Q4");
    }

    @ParameterizedTest
    @CsvSource({
        "smollm2, index.docker.io/ai/SmolLM2:latest, true",
        "hf.co/a/B:Q4, huggingface.co/A/b:Q4, true",
        "smollm2:135M-Q4_0, smollm2:135m-q4_0, false",
        "smollm2:LATEST, smollm2, false",
        "docker.io/library/smollm2, smollm2, false",
        "registry-1.docker.io/ai/q, docker.io/ai/q, false"
    })
    void twoNamesAreTheSameModel(String one, String other, boolean same) {
        assertThat(ModelName.of(one).sameAs(ModelName.of(other))).isEqualTo(same);
        assertThat(ModelName.of(other).sameAs(ModelName.of(one))).isEqualTo(same);
    }

    @Test
    void digestDecidesWhateverTheNameBeforeIt() {
        ModelName id = ModelName.of("sha256:" + DIGITS);

        assertThat(ModelName.of("any/name@sha256:" + DIGITS).sameAs(id)).isTrue();
        assertThat(ModelName.of("name:tag@sha256:" + DIGITS).sameAs(id)).isTrue();
        assertThat(id.canonical()).isEqualTo(id.text());
    }

    @Test
    void idsAreTwelveOrSixtyFourLowerCaseDigits() {
        assertThat(ModelName.of("deadbeefcafe").isId()).isTrue();
        assertThat(ModelName.of(DIGITS).isId()).isTrue();
        assertThat(ModelName.of("sha256:" + DIGITS).isId()).isTrue();
        assertThat(ModelName.of("deadbeefcafe").canonical()).isEqualTo("deadbeefcafe");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "deadbeefcaf",
                "deadbeefcafe0",
                "DEADBEEFCAFE",
                "sha256:deadbeefcafe",
                "smollm2",
                "ai/deadbeefcafe"
            })
    void whatOnlyLooksLikeAnIdIsAName(String text) {
        assertThat(ModelName.of(text).isId()).isFalse();
    }

    @Test
    void nameIsKeptAsTyped() {
        ModelName name = ModelName.of("AI/SmolLM2");

        assertThat(name).hasToString("AI/SmolLM2").isEqualTo(ModelName.of("AI/SmolLM2"));
        assertThat(name).isNotEqualTo(ModelName.of("ai/smollm2"));
    }

    @Test
    void nameOutOfBoundsIsRefused() {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> ModelName.of(" smollm2 "))
                .withMessage("model must be free of control characters and of white space at its ends,"
                        + " but is \" smollm2 \"");
        assertThatNullPointerException().isThrownBy(() -> ModelName.of(null)).withMessage("model");
    }

    @ParameterizedTest
    @CsvSource({
        "smollm2, ai/smollm2:latest",
        "purge, ai/purge:latest",
        "x/tag, x/tag:latest",
        "SmolLM2:135M-Q4_0, ai/SmolLM2:135M-Q4_0",
        "ai/smollm2:, ai/smollm2:latest",
        "localhost:5000/a/b, localhost:5000/a/b:latest",
        "host:5000, ai/host:5000",
        "deadbeefcafe, deadbeefcafe"
    })
    void nameForAPathIsWrittenOut(String name, String qualified) {
        assertThat(ModelName.of(name).qualified()).isEqualTo(qualified);
        assertThat(ModelName.of(qualified).sameAs(ModelName.of(name))).isTrue();
    }

    @Test
    void digestIsKeptInANameForAPath() {
        assertThat(ModelName.of("x/tag@sha256:" + DIGITS).qualified()).isEqualTo("x/tag@sha256:" + DIGITS);
        assertThat(ModelName.of("purge@sha256:" + DIGITS).qualified()).isEqualTo("ai/purge@sha256:" + DIGITS);
        assertThat(ModelName.of("sha256:" + DIGITS).qualified()).isEqualTo("sha256:" + DIGITS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "..", "../a", "a/../b", "a//b", "/a", "a/", "-a", "a?b", "a#b", "a%2fb", "a b", "a:b:c", "a@b", "é"
            })
    void nameThatWouldLeaveItsPlaceInAPathIsRefused(String name) {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> ModelName.of(name).qualified())
                .satisfies(e -> assertThat(e.field()).isEqualTo("model"));
    }
}
