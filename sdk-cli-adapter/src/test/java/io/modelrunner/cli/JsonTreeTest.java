package io.modelrunner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTreeTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":1}",
                "\n  {\"a\":\n1}\n\n",
                "Warning: unable to read context \"x\": [1]\n{\"a\":1}",
                "[warning] {\"a\":2}\nnull and void\n{broken\n[1,\n{\"a\":1}",
                "Using local image docker/model-runner:latest\r\n{\"a\":1}\r\n"
            })
    void jsonMayComeBehindWords(String output) {
        assertThat(JsonTree.in(output).orElseThrow().get("a").number()).isOne();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "words",
                "{\"a\":1} words",
                "{\"a\":1}\nwords",
                "{",
                "nullable",
                "1",
                "\"a\"",
                "{\"a\":1}{}"
            })
    void otherTextIsNone(String output) {
        assertThat(JsonTree.in(output)).isEmpty();
    }

    @Test
    void nullIsAnEmptyList() {
        JsonTree nothing = JsonTree.in("Warning: x\nnull\n").orElseThrow();
        assertThat(nothing.isList()).isTrue();
        assertThat(nothing.elements()).isEmpty();
        assertThat(nothing.isObject()).isFalse();
    }

    @Test
    void valuesOfOtherTypesAreAbsent() {
        JsonTree tree = JsonTree.in("{\"t\":\"x\",\"n\":2.5,\"i\":7,\"b\":true,\"l\":[1,null],\"o\":{},\"z\":null}")
                .orElseThrow();
        assertThat(tree.get("t").text()).contains("x");
        assertThat(tree.get("n").text()).isEmpty();
        assertThat(tree.get("t").number()).isZero();
        assertThat(tree.get("i").plain()).contains("7");
        assertThat(tree.get("n").plain()).contains("2.5");
        assertThat(tree.get("b").isTrue()).isTrue();
        assertThat(tree.get("l").elements()).hasSize(2);
        assertThat(tree.get("nosuch").get("x").names()).isEmpty();
        assertThat(tree.json())
                .isEqualTo("{\"t\":\"x\",\"n\":2.5,\"i\":7,\"b\":true,\"l\":[1,null],\"o\":{},\"z\":null}");
    }

    @Test
    void deepNestingIsRefused() {
        assertThat(JsonTree.in("[".repeat(100_000))).isEmpty();
        assertThat(JsonTree.in("[".repeat(1_000) + "]".repeat(1_000))).isEmpty();
    }
}
