package io.modelrunner.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DockerConditionTest {
    private final AtomicInteger builds = new AtomicInteger();

    @Test
    void testsRunWhereAnEngineAnswers() {
        assertThat(condition(true).evaluate(false, builds::incrementAndGet).isDisabled())
                .isFalse();
        assertThat(builds).hasValue(1);
    }

    @Test
    void testsAreSkippedWithoutEngine() {
        assertThat(condition(false).evaluate(false, builds::incrementAndGet).isDisabled())
                .isTrue();
        assertThat(builds).hasValue(0);
    }

    @Test
    void testsFailWithoutEngineWhereOneIsDemanded() {
        assertThatIllegalStateException()
                .isThrownBy(() -> condition(false).evaluate(true, builds::incrementAndGet))
                .withMessageContaining("-Dmodel-runner.it.required=true");
    }

    private static DockerCondition condition(boolean engineAnswers) {
        return new DockerCondition(() -> engineAnswers);
    }
}
