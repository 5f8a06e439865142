package io.modelrunner.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the module's README shows is compiled and run: every snippet of Java must be found in a test. The first is one. */
class ReadmeTest {
    private static final Path MODULE = Path.of(System.getProperty("basedir", ""));
    private static final Path TESTS = MODULE.resolve("src/test/java");

    @Test
    void everySnippetIsInATest() throws IOException {
        String tests = withoutSpace(sources());

        assertThat(snippets())
                .isNotEmpty()
                .allSatisfy(snippet -> assertThat(tests).contains(withoutSpace(snippet)));
    }

    private static List<String> snippets() throws IOException {
        return Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(MODULE.resolve("README.md")))
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    private static String sources() throws IOException {
        try (Stream<Path> files = Files.walk(TESTS)) {
            return files.filter(Files::isRegularFile).map(ReadmeTest::read).collect(Collectors.joining());
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String withoutSpace(String text) {
        return text.replaceAll("\\s+", "");
    }
}
