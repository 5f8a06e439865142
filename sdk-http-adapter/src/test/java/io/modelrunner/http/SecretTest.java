package io.modelrunner.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretTest {
    private static final Secret SECRET = Secret.of("dckr/pat+secret==");

    @ParameterizedTest
    @CsvSource({
        "'denied for dckr/pat+secret==, ask again', 'denied for …, ask again'",
        "'Get \"https://auth/token?refresh_token=dckr%2Fpat%2Bsecret%3D%3D\": EOF', 'Get \"https://auth/token?refresh_token=…\": EOF'",
        "'cut off: dckr/pat+sec', 'cut off: …'",
        "'cut off: dckr/pat+sec…', 'cut off: …'",
        "'cut off: dckr%2Fpat', 'cut off: …'",
        "'a docker is no secret', 'a docker is no secret'",
    })
    void isInNoText(String text, String shown) {
        assertThat(SECRET.outOf(text)).isEqualTo(shown);
    }

    @Test
    void noneLeavesTextsAsTheyAre() {
        assertThat(Secret.none().outOf("dckr/pat")).isEqualTo("dckr/pat");
    }
}
