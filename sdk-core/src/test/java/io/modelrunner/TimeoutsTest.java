package io.modelrunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.modelrunner.Timeouts.Phase;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TimeoutsTest {
    @Test
    void eachWaitHasAnEndByDefault() {
        Timeouts timeouts = Timeouts.defaults();

        assertThat(timeouts.of(Phase.QUEUE)).contains(Duration.ofMinutes(2));
        assertThat(timeouts.of(Phase.CONNECT)).contains(Duration.ofSeconds(2));
        assertThat(timeouts.of(Phase.LOAD)).contains(Duration.ofMinutes(5));
        assertThat(timeouts.of(Phase.FIRST_TOKEN)).contains(Duration.ofMinutes(2));
        assertThat(timeouts.of(Phase.BETWEEN_TOKENS)).contains(Duration.ofSeconds(60));
        assertThat(timeouts.of(Phase.TOTAL)).isEmpty();
        assertThat(timeouts.of(Phase.ANSWER)).contains(Duration.ofMinutes(10));
    }

    @Test
    void eachPhaseHasItsSetter() {
        Timeouts timeouts = Timeouts.builder()
                .queue(Duration.ofSeconds(1))
                .connect(Duration.ofSeconds(2))
                .load(Duration.ofSeconds(3))
                .firstToken(Duration.ofSeconds(4))
                .betweenTokens(Duration.ofSeconds(5))
                .total(Duration.ofSeconds(6))
                .answer(Duration.ofSeconds(7))
                .build();

        for (Phase phase : Phase.values()) {
            assertThat(timeouts.of(phase)).contains(Duration.ofSeconds(phase.ordinal() + 1));
        }
    }

    @Test
    void limitsOfTheRequestStandOverThoseOfTheClient() {
        Timeouts client = Timeouts.builder()
                .connect(Duration.ofSeconds(1))
                .total(Duration.ofHours(1))
                .build();
        Timeouts request = Timeouts.builder().total(Duration.ofMinutes(1)).build();

        Timeouts both = request.over(client);

        assertThat(both.of(Phase.CONNECT)).contains(Duration.ofSeconds(1));
        assertThat(both.of(Phase.TOTAL)).contains(Duration.ofMinutes(1));
        assertThat(both.of(Phase.LOAD)).contains(Duration.ofMinutes(5));
        assertThat(Timeouts.defaults().over(client)).isEqualTo(client);
        assertThat(client.over(Timeouts.defaults())).isEqualTo(client);
    }

    @Test
    void builderOfTimeoutsLeavesThemAsTheyWere() {
        Timeouts before = Timeouts.builder().connect(Duration.ofSeconds(1)).build();
        Timeouts.Builder builder = before.toBuilder().load(Duration.ofSeconds(9));
        Timeouts after = builder.build();
        builder.load(Duration.ofSeconds(10));

        assertThat(before.of(Phase.LOAD)).contains(Duration.ofMinutes(5));
        assertThat(after.of(Phase.LOAD)).contains(Duration.ofSeconds(9));
        assertThat(after.of(Phase.CONNECT)).contains(Duration.ofSeconds(1));
        assertThat(after).isNotEqualTo(before).isEqualTo(after.toBuilder().build());
        assertThat(after).hasSameHashCodeAs(after.toBuilder().build());
        assertThat(before).hasToString("Timeouts{CONNECT=PT1S}");
    }

    @ParameterizedTest
    @EnumSource(Phase.class)
    void limitOutOfBoundsNamesItsPhase(Phase phase) {
        Duration tooLong = Duration.ofHours(24).plusNanos(1);

        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> Timeouts.builder().limit(phase, tooLong))
                .withMessage("timeout " + phase.label() + " must be between PT0.001S and PT24H, but is " + tooLong);
    }
}
