package io.modelrunner.testing.fake;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.modelrunner.testing.Exchange;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The tar that a model is exported to and loaded from. */
final class Archive {
    private static final int BLOCK = 512;
    private static final int BUFFER = 64 * 1024;
    private static final int SIZE = 124;
    private static final int CHECKSUM = 148;
    private static final int TYPE = 156;
    private static final int MAGIC = 257;

    private Archive() {}

    /** Sends a file of an archive. */
    static void send(Exchange exchange, String name, Blob content) throws IOException {
        exchange.send(header(name, content.size()));
        try (InputStream in = content.source().open()) {
            byte[] buffer = new byte[BUFFER];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                exchange.send(Arrays.copyOf(buffer, read));
            }
        }
        exchange.send(new byte[(int) (-content.size() & (BLOCK - 1))]);
    }

    /** Sends the end of an archive. */
    static void end(Exchange exchange) throws IOException {
        exchange.send(new byte[2 * BLOCK]);
    }

    private static byte[] header(String name, long size) {
        byte[] header = new byte[BLOCK];
        put(header, 0, name);
        put(header, 100, "0000666\0" + "0000000\0" + "0000000\0");
        put(header, SIZE, String.format(Locale.ROOT, "%011o", size) + "\0" + "00000000000\0" + "        ");
        header[TYPE] = '0';
        put(header, MAGIC, "ustar\00000");
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, CHECKSUM, String.format(Locale.ROOT, "%06o", sum) + "\0 ");
        return header;
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    /**
     * {@return the files of an archive by name, in order}
     *
     * @throws IllegalArgumentException if it ends too early or is none
     */
    static Map<String, byte[]> files(byte[] tar) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        int at = 0;
        while (at + BLOCK <= tar.length && tar[at] != 0) {
            long size = size(tar, at);
            int from = at + BLOCK;
            if (size < 0 || from + size > tar.length) {
                throw new IllegalArgumentException("unexpected EOF");
            }
            if (tar[at + TYPE] == '0' || tar[at + TYPE] == 0) {
                files.put(name(tar, at), Arrays.copyOfRange(tar, from, from + (int) size));
            }
            at = from + (int) (size + BLOCK - 1) / BLOCK * BLOCK;
        }
        if (at + BLOCK > tar.length) {
            throw new IllegalArgumentException("unexpected EOF");
        }
        return files;
    }

    private static String name(byte[] tar, int at) {
        String prefix = text(tar, at + 345, 155);
        String name = text(tar, at, 100);
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    private static String text(byte[] tar, int at, int length) {
        String text = new String(tar, at, length, ISO_8859_1);
        int end = text.indexOf('\0');
        return end < 0 ? text : text.substring(0, end);
    }

    private static long size(byte[] tar, int at) {
        try {
            return Long.parseLong(text(tar, at + SIZE, 12).strip(), 8);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("archive/tar: invalid tar header", e);
        }
    }
}
