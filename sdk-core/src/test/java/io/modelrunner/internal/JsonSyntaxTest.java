package io.modelrunner.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.modelrunner.InvalidRequestException;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonSyntaxTest {
    private static final int LONGEST = 1_000_000;
    private static final String SCHEMA = """
            {"type": "object", "required": ["a"], "properties": {
              "a": {"type": "string", "pattern": "^\\\\d+\\u00e4\\n\\"$", "default": null},
              "b": {"enum": [1, -2.5, 0, 1e9, -0.1E-7, true, false, {}, [], [[]]]}}}
            """;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                " \t\r\n{ } ",
                "{\"a\":1}",
                "{\"a\":-0.5e+10,\"b\":[],\"c\":[1,[2,{}]]}",
                "{\"\":\"\"}",
                "{\"a\" : \"\\u00e4 \\\" \\\\ \\/ \\b\\f\\n\\r\\t ä 😀\"}",
                "{\"a\":true,\"b\":false,\"c\":null}"
            })
    void objectIsAccepted(String json) {
        assertThat(JsonSyntax.object(json, LONGEST, "schema")).isSameAs(json);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "null",
                "\"{}\"",
                "  ",
                "{ ",
                "}{",
                "{}{}",
                "{},",
                "{} x",
                "{}\0",
                "\0{}",
                "{a:1}",
                "{'a':1}",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{,}",
                "{\"a\":1 \"b\":2}",
                "{\"a\":[1,]}",
                "{\"a\":[1}",
                "{\"a\":01}",
                "{\"a\":+1}",
                "{\"a\":.5}",
                "{\"a\":1.}",
                "{\"a\":1e}",
                "{\"a\":-}",
                "{\"a\":NaN}",
                "{\"a\":True}",
                "{\"a\":nul}",
                "{\"a\":truely}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12\"}",
                "{\"a\":\"\\u12g4\"}",
                "{\"a\":\"\\u\u0661\u0661\u0661\u0661\"}",
                "{\"a\":\"\\",
                "{\"a\":\"\\u",
                "{\"a\":\"line\nend\"}",
                "{\"a\":\"open}",
                "{\"a\":1} // comment",
                "\ufeff{}"
            })
    void otherTextIsRefused(String json) {
        InvalidRequestException refusal =
                catchThrowableOfType(InvalidRequestException.class, () -> JsonSyntax.object(json, LONGEST, "schema"));

        assertThat(refusal.field()).isEqualTo("schema");
        assertThat(refusal.bound()).isEqualTo("a JSON object");
        assertThat(refusal.value()).matches("not one at character [1-9]\\d*");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '#',
            value = {"#{\"a\":tru}#, 6", "#{\"a\" 1}#, 6", "#{} x#, 4", "#[1]#, 1", "#{\"a\":1#, 6"})
    void refusalNamesThePlace(String json, int character) {
        InvalidRequestException refusal =
                catchThrowableOfType(InvalidRequestException.class, () -> JsonSyntax.object(json, LONGEST, "schema"));

        assertThat(refusal.value()).isEqualTo("not one at character " + character);
    }

    @Test
    void depthIsBounded() {
        assertThatNoException().isThrownBy(() -> JsonSyntax.object(nested(64), LONGEST, "schema"));
        assertThat(catchThrowableOfType(
                        InvalidRequestException.class, () -> JsonSyntax.object(nested(65), LONGEST, "schema")))
                .isNotNull();
        assertThat(catchThrowableOfType(
                        InvalidRequestException.class, () -> JsonSyntax.object(nested(100_000), LONGEST, "schema")))
                .isNotNull();
    }

    private static String nested(int depth) {
        return "{\"a\":" + "[".repeat(depth) + "]".repeat(depth) + "}";
    }

    @Test
    void longValuesNeedNoStack() {
        String digits = "{\"a\":" + "1".repeat(900_000) + "}";
        String text = "{\"a\":\"" + "\\n".repeat(400_000) + "\"}";

        assertThat(JsonSyntax.object(digits, LONGEST, "schema")).isSameAs(digits);
        assertThat(JsonSyntax.object(text, LONGEST, "schema")).isSameAs(text);
    }

    @Test
    void nothingIsAProgrammingError() {
        assertThatNullPointerException()
                .isThrownBy(() -> JsonSyntax.object(null, LONGEST, "schema"))
                .withMessage("schema");
    }

    @RepeatedTest(20)
    void mutatedSchemaIsAcceptedOrRefused(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        for (int i = 0; i < 500; i++) {
            String json = mutated(random);
            try {
                JsonSyntax.object(json, LONGEST, "schema");
            } catch (InvalidRequestException refusal) {
                assertThat(refusal.field()).as(json).isEqualTo("schema");
            }
        }
    }

    private static String mutated(Random random) {
        StringBuilder json = new StringBuilder(SCHEMA);
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            int at = random.nextInt(json.length());
            switch (random.nextInt(4)) {
                case 0 -> json.deleteCharAt(at);
                case 1 -> json.insert(at, json.charAt(random.nextInt(json.length())));
                case 2 -> json.setCharAt(at, (char) random.nextInt(0x10000));
                default -> json.setLength(Math.max(at, SCHEMA.length() / 8));
            }
        }
        return json.toString();
    }
}
