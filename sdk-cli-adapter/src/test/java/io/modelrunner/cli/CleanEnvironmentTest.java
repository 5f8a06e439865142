package io.modelrunner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class CleanEnvironmentTest {
    @Test
    void onlyWhatIsNeededIsPassed() {
        Map<String, String> clean = CleanEnvironment.of(Map.of(
                "PATH", "/bin",
                "DOCKER_HOST", "tcp://x",
                "MODEL_RUNNER_HOST", "http://x",
                "MODEL_RUNNER_TLS_CA_CERT", "/ca",
                "AWS_SECRET_ACCESS_KEY", "s",
                "HF_TOKEN", "s",
                "DOCKER_AUTH_CONFIG", "s",
                "GITHUB_TOKEN", "s",
                "LD_PRELOAD", "/x.so",
                "MODEL_RUNNER_API_KEY", "s"));
        assertThat(clean).containsOnlyKeys("PATH", "DOCKER_HOST", "MODEL_RUNNER_HOST", "MODEL_RUNNER_TLS_CA_CERT");
    }

    @Test
    void namesOfWindowsAreOfAnyCase() {
        assertThat(CleanEnvironment.of(Map.of("Path", "C:\\", "SystemRoot", "C:\\Windows", "windir", "x")))
                .containsOnlyKeys("Path", "SystemRoot", "windir");
    }
}
