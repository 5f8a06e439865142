package io.modelrunner.discovery;

import io.modelrunner.discovery.Diagnosis.Lookup;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/** Prints a diagnosis for people. */
record DiagnosisTable(Diagnosis diagnosis) {
    String text() {
        StringBuilder text = new StringBuilder();
        int source = width("SOURCE", Lookup::source);
        int place = width("PLACE", Lookup::place);
        int outcome = width("OUTCOME", lookup -> lookup.outcome().label());
        String form = "%-" + source + "s  %-" + place + "s  %-" + outcome + "s  %8s  %s";
        line(text, String.format(form, "SOURCE", "PLACE", "OUTCOME", "TIME", "DETAIL"));
        for (Lookup lookup : diagnosis.lookups()) {
            String label = lookup.outcome().label();
            String took = millis(lookup.took());
            line(text, String.format(form, lookup.source(), lookup.place(), label, took, lookup.detail()));
        }
        text.append(diagnosis.reason());
        diagnosis.remedies().forEach(remedy -> text.append("\n  → ").append(remedy));
        return text.toString();
    }

    private static void line(StringBuilder text, String cells) {
        text.append(cells.stripTrailing()).append('\n');
    }

    private static String millis(Duration took) {
        return took.isZero() ? "" : took.toMillis() + " ms";
    }

    private int width(String title, Function<Lookup, String> cell) {
        List<Lookup> lookups = diagnosis.lookups();
        int longest = lookups.stream().map(cell).mapToInt(String::length).max().orElse(0);
        return Math.max(title.length(), longest);
    }
}
