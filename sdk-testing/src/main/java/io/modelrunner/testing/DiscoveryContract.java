package io.modelrunner.testing;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThatModelRunnerException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelrunner.Capability;
import io.modelrunner.Model;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.adapter.Health;
import io.modelrunner.adapter.LLMAdapter;
import java.time.Duration;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

/** Who an adapter is, whether its runner is there, and what it can do. */
abstract class DiscoveryContract extends ContractChapter {
    /** Nobody's power. */
    interface NoSuchPower {}

    @Test
    void nameIsStable() {
        assertThat(adapter().name()).isNotBlank().isEqualTo(adapter().name());
        try (LLMAdapter other = newAdapter()) {
            assertThat(other.name()).isEqualTo(adapter().name());
        }
    }

    @Test
    void healthIsUpWithinBounds() {
        long start = System.nanoTime();
        Health health = adapter().health();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        assertThat(health.status()).as(health.toString()).isEqualTo(Health.Status.UP);
        assertThat(health.speaks()).isNotEmpty();
        assertThat(health.remedies()).isEmpty();
    }

    @Test
    void healthOfNowhereIsDownWithARemedy() {
        try (LLMAdapter nowhere = nowhere()) {
            long start = System.nanoTime();
            Health health = nowhere.health();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
            assertThat(health.status()).isEqualTo(Health.Status.DOWN);
            assertThat(health.remedies()).isNotEmpty();
            assertThat(health.detail()).isNotBlank();
        }
    }

    @Test
    void modelsContainTheModel() {
        assertThat(adapter().listModels())
                .as("the models")
                .anyMatch(model -> model.name().sameAs(runner().model()));
    }

    @Test
    void modelsAreImmutable() {
        assertThatThrownBy(() -> adapter()
                        .listModels()
                        .add(Model.builder(runner().model()).build()))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void modelsOfNowhereAreUnreachable() {
        try (LLMAdapter nowhere = nowhere()) {
            assertThatModelRunnerException(nowhere::listModels)
                    .isInstanceOf(RunnerUnreachableException.class)
                    .isWorthTryingElsewhere();
        }
    }

    @Test
    void capabilitiesContainTheRequiredOnes() {
        assertThat(adapter().capabilities()).containsAll(requiredCapabilities());
    }

    @Test
    void capabilitiesAreImmutable() {
        assertThatThrownBy(() -> adapter().capabilities().addAll(EnumSet.allOf(Capability.class)))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> adapter().capabilities().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void unknownPowerIsEmpty() {
        assertThat(adapter().power(NoSuchPower.class)).isEmpty();
    }
}
