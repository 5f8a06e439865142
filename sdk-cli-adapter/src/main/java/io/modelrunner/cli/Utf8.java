package io.modelrunner.cli;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Turns pieces of bytes into text, wherever they were cut; what is no UTF-8 becomes U+FFFD. */
final class Utf8 {
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);

    /** The beginning of a character whose rest has not come. */
    private ByteBuffer rest = ByteBuffer.allocate(0);

    /** {@return the characters that are whole now; empty if none are} */
    String text(byte[] piece) {
        return decode(piece, false);
    }

    /** {@return what is left of a character that never became whole; empty if nothing is} */
    String end() {
        return decode(new byte[0], true);
    }

    private String decode(byte[] piece, boolean end) {
        ByteBuffer bytes = ByteBuffer.allocate(rest.remaining() + piece.length);
        bytes.put(rest).put(piece).flip();
        CharBuffer text = CharBuffer.allocate(bytes.remaining() + 2);
        decoder.decode(bytes, text, end);
        if (end) {
            decoder.flush(text);
        }
        rest = bytes;
        return text.flip().toString();
    }
}
