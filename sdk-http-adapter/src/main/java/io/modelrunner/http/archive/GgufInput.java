package io.modelrunner.http.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.modelrunner.InvalidRequestException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The numbers and texts at the beginning of a GGUF file, little endian, read once from front to back.
 *
 * <p>Every length in a file is somebody's claim: none is believed beyond the end of the file or the bound of a header.
 */
final class GgufInput {
    /** Sixteen times what the largest vocabularies take. */
    static final int LONGEST_HEADER = 256 << 20;

    private final InputStream in;
    private final long size;
    private final Path file;
    private final byte[] buffer = new byte[8 << 10];
    private long position;

    /**
     * Begins at the first byte of a file.
     *
     * @param in the file's content; it is read, never skipped, because whoever digests it must see every byte
     * @param size the file's length
     * @param file what to call the file in exceptions
     */
    GgufInput(InputStream in, long size, Path file) {
        this.in = in;
        this.size = size;
        this.file = file;
    }

    long position() {
        return position;
    }

    long size() {
        return size;
    }

    byte int8() throws IOException {
        return (byte) number(1);
    }

    short int16() throws IOException {
        return (short) number(2);
    }

    int int32() throws IOException {
        return (int) number(4);
    }

    long int64() throws IOException {
        return number(8);
    }

    /** {@return the next text without white space around it, as {@code docker model} shows it; null if it is longer} */
    @Nullable
    String text(int longest) throws IOException {
        long length = claimed(int64());
        if (length > longest) {
            skip(length);
            return null;
        }
        byte[] bytes = new byte[(int) length];
        fill(bytes, bytes.length);
        return new String(bytes, UTF_8).strip();
    }

    void skipText() throws IOException {
        skip(int64());
    }

    void skip(long count) throws IOException {
        long left = claimed(count);
        while (left > 0) {
            int part = (int) Math.min(left, buffer.length);
            fill(buffer, part);
            left -= part;
        }
    }

    InvalidRequestException refused(String bound, String found) {
        return refused(file, bound, found);
    }

    /** {@return what to throw for a file that can't be sent as a model} */
    static InvalidRequestException refused(Path file, String bound, String found) {
        return new InvalidRequestException("gguf", bound, file + ", " + found);
    }

    private long number(int bytes) throws IOException {
        fill(buffer, bytes);
        long number = 0;
        for (int i = bytes - 1; i >= 0; i--) {
            number = number << 8 | (buffer[i] & 0xff);
        }
        return number;
    }

    private void fill(byte[] target, int count) throws IOException {
        claimed(count);
        if (in.readNBytes(target, 0, count) < count) {
            throw refused("a file that stays as it is while it is read", "which became shorter");
        }
        position += count;
    }

    private long claimed(long count) {
        if (count < 0 || count > size - position) {
            throw refused(
                    "a whole GGUF file",
                    "which has " + size + " bytes, but wants " + Long.toUnsignedString(count) + " more after the first "
                            + position);
        }
        if (count > LONGEST_HEADER - position) {
            throw refused("a file whose header has at most " + LONGEST_HEADER + " bytes", "whose header is longer");
        }
        return count;
    }
}
