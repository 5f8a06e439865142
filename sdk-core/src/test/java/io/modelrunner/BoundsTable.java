package io.modelrunner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The table of {@code docs/bounds.md}, as it is read by people. */
final class BoundsTable {
    private static final Path PAGE = Path.of("..", "docs", "bounds.md");
    private static final Pattern EXAMPLE = Pattern.compile("`([^`]+)`(?: → `([^`]+)`)?(?:, |$)");
    private static final Pattern REPEATED = Pattern.compile("\\{?(\\d+) × ([^\\s}]+)}?");

    private BoundsTable() {}

    record Row(String field, String bound, List<String> accepted, List<Refused> refused) {}

    record Refused(String example, String shown) {}

    static List<Row> read() {
        try (Stream<String> lines = Files.lines(PAGE)) {
            return lines.filter(line -> line.startsWith("| "))
                    .skip(1)
                    .map(BoundsTable::row)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Row row(String line) {
        String[] cells = line.substring(2, line.length() - 2).split(" \\| ");
        assertThat(cells).as(line).hasSize(4);
        List<String> accepted = new ArrayList<>();
        List<Refused> refused = new ArrayList<>();
        examples(cells[2]).forEach(example -> accepted.add(example.example()));
        examples(cells[3]).forEach(example -> {
            assertThat(example.shown()).as("value of " + example.example()).isNotNull();
            refused.add(new Refused(example.example(), text(example.shown())));
        });
        return new Row(cells[0], cells[1], accepted, refused);
    }

    private static List<Refused> examples(String cell) {
        List<Refused> examples = new ArrayList<>();
        Matcher example = EXAMPLE.matcher(cell);
        int end = 0;
        while (example.find()) {
            assertThat(example.start()).as(cell).isEqualTo(end);
            examples.add(new Refused(example.group(1), example.group(2)));
            end = example.end();
        }
        assertThat(end).as(cell).isEqualTo(cell.length());
        return examples;
    }

    /** The text that an example stands for. */
    static String text(String example) {
        String plain = example.replace("(empty)", "").replace("\\s", " ").replace("\\n", "\n");
        Matcher repeated = REPEATED.matcher(plain);
        return repeated.replaceAll(
                found -> Matcher.quoteReplacement(found.group(2).repeat(Integer.parseInt(found.group(1)))));
    }
}
