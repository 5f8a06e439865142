package io.modelrunner.testing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @Test
    void valuesCompareByWhatTheyMean() {
        assertThat(Json.read("{\"a\":[1.0,true,null],\"b\":\"\\u00e4\"}"))
                .isEqualTo(Json.read(" {\"b\":\"ä\", \"a\":[1e0, true, null]} "))
                .isNotEqualTo(Json.read("{\"a\":[1,true],\"b\":\"ä\"}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{} {}", "[1,", "nul", "{\"a\":}"})
    void whatIsNoJsonIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Json.read(text));
    }
}
