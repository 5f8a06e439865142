package io.modelrunner.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CleanupTest {
    private final List<String> ended = new ArrayList<>();
    private final Cleanup cleanup = new Cleanup();

    @Test
    void endsTheNewestFirstAndEachOnce() {
        cleanup.add(() -> ended.add("older"));
        cleanup.add(() -> ended.add("newer"));
        cleanup.close();
        cleanup.close();

        assertThat(ended).containsExactly("newer", "older");
    }

    @Test
    void whatComesTooLateIsEndedAtOnce() {
        assertThat(cleanup.begun()).isFalse();
        cleanup.close();
        assertThat(cleanup.begun()).isTrue();

        cleanup.add(() -> ended.add("late"));

        assertThat(ended).containsExactly("late");
    }
}
