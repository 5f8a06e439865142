package io.modelrunner.http.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A GGUF file put together by hand, right or wrong. */
final class GgufBytes {
    static final int TEXT = 8;
    static final int ARRAY = 9;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** {@return the beginning of a file of version 3} */
    static GgufBytes begin(long tensors, long entries) {
        return new GgufBytes().ascii("GGUF").int32(3).int64(tensors).int64(entries);
    }

    GgufBytes ascii(String text) {
        bytes.writeBytes(text.getBytes(UTF_8));
        return this;
    }

    GgufBytes int8(int value) {
        bytes.write(value);
        return this;
    }

    GgufBytes int16(int value) {
        return int8(value).int8(value >> 8);
    }

    GgufBytes int32(int value) {
        return put(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value));
    }

    GgufBytes int64(long value) {
        return put(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value));
    }

    GgufBytes text(String text) {
        return int64(text.getBytes(UTF_8).length).ascii(text);
    }

    /** The name and the type of an entry. */
    GgufBytes entry(String key, int type) {
        return text(key).int32(type);
    }

    GgufBytes textEntry(String key, String value) {
        return entry(key, TEXT).text(value);
    }

    GgufBytes array(String key, int type, long count) {
        return entry(key, ARRAY).int32(type).int64(count);
    }

    GgufBytes tensor(String name, long offset, long... dimensions) {
        text(name).int32(dimensions.length);
        for (long dimension : dimensions) {
            int64(dimension);
        }
        return int32(0).int64(offset);
    }

    GgufBytes zeros(int count) {
        bytes.writeBytes(new byte[count]);
        return this;
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    private GgufBytes put(ByteBuffer number) {
        bytes.writeBytes(number.array());
        return this;
    }
}
