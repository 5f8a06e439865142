package io.modelrunner.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelrunner.InvalidRequestException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExtraFieldsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "model",
                "messages",
                "stream",
                "stream_options",
                "n",
                "temperature",
                "top_p",
                "top_k",
                "min_p",
                "seed",
                "max_tokens",
                "stop",
                "presence_penalty",
                "frequency_penalty",
                "logit_bias",
                "tools",
                "tool_choice",
                "parallel_tool_calls",
                "response_format"
            })
    void nameThatTheSdkHasIsRefused(String name) {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> ExtraFields.name(name))
                .withMessage("extra field must be one that the SDK has no name for, and not n, but is \"" + name + '"');
    }

    @ParameterizedTest
    @ValueSource(strings = {"grammar", "n_predict", "N", "mirostat.tau", "chat_template_kwargs", "x-y"})
    void otherNameIsTaken(String name) {
        assertThat(ExtraFields.name(name)).isEqualTo(name);
    }

    @Test
    void valueIsCopied() {
        List<Object> items = new ArrayList<>(Arrays.asList(1, null, "a"));
        Map<String, Object> fields = new HashMap<>();
        fields.put("items", items);
        fields.put("none", null);
        Object copy = ExtraFields.value("x", fields);
        items.clear();
        fields.clear();

        assertThat(copy).isInstanceOfSatisfying(Map.class, map -> {
            assertThat(map.get("items")).isEqualTo(Arrays.asList(1, null, "a"));
            assertThat(map.containsKey("none")).isTrue();
            assertThatThrownBy(map::clear).isInstanceOf(UnsupportedOperationException.class);
        });
    }

    @Test
    void mapKeysBecomeTexts() {
        assertThat(ExtraFields.value("x", Map.of(1, 2))).isEqualTo(Map.of("1", 2));
    }

    @Test
    void valueThatHoldsItselfIsRefused() {
        List<Object> itself = new ArrayList<>();
        itself.add(itself);

        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> ExtraFields.value("x", itself))
                .withMessage("extra field x must be nested at most 32 deep, but is deeper");
    }

    @Test
    void numberThatJsonLacksIsRefusedAtAnyDepth() {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> ExtraFields.value("x", List.of(Map.of("a", Float.NaN))))
                .withMessage("extra field x must be finite, but is NaN");
    }
}
