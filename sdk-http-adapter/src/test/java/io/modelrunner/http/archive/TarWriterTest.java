package io.modelrunner.http.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TarWriterTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarWriter tar = new TarWriter(bytes);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 511, 512, 513, 5000})
    void anotherReaderFindsTheFiles(int length) throws IOException {
        byte[] content = "x".repeat(length).getBytes(UTF_8);
        tar.file("a/first", content);
        tar.file("second", "2".getBytes(UTF_8));
        tar.end();

        assertThat(bytes.size()).isEqualTo(TarWriter.length(length) + TarWriter.length(1) + TarWriter.END_LENGTH);
        try (TarArchiveInputStream reader = new TarArchiveInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            TarArchiveEntry first = reader.getNextEntry();
            assertThat(first.getName()).isEqualTo("a/first");
            assertThat(first.isFile()).isTrue();
            assertThat(first.getMode()).isEqualTo(0644);
            assertThat(first.getLastModifiedTime().toMillis()).isZero();
            assertThat(reader.readAllBytes()).isEqualTo(content);
            assertThat(reader.getNextEntry().getName()).isEqualTo("second");
            assertThat(reader.readAllBytes()).asString(UTF_8).isEqualTo("2");
            assertThat(reader.getNextEntry()).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {(8L << 30) - 1, 8L << 30, (8L << 30) + 1, 99_999_999_999L, 1L << 50})
    void anotherReaderFindsTheSizeOfALargeFile(long size) throws IOException {
        tar.begin("large", size);

        assertThat(TarWriter.length(size) - size).isEqualTo(bytes.size() + TarWriter.padding(size));
        assertThat(bytes.size()).isEqualTo(size < 8L << 30 ? 512 : 1536);
        try (TarArchiveInputStream reader = new TarArchiveInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            TarArchiveEntry large = reader.getNextEntry();
            assertThat(large.getName()).isEqualTo("large");
            assertThat(large.getSize()).isEqualTo(size);
        }
    }

    @Test
    void contentMustHaveTheLengthThatWasSaid() throws IOException {
        tar.begin("three", 3);
        tar.write(new byte[2], 2);

        assertThatIllegalStateException()
                .isThrownBy(() -> tar.write(new byte[2], 2))
                .withMessageContaining("has more");
        assertThatIllegalStateException().isThrownBy(() -> tar.begin("next", 0)).withMessageContaining("lacks 1");
        assertThatIllegalStateException().isThrownBy(tar::end).withMessageContaining("lacks 1");
    }

    @Test
    void namesHaveHundredCharactersAtMost() throws IOException {
        tar.file("n".repeat(100), new byte[0]);

        assertThatIllegalArgumentException().isThrownBy(() -> tar.file("n".repeat(101), new byte[0]));
        try (TarArchiveInputStream reader = new TarArchiveInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(reader.getNextEntry().getName()).hasSize(100);
        }
    }

    @Test
    void largeFilePassesWithoutMemory() throws IOException {
        long size = (8L << 30) + 5;
        Counter counter = new Counter();
        TarWriter large = new TarWriter(counter);
        byte[] zeros = new byte[1 << 20];
        large.begin("large", size);
        for (long left = size; left > 0; left -= zeros.length) {
            large.write(zeros, (int) Math.min(left, zeros.length));
        }
        large.end();

        assertThat(counter.count).isEqualTo(TarWriter.length(size) + TarWriter.END_LENGTH);
    }

    /** Forgets what it is given. */
    private static final class Counter extends OutputStream {
        private long count;

        @Override
        public void write(int b) {
            count++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            count += length;
        }
    }
}
