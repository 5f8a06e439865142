package io.modelrunner.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class DockerConditionTest {
    @Test
    void testsRunWhereAnEngineAnswers() {
        assertThat(new DockerCondition(() -> true).evaluate(true).isDisabled()).isFalse();
    }

    @Test
    void testsAreSkippedWithoutEngine() {
        assertThat(new DockerCondition(() -> false).evaluate(false).isDisabled())
                .isTrue();
    }

    @Test
    void testsFailWithoutEngineWhereOneIsDemanded() {
        DockerCondition condition = new DockerCondition(() -> false);
        assertThatThrownBy(() -> condition.evaluate(true)).hasMessageContaining("no Docker engine answers");
    }
}
