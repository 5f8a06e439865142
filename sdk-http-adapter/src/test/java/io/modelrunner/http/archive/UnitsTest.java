package io.modelrunner.http.archive;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitsTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "999, 999",
        "1000, 1K",
        "167504, 167.50K",
        "935040, 935.04K",
        "361820000, 361.82M",
        "999999999, 1000M",
        "8030261248, 8.03B",
        "1000000000000, 1T",
        "9223372036854775807, 9223.37Q"
    })
    void parametersAreCountedInThousands(long count, String text) {
        assertThat(Units.parameters(count)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0B",
        "999, 999B",
        "1000, 1KB",
        "1023, 1.02KB",
        "1024, 1KiB",
        "336896, 329KiB",
        "996864, 973.50KiB",
        "1000000, 1MB",
        "1048576, 1MiB",
        "268803571, 256.35MiB",
        "1150976, 1.10MiB",
        "5368709120, 5GiB"
    })
    void bytesAreCountedInWhatIsNearest(long count, String text) {
        assertThat(Units.bytes(count)).isEqualTo(text);
    }
}
