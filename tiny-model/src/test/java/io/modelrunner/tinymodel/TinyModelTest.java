package io.modelrunner.tinymodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TinyModelTest {
    @ParameterizedTest
    @EnumSource
    void contentHasTheSha256ThatIsTold(TinyModel file) {
        assertThat(sha256(file.bytes())).isEqualTo(file.sha256());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "REASONING_TEMPLATE")
    void readmeNamesSizeAndSha256(TinyModel file) throws IOException {
        Path readme = Path.of(System.getProperty("basedir", ""), "README.md");

        assertThat(Files.readAllLines(readme))
                .filteredOn(line -> line.startsWith("| `" + file.fileName() + "` | " + file.bytes().length + " |"))
                .singleElement()
                .asString()
                .endsWith("| `" + file.sha256() + "` |");
    }

    @Test
    void copyReplacesWhatIsThere(@TempDir Path directory) throws IOException {
        Path target = Files.writeString(directory.resolve("model.gguf"), "an older one");

        assertThat(TinyModel.CHAT.copyTo(target)).isEqualTo(target).hasBinaryContent(TinyModel.CHAT.bytes());
    }

    @Test
    void copyToNowhereFails(@TempDir Path directory) {
        Path target = directory.resolve("missing").resolve("model.gguf");

        assertThatThrownBy(() -> TinyModel.CHAT.copyTo(target)).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void answersAreThere() throws IOException {
        try (InputStream answers = TinyModel.answers()) {
            assertThat(new String(answers.readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("[");
        }
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
