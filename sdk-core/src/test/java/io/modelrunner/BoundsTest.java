package io.modelrunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.modelrunner.BoundsTable.Refused;
import io.modelrunner.BoundsTable.Row;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds every row of {@code docs/bounds.md} against the code. */
class BoundsTest {
    private static final Map<String, Consumer<String>> TRIES = BoundsTries.byField();

    static Stream<Arguments> rows() {
        return BoundsTable.read().stream().map(row -> Arguments.argumentSet(row.field() + ": " + row.bound(), row));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void rowIsAsTheCodeHasIt(Row row) {
        Consumer<String> attempt = TRIES.get(row.field());
        assertThat(attempt).as("a way to try " + row.field()).isNotNull();
        assertThat(row.accepted()).isNotEmpty();
        assertThat(row.refused()).isNotEmpty();

        row.accepted()
                .forEach(example -> assertThatNoException().as(example).isThrownBy(() -> attempt.accept(example)));
        row.refused().forEach(example -> isRefused(row, example, attempt));
    }

    private static void isRefused(Row row, Refused example, Consumer<String> attempt) {
        Throwable thrown = catchThrowable(() -> attempt.accept(example.example()));

        assertThat(thrown).as(example.example()).isInstanceOfSatisfying(InvalidRequestException.class, refusal -> {
            assertThat(refusal.field()).isEqualTo(row.field());
            assertThat(refusal.bound()).isEqualTo(row.bound());
            assertThat(refusal.value()).isEqualTo(example.shown());
            assertThat(refusal).hasMessageContainingAll(row.field(), row.bound(), example.shown());
        });
    }

    @Test
    void everyTryHasItsRow() {
        List<Row> table = BoundsTable.read();

        assertThat(table.stream().map(Row::field).collect(Collectors.toSet()))
                .containsExactlyInAnyOrderElementsOf(TRIES.keySet());
        assertThat(table.stream().map(row -> row.field() + ": " + row.bound())).doesNotHaveDuplicates();
    }
}
