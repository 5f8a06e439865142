package io.modelrunner.discovery;

import io.modelrunner.discovery.Diagnosis.Lookup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Prints a diagnosis for people. */
record DiagnosisTable(Diagnosis diagnosis) {
    private static final int TIME = 3;

    String text() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("SOURCE", "PLACE", "OUTCOME", "TIME", "DETAIL"));
        diagnosis.lookups().forEach(lookup -> rows.add(cells(lookup)));
        List<Integer> widths = new ArrayList<>();
        for (int column = 0; column < rows.get(0).size(); column++) {
            int at = column;
            widths.add(rows.stream().mapToInt(row -> row.get(at).length()).max().orElse(0));
        }
        StringBuilder text = new StringBuilder();
        rows.forEach(row -> text.append(line(row, widths)).append('\n'));
        text.append(oneLine(diagnosis.reason()));
        diagnosis.remedies().forEach(remedy -> text.append("\n  → ").append(remedy));
        return text.toString();
    }

    private static List<String> cells(Lookup lookup) {
        return List.of(
                oneLine(lookup.source()),
                lookup.place(),
                lookup.outcome().label(),
                millis(lookup.took()),
                oneLine(lookup.detail()));
    }

    private static String line(List<String> cells, List<Integer> widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < cells.size(); column++) {
            String cell = cells.get(column);
            String padding = " ".repeat(widths.get(column) - cell.length());
            // Numbers stand right.
            line.append(column == TIME ? padding + cell : cell + padding).append("  ");
        }
        return line.toString().stripTrailing();
    }

    /** What comes from elsewhere may have ends of lines. */
    private static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ").strip();
    }

    private static String millis(Duration took) {
        return took.isZero() ? "" : took.toMillis() + " ms";
    }
}
