package io.modelrunner.http.archive;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes a tar of plain files, always the same bytes for the same files: no time, no owner.
 *
 * <p>The form is ustar; a file of 8 GiB or more, which that has no digits for, gets a pax header before it.
 */
final class TarWriter {
    static final int BLOCK = 512;

    /** How many bytes {@link #end} writes. */
    static final int END_LENGTH = 2 * BLOCK;

    /** What eleven octal digits can say. */
    private static final long LARGEST_PLAIN = 077777777777L;

    private static final byte[] ZEROS = new byte[END_LENGTH];
    private static final int NAME_LENGTH = 100;

    private final OutputStream out;
    private long size;
    private long left;

    TarWriter(OutputStream out) {
        this.out = out;
    }

    /** {@return how many bytes a file takes, with what stands before and behind it} */
    static long length(long size) {
        return (size > LARGEST_PLAIN ? 3 * BLOCK : BLOCK) + size + padding(size);
    }

    /** {@return how many bytes fill the last block of so many} */
    static int padding(long size) {
        return (int) (-size & (BLOCK - 1));
    }

    /** Writes a whole file. */
    void file(String name, byte[] content) throws IOException {
        begin(name, content.length);
        write(content, content.length);
    }

    /** Begins a file, whose content is then {@linkplain #write written} to the last byte. */
    void begin(String name, long length) throws IOException {
        finish();
        if (name.length() > NAME_LENGTH) {
            throw new IllegalArgumentException(
                    "a name in a tar must be at most " + NAME_LENGTH + " characters: " + name);
        }
        if (length > LARGEST_PLAIN) {
            byte[] record = paxRecord("size", Long.toString(length));
            out.write(header("pax", record.length, 'x'));
            out.write(record);
            out.write(ZEROS, 0, padding(record.length));
            out.write(header(name, 0, '0'));
        } else {
            out.write(header(name, length, '0'));
        }
        size = length;
        left = length;
    }

    /** Writes the next bytes of the file that was begun. */
    void write(byte[] bytes, int count) throws IOException {
        if (count > left) {
            throw new IllegalStateException("the file was begun with " + size + " bytes and has more");
        }
        out.write(bytes, 0, count);
        left -= count;
    }

    /** Ends the archive; the stream behind it stays open. */
    void end() throws IOException {
        finish();
        out.write(ZEROS);
    }

    private void finish() throws IOException {
        if (left > 0) {
            throw new IllegalStateException("the file was begun with " + size + " bytes and lacks " + left);
        }
        out.write(ZEROS, 0, padding(size));
        size = 0;
    }

    private static byte[] header(String name, long size, char type) {
        byte[] block = new byte[BLOCK];
        put(block, 0, name);
        put(block, 100, "0000644"); // mode
        put(block, 108, "0000000"); // owner
        put(block, 116, "0000000"); // group
        put(block, 124, octal(size, 11));
        put(block, 136, octal(0, 11)); // time
        put(block, 148, "        "); // the sum is made with blanks in its own place
        block[156] = (byte) type;
        put(block, 257, "ustar\0" + "00");
        put(block, 329, "0000000"); // device, major
        put(block, 337, "0000000"); // device, minor
        put(block, 148, octal(sum(block), 6) + "\0 ");
        return block;
    }

    /** {@return the sum of a header's bytes, as it is written into it} */
    static int sum(byte[] block) {
        int sum = 0;
        for (byte b : block) {
            sum += b & 0xff;
        }
        return sum;
    }

    /** A record begins with its own length, whose digits count too. */
    private static byte[] paxRecord(String key, String value) {
        String rest = " " + key + "=" + value + "\n";
        int length = rest.length() + 1;
        while (rest.length() + Integer.toString(length).length() > length) {
            length++;
        }
        return (length + rest).getBytes(US_ASCII);
    }

    private static String octal(long value, int digits) {
        String text = Long.toOctalString(value);
        return "0".repeat(digits - text.length()) + text;
    }

    private static void put(byte[] block, int at, String text) {
        byte[] bytes = text.getBytes(US_ASCII);
        System.arraycopy(bytes, 0, block, at, bytes.length);
    }
}
