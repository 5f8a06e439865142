package io.modelrunner.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.ContainerConfig;
import org.junit.jupiter.api.Test;

class CommittedRunnerTest {
    @Test
    void variablesOfTheTestAreAsInTheImageOrEmpty() {
        ContainerConfig container =
                config("HF_TOKEN=a=b", "PATH=/mine", "HOME=/home", "MODELS_PATH=/m", "DO_NOT_TRACK=1");
        ContainerConfig image = config("PATH=/bin", "HOME=/home");

        assertThat(CommittedRunner.cleared(container, image)).containsExactly("HF_TOKEN=", "PATH=/bin");
    }

    @Test
    void imageWithoutVariablesIsOne() {
        assertThat(CommittedRunner.cleared(config("HF_TOKEN=secret"), null)).containsExactly("HF_TOKEN=");
        assertThat(CommittedRunner.cleared(config("HF_TOKEN=secret"), new ContainerConfig()))
                .containsExactly("HF_TOKEN=");
        assertThat(CommittedRunner.cleared(new ContainerConfig(), null)).isEmpty();
    }

    private static ContainerConfig config(String... variables) {
        return new ContainerConfig().withEnv(variables);
    }
}
