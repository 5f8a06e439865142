package io.modelrunner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Looks for every test that {@code docs/faults.md} names, and in the table for every test of faults. */
class FaultsTableTest {
    private static final Path ROOT = Path.of("..");
    private static final Path PAGE = ROOT.resolve(Path.of("docs", "faults.md"));
    private static final String NOT_RUN = "documented, not run here";
    private static final Pattern NAMED = Pattern.compile("`([a-z]+\\.[A-Z]\\w*\\.\\w+)`");
    private static final Pattern METHOD =
            Pattern.compile("@(?:Test|ParameterizedTest)\\b(?:(?!\\bvoid\\b)[\\s\\S])*\\bvoid (\\w+)\\(");
    private static final Pattern TEST_OF_FAULTS =
            Pattern.compile("(?:FaultsTest|(?:Killed|Restarted|Paused)RunnerIT|CutNetworkIT)");
    private static final Map<String, Set<String>> METHODS = methods();

    private record Row(String fault, String adapter, String outcome, String within, String shownBy) {
        static Row parse(String line) {
            String[] cells = line.substring(2, line.length() - 2).split(" \\| ");
            assertThat(cells).as(line).hasSize(5).doesNotContain("");
            return new Row(cells[0], cells[1], cells[2], cells[3], cells[4]);
        }

        List<String> tests() {
            return NAMED.matcher(shownBy).results().map(found -> found.group(1)).toList();
        }
    }

    private static List<Row> table() {
        return read(PAGE)
                .lines()
                .filter(line -> line.startsWith("| "))
                .skip(1)
                .map(Row::parse)
                .toList();
    }

    /** The methods of every test class in the repository, by the last word of its package and its name. */
    private static Map<String, Set<String>> methods() {
        Map<String, Set<String>> methods = new TreeMap<>();
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path module : modules.toList()) {
                Path tests = module.resolve(Path.of("src", "test", "java"));
                if (Files.isDirectory(tests)) {
                    addTo(methods, tests);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return methods;
    }

    private static void addTo(Map<String, Set<String>> methods, Path tests) throws IOException {
        try (Stream<Path> files = Files.walk(tests)) {
            files.filter(file -> file.toString().endsWith(".java")).forEach(file -> {
                String name = file.getFileName().toString().replace(".java", "");
                Set<String> found = METHOD.matcher(read(file))
                        .results()
                        .map(method -> method.group(1))
                        .collect(Collectors.toCollection(TreeSet::new));
                methods.put(file.getParent().getFileName() + "." + name, found);
            });
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Stream<Arguments> rows() {
        return table().stream().map(row -> Arguments.argumentSet(row.adapter() + ": " + row.fault(), row));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void testsThatARowNamesAreThere(Row row) {
        if (row.shownBy().equals(NOT_RUN)) {
            return;
        }
        assertThat(row.tests()).isNotEmpty();
        assertThat(NAMED.matcher(row.shownBy()).replaceAll("").replace(", ", ""))
                .isEmpty();
        assertThat(row.tests()).allSatisfy(test -> {
            int end = test.lastIndexOf('.');
            assertThat(METHODS).containsKey(test.substring(0, end));
            assertThat(METHODS.get(test.substring(0, end))).contains(test.substring(end + 1));
        });
    }

    @Test
    void everyTestOfFaultsIsInTheTable() {
        Set<String> named =
                table().stream().flatMap(row -> row.tests().stream()).collect(Collectors.toSet());
        List<String> all = METHODS.entrySet().stream()
                .filter(type -> TEST_OF_FAULTS
                        .matcher(type.getKey().substring(type.getKey().indexOf('.') + 1))
                        .matches())
                .flatMap(type -> type.getValue().stream().map(method -> type.getKey() + "." + method))
                .toList();
        assertThat(all).hasSizeGreaterThan(20);
        assertThat(named).containsAll(all);
    }

    @Test
    void noRowIsThereTwice() {
        assertThat(table().stream().map(row -> row.fault() + "|" + row.adapter()))
                .doesNotHaveDuplicates();
    }
}
