package io.modelrunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelrunner.Attempt.Result;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class AttemptTimelineTest {
    private static final Attempt FIRST = Attempt.builder(
                    "http",
                    "http://localhost:12434",
                    Instant.parse("2026-03-01T10:00:00Z"),
                    "no model runner can be reached\nsecond line")
            .step("1")
            .took(Duration.ofMillis(12))
            .build();
    private static final Attempt SECOND = Attempt.builder(
                    "command", "docker", Instant.parse("2026-03-01T10:00:00.062999Z"), "answered")
            .step("2")
            .model(ModelName.of("ai/tiny"))
            .queued(Duration.ofMillis(3))
            .loaded(Duration.ofSeconds(40))
            .firstToken(Duration.ofMillis(40_900))
            .took(Duration.ofSeconds(61))
            .build();

    @Test
    void emptyTimelineHasAHeadingAlone() {
        assertThat(AttemptTimeline.empty().attempts()).isEmpty();
        assertThat(AttemptTimeline.empty().toString().lines()).hasSize(1);
    }

    @Test
    void plusLeavesTheTimelineAsItWas() {
        AttemptTimeline one = AttemptTimeline.empty().plus(FIRST);
        assertThat(one.plus(SECOND).attempts()).containsExactly(FIRST, SECOND);
        assertThat(one.attempts()).containsExactly(FIRST);
        assertThatThrownBy(() -> one.attempts().add(SECOND)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void tableHasAlignedColumnsAndALinePerTry() {
        assertThat(new AttemptTimeline(List.of(FIRST, SECOND)).toString()).isEqualToNormalizingNewlines("""
                         #  started                     queued    loaded     first        ms  adapter  model    endpoint                outcome
                         1  2026-03-01T10:00:00Z             0         -         -        12  http     -        http://localhost:12434  no model runner can be reached
                         2  2026-03-01T10:00:00.062Z         3     40000     40900     61000  command  ai/tiny  docker                  answered
                        """);
    }

    @Test
    void resultIsThatOfTheOutcomeUnlessItIsSaid() {
        assertThat(FIRST.result()).isEqualTo(Result.FAILED);
        assertThat(SECOND.result()).isEqualTo(Result.ANSWERED);
        Attempt skipped = SECOND.toBuilder().result(Result.SKIPPED).build();
        assertThat(skipped.toBuilder().build()).isEqualTo(skipped).isNotEqualTo(SECOND);
        assertThat(FIRST.model()).isEmpty();
        assertThat(skipped.model()).contains(ModelName.of("ai/tiny"));
    }

    @Test
    void exceptionKeepsItWhereverItGoes() throws IOException, ClassNotFoundException {
        AttemptTimeline timeline = AttemptTimeline.empty().plus(FIRST).plus(SECOND);
        ModelRunnerException e = new EngineFailedException(
                Failure.of("it failed").timeline(timeline).build());
        assertThat(e.timeline()).isEqualTo(timeline);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(e);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(((ModelRunnerException) in.readObject()).timeline()).isEqualTo(timeline);
        }
    }
}
