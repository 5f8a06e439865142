package io.modelrunner.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TarOfOneFileTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 511, 512, 513, 100_000})
    void fileIsReadBack(int size) throws IOException {
        byte[] content = new byte[size];
        Arrays.fill(content, (byte) 'x');
        Path file = Files.write(directory.resolve("model.gguf"), content);

        try (TarArchiveInputStream archive = archive(file, "/models/model.gguf")) {
            TarArchiveEntry entry = archive.getNextEntry();
            assertThat(entry.getName()).isEqualTo("models/model.gguf");
            assertThat(entry.getMode() & 0777).isEqualTo(0644);
            assertThat(archive.readAllBytes()).isEqualTo(content);
            assertThat(archive.getNextEntry()).isNull();
        }
    }

    @Test
    void longNameIsKept() throws IOException {
        Path file = Files.writeString(directory.resolve("model.gguf"), "GGUF");
        String name = "models/" + "ü".repeat(150) + ".gguf";

        try (TarArchiveInputStream archive = archive(file, name)) {
            assertThat(archive.getNextEntry().getName()).isEqualTo(name);
            assertThat(archive.readAllBytes()).asString().isEqualTo("GGUF");
        }
    }

    private static TarArchiveInputStream archive(Path file, String name) throws IOException {
        try (InputStream archive = TarOfOneFile.of(file, name, 0100644)) {
            byte[] bytes = archive.readAllBytes();
            assertThat(bytes.length % 512).isZero();
            return new TarArchiveInputStream(new ByteArrayInputStream(bytes));
        }
    }
}
