package io.modelrunner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BytesTest {
    @ParameterizedTest
    @CsvSource({
        "0B, 0",
        "512B, 512",
        "3.69kB, 3690",
        "26.19MB, 26190000",
        "1.5 GB, 1500000000",
        "973.50KiB, 996864",
        "24.95MiB, 26161971",
        "2TB, 2000000000000",
        "' 1 PB ', 1000000000000000"
    })
    void sizesAreRead(String text, long bytes) {
        assertThat(Bytes.parse(text)).hasValue(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "B", "1", "-1B", "1XB", "1,5MB", "1e9B", "1.2.3MB", "9999999999999B", "NaNMB"})
    void otherTextIsNone(String text) {
        assertThat(Bytes.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"999999999999PB", "999999999999PiB"})
    void sizeThatNoNumberHoldsIsNone(String text) {
        assertThat(Bytes.parse(text)).isEmpty();
    }
}
