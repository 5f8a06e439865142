package io.modelrunner.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JsonParser;

class JsonTest {
    @ParameterizedTest
    @ValueSource(ints = {0x20, 0x80, 0x800, 0x10000, 0x20000})
    void mostBytesAreNeverFewerThanThereAre(int below) {
        StringBuilder text = new StringBuilder();
        for (int c = Math.max(0, below - 300); c < below; c++) {
            if (c < 0xD800 || c > 0xDFFF) {
                text.appendCodePoint(c);
            }
        }
        int around = "{\"a\":}".length();
        int written = Json.write(json -> json.writeStringProperty("a", text.toString())).length - around;
        assertThat(Json.mostBytes(text.toString())).isBetween((long) written, written * 4L);
    }

    @Test
    void plainTextIsCountedExactly() {
        assertThat(Json.mostBytes("Hello, Grüße")).isEqualTo(16);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cut \uD83E", "\uDD99 cut", "\uD83E in the middle"})
    void halfACharacterIsEscaped(String text) {
        byte[] json = Json.write(object -> object.writeStringProperty("a", text));
        assertThat(new String(json, UTF_8).toLowerCase(Locale.ROOT)).containsAnyOf("\\ud83e", "\\udd99");
        assertThat(Json.mostBytes(text)).isGreaterThanOrEqualTo(json.length - "{\"a\":}".length());
        try (JsonParser parser = Json.parser(json, 0, json.length)) {
            parser.nextToken();
            parser.nextName();
            parser.nextToken();
            assertThat(parser.getString()).isEqualTo(text);
        }
    }
}
