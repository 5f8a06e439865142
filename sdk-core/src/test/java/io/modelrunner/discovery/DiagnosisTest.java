package io.modelrunner.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.modelrunner.Failure;
import io.modelrunner.Remedy;
import io.modelrunner.RunnerEndpoint;
import io.modelrunner.discovery.Diagnosis.Lookup;
import io.modelrunner.discovery.Diagnosis.Outcome;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DiagnosisTest {
    private static final Lookup UNSET = new Lookup("MODEL_RUNNER_BASE_URL", "", Outcome.ABSENT, "", Duration.ZERO);
    private static final Lookup REFUSED = new Lookup(
            "localhost:12434", "http://localhost:12434", Outcome.SILENT, "Connection\nrefused", Duration.ofMillis(7));
    private static final Lookup OTHER =
            new Lookup("port 8080", "http://localhost:8080", Outcome.LOOKALIKE, "llama.cpp", Duration.ofMillis(1_234));
    private static final Diagnosis NOWHERE = new Diagnosis(
            List.of(UNSET, REFUSED, OTHER),
            Optional.empty(),
            "no model runner was found",
            List.of(new Remedy("docker model status", "it is installed"), new Remedy("look elsewhere", "")));

    @Test
    void printsAsATable() {
        assertThat(NOWHERE).hasToString("""
                SOURCE                 PLACE                   OUTCOME       TIME  DETAIL
                MODEL_RUNNER_BASE_URL                          -
                localhost:12434        http://localhost:12434  no answer     7 ms  Connection refused
                port 8080              http://localhost:8080   not taken  1234 ms  llama.cpp
                no model runner was found
                  → docker model status   (it is installed)
                  → look elsewhere""");
    }

    @Test
    void emptyTableHasItsHead() {
        Diagnosis nothing = new Diagnosis(List.of(), Optional.empty(), "nothing", List.of());

        assertThat(nothing).hasToString("SOURCE  PLACE  OUTCOME  TIME  DETAIL\nnothing");
    }

    @Test
    void isFoundIfAPlaceIsChosen() {
        Candidate place = Candidate.of(RunnerEndpoint.parse("localhost:12434"), "localhost:12434");

        assertThat(NOWHERE.isFound()).isFalse();
        assertThat(new Diagnosis(List.of(), Optional.of(place), "taken", List.of()).isFound())
                .isTrue();
    }

    @Test
    void listsAreCopied() {
        List<Lookup> lookups = new ArrayList<>(List.of(UNSET));
        List<Remedy> remedies = new ArrayList<>();
        Diagnosis diagnosis = new Diagnosis(lookups, Optional.empty(), "", remedies);
        lookups.clear();
        remedies.add(new Remedy("late", ""));

        assertThat(diagnosis.lookups()).containsExactly(UNSET);
        assertThat(diagnosis.remedies()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void outcomesHaveShortLabels(Outcome outcome) {
        assertThat(outcome.label()).isNotBlank().hasSizeLessThanOrEqualTo(10);
    }

    @Test
    void exceptionHasTheTableInItsMessage() {
        RunnerNotFoundException e = exception();

        assertThat(e).hasMessage("no model runner was found\n" + NOWHERE);
        assertThat(e.what()).isEqualTo("no model runner was found");
        assertThat(e.diagnosis()).contains(NOWHERE);
        assertThat(e.elsewhere()).isTrue();
    }

    @Test
    void serialisedExceptionKeepsTheTable() throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(exception());
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            RunnerNotFoundException copy = (RunnerNotFoundException) in.readObject();
            assertThat(copy).hasMessage(exception().getMessage());
            assertThat(copy.diagnosis()).isEmpty();
        }
    }

    @Test
    void nullIsRefused() {
        assertThatNullPointerException()
                .isThrownBy(() -> new Lookup("a", null, Outcome.ABSENT, "", Duration.ZERO))
                .withMessage("place");
        assertThatNullPointerException().isThrownBy(() -> new Diagnosis(List.of(), null, "", List.of()));
        assertThatNullPointerException()
                .isThrownBy(() -> Candidate.of(RunnerEndpoint.parse("host"), null))
                .withMessage("source");
    }

    private static RunnerNotFoundException exception() {
        return new RunnerNotFoundException(
                Failure.of("no model runner was found").build(), NOWHERE);
    }
}
