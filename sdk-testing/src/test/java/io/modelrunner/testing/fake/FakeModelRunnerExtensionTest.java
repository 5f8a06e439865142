package io.modelrunner.testing.fake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FakeModelRunnerExtensionTest {
    @RegisterExtension
    static final FakeModelRunnerExtension RUNNER =
            FakeModelRunnerExtension.of(FakeModelRunner.builder().model("ai/smollm2"));

    private static final Set<FakeModelRunner> SEEN = new HashSet<>();

    private String prepared = "";

    @BeforeEach
    void prepare(FakeModelRunner runner) {
        prepared = runner.baseUrl();
    }

    @Test
    void runnerIsMadeByTheBuilder(FakeModelRunner runner) {
        assertThat(runner.models()).containsExactly("docker.io/ai/smollm2:latest");
    }

    @Test
    void testAndItsPreparationHaveTheSameRunner(FakeModelRunner runner) {
        assertThat(runner.baseUrl()).isEqualTo(prepared);
    }

    @RepeatedTest(2)
    void everyTestHasAStateOfItsOwn(FakeModelRunner runner) {
        assertThat(SEEN.add(runner)).isTrue();
        assertThat(runner.models()).hasSize(1);
        new Asker(runner).delete("/models/purge");
        assertThat(runner.models()).isEmpty();
    }
}
