package io.modelrunner.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A table that a command printed: its columns begin below their headers, two spaces and more stand between them (recorded).
 *
 * @param rows each row's cells by their headers, in order; empty cells too
 */
record Table(List<Map<String, String>> rows) {
    private static final Pattern HEADER = Pattern.compile("\\S+(?: \\S+)*");

    /**
     * {@return the table of an output; empty if it has none with these headers}
     *
     * @param first the header of the first column
     * @param others further headers that the table must have
     */
    static Optional<Table> in(String output, String first, String... others) {
        List<String> lines = output.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            Map<String, Integer> columns = columns(lines.get(i));
            boolean wanted = lines.get(i).startsWith(first) && columns.keySet().containsAll(List.of(others));
            if (wanted && columns.containsKey(first)) {
                return Optional.of(new Table(rows(lines.subList(i + 1, lines.size()), columns)));
            }
        }
        return Optional.empty();
    }

    private static Map<String, Integer> columns(String line) {
        Map<String, Integer> columns = new LinkedHashMap<>();
        Matcher header = HEADER.matcher(line);
        while (header.find()) {
            columns.put(header.group(), header.start());
        }
        return columns;
    }

    private static List<Map<String, String>> rows(List<String> lines, Map<String, Integer> columns) {
        List<Map<String, String>> rows = new ArrayList<>();
        for (String line : lines) {
            if (line.isBlank()) {
                break;
            }
            rows.add(row(line, columns));
        }
        return rows;
    }

    private static Map<String, String> row(String line, Map<String, Integer> columns) {
        Map<String, String> cells = new LinkedHashMap<>();
        String name = null;
        int start = 0;
        for (Map.Entry<String, Integer> column : columns.entrySet()) {
            if (name != null) {
                cells.put(name, cell(line, start, column.getValue()));
            }
            name = column.getKey();
            start = column.getValue();
        }
        if (name != null) {
            cells.put(name, cell(line, start, line.length()));
        }
        return cells;
    }

    private static String cell(String line, int from, int to) {
        int end = Math.min(to, line.length());
        return from >= end ? "" : line.substring(from, end).strip();
    }
}
