package io.modelrunner.http.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestDigestTest {
    private static final byte[] MANIFEST = "{\"schemaVersion\":2}".getBytes(UTF_8);
    private static final String ID = "sha256:" + Sha256.digits(MANIFEST);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8");

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 511, 512, 513, 100_000})
    void manifestIsFoundInPiecesOfAnyLength(int piece) throws IOException {
        file("blobs/sha256/aa", new byte[3000]);
        file("manifest.json", MANIFEST);
        file("blobs/sha256/bb", new byte[512]);
        byte[] archive = archive();

        try (ManifestDigest watched = new ManifestDigest(new ByteArrayInputStream(archive))) {
            ByteArrayOutputStream passed = new ByteArrayOutputStream();
            byte[] buffer = new byte[piece];
            for (int count = watched.read(buffer); count >= 0; count = watched.read(buffer)) {
                passed.write(buffer, 0, count);
            }
            assertThat(passed.toByteArray()).isEqualTo(archive);
            assertThat(watched.id()).contains(ID);
        }
    }

    @Test
    void manifestIsFoundByteByByte() throws IOException {
        file("manifest.json", MANIFEST);

        try (ManifestDigest watched = new ManifestDigest(new ByteArrayInputStream(archive()))) {
            int next;
            do {
                assertThat(watched.id())
                        .satisfiesAnyOf(
                                id -> assertThat(id).isEmpty(),
                                id -> assertThat(id).contains(ID));
                next = watched.read();
            } while (next >= 0);
            assertThat(watched.id()).contains(ID);
        }
    }

    @Test
    void manifestIsFoundFirstAndLast() throws IOException {
        file("manifest.json", MANIFEST);
        file("blobs/sha256/aa", new byte[1]);
        assertThat(id(archive())).isEqualTo(ID);

        bytes.reset();
        try (TarArchiveOutputStream other = new TarArchiveOutputStream(bytes)) {
            directory(other, "blobs/");
            file(other, "blobs/sha256/aa", new byte[1]);
            file(other, "manifest.json", MANIFEST);
        }
        assertThat(id(bytes.toByteArray())).isEqualTo(ID);
    }

    @Test
    void lastOfTwoManifestsCountsAsForTheRunner() throws IOException {
        file("manifest.json", new byte[5]);
        file("manifest.json", MANIFEST);

        assertThat(id(archive())).isEqualTo(ID);
    }

    @Test
    void emptyManifestHasADigestToo() throws IOException {
        file("manifest.json", new byte[0]);

        assertThat(id(archive())).isEqualTo("sha256:" + Sha256.digits(new byte[0]));
    }

    @ParameterizedTest
    @ValueSource(strings = {"blobs/manifest.json", "manifest.jsonx", "Manifest.json", "manifest.json/", "index.json"})
    void otherNamesAreNoManifest(String name) throws IOException {
        file(name, name.endsWith("/") ? new byte[0] : MANIFEST);

        assertThat(id(archive())).isEqualTo("none");
    }

    /** Compress would write it without the dot. */
    @Test
    void nameWithADotIsNoManifest() throws IOException {
        TarWriter dotted = new TarWriter(bytes);
        dotted.file("./manifest.json", MANIFEST);
        dotted.end();

        assertThat(id(bytes.toByteArray())).isEqualTo("none");
    }

    @Test
    void linkIsNoManifestAndHasNoContent() throws IOException {
        TarArchiveEntry link = new TarArchiveEntry("manifest.json", TarConstants.LF_SYMLINK);
        link.setLinkName("elsewhere");
        tar.putArchiveEntry(link);
        tar.closeArchiveEntry();
        assertThat(id(archive())).isEqualTo("none");
    }

    @ParameterizedTest
    @ValueSource(ints = {TarArchiveOutputStream.LONGFILE_GNU, TarArchiveOutputStream.LONGFILE_POSIX})
    void longNamesAreReadAndForgotten(int mode) throws IOException {
        tar.setLongFileMode(mode);
        tar.setAddPaxHeadersForNonAsciiNames(true);
        file("manifest.json/" + "x".repeat(300), new byte[700]);
        file("d".repeat(120) + "/manifest.json", new byte[5]);
        file("blobs/grün", new byte[5]);
        file("manifest.json", MANIFEST);
        file("b".repeat(200), new byte[700]);

        assertThat(id(archive())).isEqualTo(ID);
    }

    @Test
    void nameInAnExtensionIsTheOneThatCounts() throws IOException {
        TarWriter named = new TarWriter(bytes);
        named.file("long name", "manifest.json\0".getBytes(UTF_8));
        named.file("other", MANIFEST);
        named.end();
        byte[] archive = bytes.toByteArray();
        archive[156] = 'L';
        sign(archive);
        assertThat(id(archive)).isEqualTo(ID);

        bytes.reset();
        TarWriter pax = new TarWriter(bytes);
        pax.file("pax", "22 path=manifest.json\n11 mtime=1\n".getBytes(UTF_8));
        pax.file("other", MANIFEST);
        pax.file("another", new byte[5]);
        pax.end();
        archive = bytes.toByteArray();
        archive[156] = 'x';
        sign(archive);
        assertThat(id(archive)).isEqualTo(ID);
    }

    @Test
    void prefixOfUstarBelongsToTheName() throws IOException {
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        file("manifest.json", MANIFEST);
        byte[] archive = archive();
        byte[] prefixed = archive.clone();
        prefixed[345] = 'd';
        sign(prefixed);

        assertThat(id(archive)).isEqualTo(ID);
        assertThat(id(prefixed)).isEqualTo("none");
    }

    @ParameterizedTest
    @ValueSource(ints = {TarArchiveOutputStream.BIGNUMBER_POSIX, TarArchiveOutputStream.BIGNUMBER_STAR})
    void manifestIsFoundBehindAHugeFile(int mode) throws IOException {
        long size = (9L << 30) + 1;
        tar.setBigNumberMode(mode);
        TarArchiveEntry huge = new TarArchiveEntry("blobs/sha256/aa");
        huge.setSize(size);
        tar.putArchiveEntry(huge);
        tar.flush();
        byte[] begin = bytes.toByteArray();
        bytes.reset();
        TarWriter rest = new TarWriter(bytes);
        rest.file("manifest.json", MANIFEST);
        rest.end();
        InputStream content = new Prefix(new Zeros(), size + TarWriter.padding(size));
        Enumeration<InputStream> parts = Collections.enumeration(
                List.of(new ByteArrayInputStream(begin), content, new ByteArrayInputStream(bytes.toByteArray())));

        try (ManifestDigest watched = new ManifestDigest(new SequenceInputStream(parts))) {
            assertThat(watched.transferTo(OutputStream.nullOutputStream())).isGreaterThan(size);
            assertThat(watched.id()).contains(ID);
        }
    }

    @Test
    void cutArchiveHasNoIdBeforeItsManifest() throws IOException {
        file("blobs/sha256/aa", new byte[10]);
        file("manifest.json", MANIFEST);
        byte[] archive = archive();

        int manifestEnd = 3 * 512 + MANIFEST.length;
        for (int length = 0; length < manifestEnd; length++) {
            assertThat(id(Arrays.copyOf(archive, length)))
                    .as("cut after %d", length)
                    .isEqualTo("none");
        }
        assertThat(id(Arrays.copyOf(archive, manifestEnd))).isEqualTo(ID);
    }

    @Test
    void whatFollowsTheEndIsNotRead() throws IOException {
        file("other", new byte[5]);
        byte[] whole = archive();
        bytes.reset();
        try (TarArchiveOutputStream second = new TarArchiveOutputStream(bytes)) {
            file(second, "manifest.json", MANIFEST);
        }
        byte[] both = Arrays.copyOf(whole, whole.length + bytes.size());
        System.arraycopy(bytes.toByteArray(), 0, both, whole.length, bytes.size());

        assertThat(id(both)).isEqualTo("none");
    }

    @Test
    void garbageBehindTheManifestTakesTheIdAway() throws IOException {
        file("manifest.json", MANIFEST);
        byte[] archive = archive();
        Arrays.fill(archive, 1024, 1536, (byte) 'x');

        assertThat(id(archive)).isEqualTo("none");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\n",
                "5 a=b",
                "6 path",
                "99 path=manifest.json\n",
                "x path=manifest.json\n",
                "12 size=-12\n",
                "13 size=1x34\n",
                "4 =\n",
                "21 path=manifest.json ",
                "9999999999999999999 path=a\n",
                "3\n\n"
            })
    void brokenPaxHeaderHasNoId(String records) throws IOException {
        TarArchiveEntry pax = new TarArchiveEntry("pax", TarConstants.LF_PAX_EXTENDED_HEADER_LC);
        byte[] content = records.getBytes(UTF_8);
        pax.setSize(content.length);
        tar.putArchiveEntry(pax);
        tar.write(content);
        tar.closeArchiveEntry();
        file("manifest.json", MANIFEST);

        assertThat(id(archive())).isEqualTo("none");
    }

    @Test
    void globalPaxHeaderChangesNothing() throws IOException {
        TarWriter global = new TarWriter(bytes);
        global.file("pax", "16 path=another\n".getBytes(UTF_8));
        global.file("manifest.json", MANIFEST);
        global.end();
        byte[] archive = bytes.toByteArray();
        archive[156] = 'g';
        sign(archive);

        assertThat(id(archive)).isEqualTo(ID);
    }

    @Test
    void hugePaxHeaderIsNotKept() throws IOException {
        TarArchiveEntry pax = new TarArchiveEntry("pax", TarConstants.LF_PAX_EXTENDED_HEADER_LC);
        pax.setSize(1L << 32);
        tar.putArchiveEntry(pax);
        tar.flush();
        InputStream stream = new Prefix(new Zeros(bytes.toByteArray()), 1L << 32);

        try (ManifestDigest watched = new ManifestDigest(stream)) {
            assertThat(watched.transferTo(OutputStream.nullOutputStream())).isEqualTo(1L << 32);
            assertThat(watched.id()).isEmpty();
        }
    }

    @Test
    void anyBytesPassUnchanged() throws IOException {
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        file("n".repeat(150), new byte[100]);
        file("manifest.json", MANIFEST);
        byte[] archive = archive();
        assertTimeoutPreemptively(PATIENCE, () -> {
            for (int seed = 0; seed < 5_000; seed++) {
                Random random = new Random(seed);
                byte[] damaged = Arrays.copyOf(archive, random.nextInt(archive.length));
                for (int i = random.nextInt(20); i > 0 && damaged.length > 0; i--) {
                    damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
                }
                if (damaged.length > 512 && random.nextBoolean()) {
                    sign(damaged);
                }
                try (ManifestDigest watched = new ManifestDigest(new ByteArrayInputStream(damaged))) {
                    assertThat(watched.readAllBytes()).as("seed %d", seed).isEqualTo(damaged);
                    assertThat(watched.id()).isNotNull();
                }
            }
        });
    }

    @Test
    void closeAndFailuresAreThoseOfTheStream() throws IOException {
        IOException broken = new IOException("disk");
        ManifestDigest watched = new ManifestDigest(new InputStream() {
            @Override
            public int read() throws IOException {
                throw broken;
            }

            @Override
            public int available() {
                return 42;
            }

            @Override
            public void close() throws IOException {
                throw broken;
            }
        });

        assertThat(watched.available()).isEqualTo(42);
        assertThatIOException().isThrownBy(watched::read).isSameAs(broken);
        assertThatIOException().isThrownBy(watched::close).isSameAs(broken);
    }

    private void file(String name, byte[] content) throws IOException {
        file(tar, name, content);
    }

    private static void file(TarArchiveOutputStream tar, String name, byte[] content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    private static void directory(TarArchiveOutputStream tar, String name) throws IOException {
        tar.putArchiveEntry(new TarArchiveEntry(name));
        tar.closeArchiveEntry();
    }

    private byte[] archive() throws IOException {
        tar.finish();
        return bytes.toByteArray();
    }

    private static String id(byte[] archive) throws IOException {
        try (ManifestDigest watched = new ManifestDigest(new ByteArrayInputStream(archive))) {
            watched.transferTo(OutputStream.nullOutputStream());
            return watched.id().orElse("none");
        }
    }

    /** Corrects the sum of the first header, so that what was changed in it is believed. */
    private static void sign(byte[] archive) {
        Arrays.fill(archive, 148, 156, (byte) ' ');
        int sum = TarWriter.sum(Arrays.copyOf(archive, 512));
        System.arraycopy("%06o\0 ".formatted(sum).getBytes(UTF_8), 0, archive, 148, 8);
    }
}
