package io.modelrunner.testing.fake;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;

/**
 * Content that is known by its digest.
 *
 * @param digest {@code sha256:} and 64 digits
 * @param size its bytes
 * @param source has it
 */
record Blob(String digest, long size, Source source) {
    /** Where content can be read, as often as it is asked for. */
    interface Source {
        InputStream open() throws IOException;
    }

    static Blob of(byte[] content) {
        return new Blob(digest(content), content.length, () -> new ByteArrayInputStream(content));
    }

    /** {@return the content of a file, which must stay as it is} It is read once now, for the digest. */
    static Blob of(Path file) {
        try (InputStream in = Files.newInputStream(file);
                DigestInputStream digested = new DigestInputStream(in, sha256())) {
            long size = digested.transferTo(OutputStream.nullOutputStream());
            return new Blob(text(digested.getMessageDigest()), size, () -> Files.newInputStream(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return so much noise, the same for the same seed, behind the first bytes of a GGUF file} */
    static Blob noise(String beginning, int size, String seed) {
        byte[] content = new byte[size];
        new Random(seed.hashCode()).nextBytes(content);
        for (int i = 0; i < Math.min(size, beginning.length()); i++) {
            content[i] = (byte) beginning.charAt(i);
        }
        return of(content);
    }

    boolean startsWith(String beginning) {
        try (InputStream in = source.open()) {
            return new String(in.readNBytes(beginning.length()), ISO_8859_1).equals(beginning);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] bytes() {
        try (InputStream in = source.open()) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String digest(byte[] content) {
        MessageDigest digest = sha256();
        digest.update(content);
        return text(digest);
    }

    private static String text(MessageDigest digest) {
        return "sha256:" + HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
