package io.modelrunner.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelrunner.InvalidRequestException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Durations as Go writes them. */
class KeepAliveTest {
    @ParameterizedTest
    @CsvSource({
        "0, PT0S, 0",
        "0s, PT0S, 0",
        "0h0m0s, PT0S, 0",
        "30s, PT30S, 30s",
        "5m, PT5M, 5m0s",
        "5m0s, PT5M, 5m0s",
        "+90s, PT1M30S, 1m30s",
        "1h30m, PT1H30M, 1h30m0s",
        "1.5h, PT1H30M, 1h30m0s",
        "24h0m1.25s, PT24H1.25S, 24h0m1.25s",
        ".5s, PT0.5S, 500ms",
        "1500us, PT0.0015S, 1.5ms",
        "1µs, PT0.000001S, 0.001ms",
        "1μs, PT0.000001S, 0.001ms",
        "7ns, PT0.000000007S, 0.000007ms",
        "2562047h, PT2562047H, 2562047h0m0s"
    })
    void textIsReadAsGoDoes(String text, Duration time, String written) {
        KeepAlive read = KeepAlive.parse(text);

        assertThat(read.time()).contains(time);
        assertThat(read.isForever()).isFalse();
        assertThat(read).hasToString(written).isEqualTo(KeepAlive.of(time));
        assertThat(KeepAlive.parse(written)).isEqualTo(read).hasSameHashCodeAs(read);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "-1s", "-5m", "-0.1h"})
    void negativeTimeIsForEver(String text) {
        assertThat(KeepAlive.parse(text)).isEqualTo(KeepAlive.forever()).hasToString("-1");
        assertThat(KeepAlive.parse(text).time()).isEmpty();
    }

    @Test
    void negativeNothingIsAtOnce() {
        assertThat(KeepAlive.parse("-0s")).isEqualTo(KeepAlive.of(Duration.ZERO));
    }

    /** The second row is what the runner answers 400 to. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "s",
                "5 m",
                "5M",
                ".s",
                "1.2.3s",
                "--1s",
                "PT5M",
                "2562048h",
                "1e3s",
                "5",
                "60",
                "1d",
                "-2",
                "never",
                "5m 3s"
            })
    void otherTextIsRefused(String text) {
        assertThatThrownBy(() -> KeepAlive.parse(text))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.field()).isEqualTo("keep-alive"));
    }

    @Test
    void differentTimesDiffer() {
        assertThat(KeepAlive.parse("5m")).isNotEqualTo(KeepAlive.parse("6m")).isNotEqualTo(KeepAlive.forever());
    }
}
