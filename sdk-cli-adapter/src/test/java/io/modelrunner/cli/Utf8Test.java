package io.modelrunner.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class Utf8Test {
    private static final byte[] TEXT = "aü€😀\u0000z".getBytes(UTF_8);

    @Test
    void anyTwoCutsChangeNothing() {
        for (int one = 0; one <= TEXT.length; one++) {
            for (int two = one; two <= TEXT.length; two++) {
                Utf8 utf8 = new Utf8();
                String text = utf8.text(Arrays.copyOfRange(TEXT, 0, one))
                        + utf8.text(Arrays.copyOfRange(TEXT, one, two))
                        + utf8.text(Arrays.copyOfRange(TEXT, two, TEXT.length))
                        + utf8.end();
                assertThat(text).isEqualTo("aü€😀\u0000z");
            }
        }
    }

    @Test
    void wrongBytesAreReplaced() {
        Utf8 utf8 = new Utf8();
        assertThat(utf8.text(new byte[] {'a', (byte) 0xFF, 'b', (byte) 0xE2})).isEqualTo("a\uFFFDb");
        assertThat(utf8.text(new byte[] {'c'})).isEqualTo("\uFFFDc");
        assertThat(utf8.text(new byte[] {(byte) 0xF0, (byte) 0x9F})).isEmpty();
        assertThat(utf8.end()).isEqualTo("\uFFFD");
    }
}
