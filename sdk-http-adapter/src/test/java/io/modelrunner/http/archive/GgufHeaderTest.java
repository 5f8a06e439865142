package io.modelrunner.http.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.tinymodel.TinyModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class GgufHeaderTest {
    @ParameterizedTest
    @CsvSource({
        "CHAT, llama, 7, 935040, 996864",
        "EMBEDDING, llama, 7, 935040, 996864",
        "RERANKER, qwen3, 1, 167504, 336896",
        "VISION_PROJECTOR, clip, 1, 19296, 39264"
    })
    void tinyModelsSayWhatTheyAre(TinyModel model, String architecture, String type, long parameters, long dataSize)
            throws IOException {
        GgufHeader header = header(model.bytes());

        assertThat(header.metadata())
                .containsEntry("general.architecture", architecture)
                .containsEntry("general.file_type", type);
        assertThat(header.parameters()).isEqualTo(parameters);
        assertThat(header.dataSize()).isEqualTo(dataSize);
    }

    @Test
    void valuesOfEveryTypeBecomeText() throws IOException {
        GgufBytes file = GgufBytes.begin(0, 15)
                .entry("uint8", 0)
                .int8(255)
                .entry("int8", 1)
                .int8(-2)
                .entry("uint16", 2)
                .int16(65535)
                .entry("int16", 3)
                .int16(-3)
                .entry("uint32", 4)
                .int32(-1)
                .entry("int32", 5)
                .int32(-1)
                .entry("float32", 6)
                .int32(Float.floatToIntBits(1e-5f))
                .entry("bool", 7)
                .int8(1)
                .textEntry("text", " 日本\0\"\n")
                .entry("uint64", 10)
                .int64(-1)
                .entry("int64", 11)
                .int64(-1)
                .entry("float64", 12)
                .int64(Double.doubleToLongBits(-1e20))
                .entry("infinite", 6)
                .int32(Float.floatToIntBits(Float.NEGATIVE_INFINITY))
                .entry("nan", 6)
                .int32(Float.floatToIntBits(Float.NaN))
                .array("array", 1, 3)
                .int8(1)
                .int8(-2)
                .int8(3);

        assertThat(header(file.bytes()).metadata())
                .hasSize(15)
                .containsEntry("uint8", "255")
                .containsEntry("int8", "-2")
                .containsEntry("uint16", "65535")
                .containsEntry("int16", "-3")
                .containsEntry("uint32", "4294967295")
                .containsEntry("int32", "-1")
                .containsEntry("float32", "0.000010")
                .containsEntry("bool", "true")
                .containsEntry("text", "日本\0\"")
                .containsEntry("uint64", "18446744073709551615")
                .containsEntry("int64", "-1")
                .containsEntry("float64", "-100000000000000000000.000000")
                .containsEntry("infinite", "-Inf")
                .containsEntry("nan", "NaN")
                .containsEntry("array", "1, -2, 3");
    }

    @Test
    void longArraysAndLongTextsAreLeftOut() throws IOException {
        GgufBytes file = GgufBytes.begin(0, 6).array("fifty", 0, 50).zeros(50);
        file.array("bytes", 0, 51).zeros(51).array("numbers", 12, 51).zeros(51 * 8);
        file.array("texts", GgufBytes.TEXT, 51);
        for (int i = 0; i < 51; i++) {
            file.text("token " + i);
        }
        file.textEntry("text", "x".repeat((1 << 20) + 1)).textEntry("last", "yes");

        assertThat(header(file.bytes()).metadata()).containsOnlyKeys("fifty", "last");
    }

    @Test
    void versionTwoIsRead() throws IOException {
        byte[] file = new GgufBytes()
                .ascii("GGUF")
                .int32(2)
                .int64(1)
                .int64(0)
                .tensor("t", 0, 2, 3, 4, 5)
                .zeros(200)
                .bytes();

        assertThat(header(file).parameters()).isEqualTo(120);
    }

    @Test
    void dataBeginsWhereTheAlignmentSays() throws IOException {
        GgufBytes file =
                GgufBytes.begin(0, 1).entry("general.alignment", 4).int32(4096).zeros(5000);

        assertThat(header(file.bytes()).dataSize()).isEqualTo(file.bytes().length - 4096);
    }

    static Stream<Arguments> refused() {
        GgufBytes twoTensors = GgufBytes.begin(2, 0).tensor("a", 0, 8).tensor("b", 64, 8);
        return Stream.of(
                arguments("no file", "a whole GGUF file", new GgufBytes()),
                arguments(
                        "a zip",
                        "begins with the letters GGUF",
                        new GgufBytes().ascii("PK\3\4").zeros(100)),
                arguments(
                        "version 1",
                        "version 2 or 3",
                        new GgufBytes().ascii("GGUF").int32(1).zeros(100)),
                arguments(
                        "version 4",
                        "version 2 or 3",
                        new GgufBytes().ascii("GGUF").int32(4).zeros(100)),
                arguments(
                        "version 0",
                        "version 2 or 3",
                        new GgufBytes().ascii("GGUF").int32(0).zeros(100)),
                arguments(
                        "big-endian",
                        "little-endian",
                        new GgufBytes().ascii("GGUF").int32(3 << 24).zeros(100)),
                arguments(
                        "big-endian magic",
                        "little-endian",
                        new GgufBytes().ascii("FUGG").zeros(100)),
                arguments(
                        "five dimensions", "4 dimensions", GgufBytes.begin(1, 0).tensor("t", 0, 1, 1, 1, 1, 1)),
                arguments("product", "less than 2^63", GgufBytes.begin(1, 0).tensor("t", 0, 1L << 32, 1L << 31)),
                arguments(
                        "sum",
                        "less than 2^63",
                        GgufBytes.begin(2, 0).tensor("t", 0, Long.MAX_VALUE).tensor("t", 0, 1)),
                arguments("dimension", "less than 2^63", GgufBytes.begin(1, 0).tensor("t", 0, -1)),
                arguments("offset", "less than 2^63", GgufBytes.begin(1, 0).tensor("t", -1, 1)),
                arguments("data missing", "a whole GGUF file", twoTensors),
                arguments("data cut", "a whole GGUF file", twoTensors.zeros(64)),
                arguments(
                        "array of arrays",
                        "arrays of arrays",
                        GgufBytes.begin(0, 1).array("a", 9, 1).zeros(100)),
                arguments(
                        "type 13",
                        "types 0 to 12",
                        GgufBytes.begin(0, 1).entry("a", 13).zeros(100)),
                arguments(
                        "array of type 13",
                        "types 0 to 12",
                        GgufBytes.begin(0, 1).array("a", 13, 99).zeros(100)),
                arguments(
                        "type -1",
                        "types 0 to 12",
                        GgufBytes.begin(0, 1).entry("a", -1).zeros(100)),
                arguments(
                        "split",
                        "a whole model",
                        GgufBytes.begin(0, 1).entry("split.count", 2).int16(3)),
                arguments(
                        "alignment 0",
                        "a power of two",
                        GgufBytes.begin(0, 1).entry("general.alignment", 4).int32(0)),
                arguments(
                        "alignment 24",
                        "a power of two",
                        GgufBytes.begin(0, 1).entry("general.alignment", 4).int32(24)),
                arguments("alignment x", "a power of two", GgufBytes.begin(0, 1).textEntry("general.alignment", "x")),
                arguments("long key", "65535 bytes", GgufBytes.begin(0, 1).textEntry("k".repeat(65536), "")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refused(String name, String bound, GgufBytes file) {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> header(file.bytes()))
                .withMessageStartingWith("gguf must be a ")
                .withMessageContaining("model.gguf, wh")
                .satisfies(refused -> {
                    assertThat(refused.field()).isEqualTo("gguf");
                    assertThat(refused.bound()).contains(bound);
                });
    }

    @Test
    void refusalReadsAsASentence() {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(
                        () -> header(new GgufBytes().ascii("PK\3\4").zeros(4).bytes()))
                .withMessage("gguf must be a file that begins with the letters GGUF, but is model.gguf, which begins"
                        + " with the bytes 504b0304");
    }

    static GgufHeader header(byte[] file) throws IOException {
        return GgufHeader.read(new GgufInput(new ByteArrayInputStream(file), file.length, Path.of("model.gguf")));
    }
}
