package io.modelrunner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void cellsStandBelowTheirHeaders() {
        String printed = "MODEL NAME  BACKEND    UNTIL               \n"
                + "tiny        llama.cpp  4 minutes from now  \n"
                + "x                      Forever\n";
        assertThat(Table.in(printed, "MODEL NAME", "UNTIL").orElseThrow().rows())
                .containsExactly(
                        Map.of("MODEL NAME", "tiny", "BACKEND", "llama.cpp", "UNTIL", "4 minutes from now"),
                        Map.of("MODEL NAME", "x", "BACKEND", "", "UNTIL", "Forever"));
    }

    @Test
    void columnsMayBeWideAndMoreThanAsked() {
        String name = "n".repeat(300);
        String printed = "TYPE" + " ".repeat(298) + "NEW  SIZE\n" + name + "  1    2B\nshort\n";
        assertThat(Table.in(printed, "TYPE", "SIZE").orElseThrow().rows())
                .satisfiesExactly(
                        row -> assertThat(row)
                                .containsEntry("TYPE", name)
                                .containsEntry("NEW", "1")
                                .containsEntry("SIZE", "2B"),
                        row -> assertThat(row).containsEntry("TYPE", "short").containsEntry("SIZE", ""));
    }

    @Test
    void wordsMayStandBeforeAndBehind() {
        String printed = "Warning: TYPE and SIZE\nTYPE  SIZE\nModels  2B\n\nWhat's next:\n";
        assertThat(Table.in(printed, "TYPE", "SIZE").orElseThrow().rows()).hasSize(1);
    }

    @Test
    void headersAloneAreAnEmptyTable() {
        assertThat(Table.in("TYPE  SIZE  \n", "TYPE", "SIZE").orElseThrow().rows())
                .isEmpty();
    }

    @Test
    void otherTextIsNone() {
        assertThat(Table.in("", "TYPE", "SIZE")).isEmpty();
        assertThat(Table.in("TYPES  SIZE\n", "TYPE", "SIZE")).isEmpty();
        assertThat(Table.in("TYPE  SIZES\n", "TYPE", "SIZE")).isEmpty();
    }
}
