package io.modelrunner.testing.fake;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Archives of models as somebody else writes them. */
final class Archives {
    private static final Blob FILE = Blob.noise("GGUF", 5_000, "hand-made");
    private static final Blob CONFIG = Blob.of("{\"config\":{\"format\":\"gguf\"}}".getBytes(UTF_8));
    private static final Manifest MANIFEST =
            Manifest.of(CONFIG, List.of(new Manifest.Layer(Manifest.Layer.GGUF, FILE.digest(), FILE.size())));

    private Archives() {}

    static String handMadeId() {
        return MANIFEST.id();
    }

    static byte[] handMade() {
        return tar(files());
    }

    static byte[] without(String part) {
        Map<String, byte[]> files = files();
        files.keySet().removeIf(name -> name.equals(part) || name.endsWith(digest(part)));
        return tar(files);
    }

    private static String digest(String part) {
        return switch (part) {
            case "config" -> hex(CONFIG);
            case "layer" -> hex(FILE);
            default -> "?";
        };
    }

    /** {@return an archive in which one byte of the file is another} */
    static byte[] spoilt() {
        Map<String, byte[]> files = files();
        byte[] content = FILE.bytes();
        content[100]++;
        files.put("blobs/sha256/" + hex(FILE), content);
        return tar(files);
    }

    private static Map<String, byte[]> files() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("blobs/sha256/" + hex(FILE), FILE.bytes());
        files.put("blobs/sha256/" + hex(CONFIG), CONFIG.bytes());
        files.put("manifest.json", MANIFEST.content().bytes());
        return files;
    }

    private static String hex(Blob blob) {
        return blob.digest().substring("sha256:".length());
    }

    /** {@return a tar with nothing in its headers but names, sizes and checksums} */
    static byte[] tar(Map<String, byte[]> files) {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        files.forEach((name, content) -> {
            byte[] header = new byte[512];
            put(header, 0, name);
            put(header, 124, String.format(Locale.ROOT, "%011o", content.length));
            put(header, 148, "        ");
            int sum = 0;
            for (byte b : header) {
                sum += b & 0xff;
            }
            put(header, 148, String.format(Locale.ROOT, "%06o", sum));
            tar.writeBytes(header);
            tar.writeBytes(content);
            tar.writeBytes(new byte[-content.length & 511]);
        });
        tar.writeBytes(new byte[1024]);
        return tar.toByteArray();
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
