package io.modelrunner.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.ModelName;
import io.modelrunner.Timeouts;
import io.modelrunner.Timeouts.Phase;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RegistryRequestTest {
    @Test
    void nameIsEnough() {
        RegistryRequest request = RegistryRequest.of("AI/SmolLM2");
        assertThat(request.model()).isEqualTo(ModelName.of("AI/SmolLM2"));
        assertThat(request.token()).isEmpty();
        assertThat(request).hasToString("RegistryRequest[AI/SmolLM2]");
    }

    @Test
    void tokenIsKeptAndNeverShown() {
        RegistryRequest request =
                RegistryRequest.builder("ai/x").token("hf_secret").build();
        assertThat(request.token()).contains("hf_secret");
        assertThat(request.toString()).contains("with a token").doesNotContain("secret");
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> RegistryRequest.builder("ai/x").token("hf_secret\n"))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret"));
    }

    @Test
    void limitsAreKept() {
        Timeouts limits = Timeouts.builder().total(Duration.ofHours(1)).build();
        RegistryRequest request =
                RegistryRequest.builder("ai/x").timeouts(limits).build();
        assertThat(request.timeouts().of(Phase.TOTAL)).contains(Duration.ofHours(1));
    }

    @Test
    void nullIsRefused() {
        assertThatNullPointerException().isThrownBy(() -> RegistryRequest.of(null));
        assertThatNullPointerException()
                .isThrownBy(() -> RegistryRequest.builder("ai/x").token(null));
        assertThatNullPointerException()
                .isThrownBy(() -> RegistryRequest.builder("ai/x").timeouts(null));
    }
}
