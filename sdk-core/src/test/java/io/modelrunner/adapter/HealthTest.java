package io.modelrunner.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.Failure;
import io.modelrunner.Remedy;
import io.modelrunner.RunnerUnreachableException;
import org.junit.jupiter.api.Test;

class HealthTest {
    @Test
    void runnerThatAnswersIsUp() {
        Health health = Health.up("Docker Model Runner", "v1.0.15", "answers at http://localhost:12434");

        assertThat(health.isUp()).isTrue();
        assertThat(health.status()).isEqualTo(Health.Status.UP);
        assertThat(health.speaks()).contains("Docker Model Runner");
        assertThat(health.version()).contains("v1.0.15");
        assertThat(health.remedies()).isEmpty();
        assertThat(health).hasToString("UP: answers at http://localhost:12434");
        assertThat(Health.up("llama.cpp", null, "answers").version()).isEmpty();
    }

    @Test
    void runnerThatLoadsIsThereButNotUp() {
        Health health = Health.loading("llama.cpp", "loads its model");

        assertThat(health.isUp()).isFalse();
        assertThat(health.status()).isEqualTo(Health.Status.LOADING);
        assertThat(health.speaks()).contains("llama.cpp");
    }

    @Test
    void runnerThatIsDownSaysWhatToDo() {
        Failure failure = Failure.of("nothing answers at http://localhost:12434")
                .remedy("docker desktop enable model-runner --tcp 12434", "it is switched off")
                .build();
        Health health = Health.down(new RunnerUnreachableException(failure));

        assertThat(health.isUp()).isFalse();
        assertThat(health.speaks()).isEmpty();
        assertThat(health.remedies())
                .containsExactly(new Remedy("docker desktop enable model-runner --tcp 12434", "it is switched off"));
        assertThat(health).hasToString("DOWN: nothing answers at http://localhost:12434");
    }
}
