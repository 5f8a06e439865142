package io.modelrunner.discovery;

import static java.util.Objects.requireNonNull;

import io.modelrunner.Remedy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What was tried to find a runner, what answered, what was chosen and why, and what to type next.
 *
 * @param lookups what was tried, in order; immutable
 * @param chosen the place that was chosen; empty if none was
 * @param reason why, one sentence for people
 * @param remedies what to do, most likely first; immutable, empty if nothing needs to be done
 */
public record Diagnosis(List<Lookup> lookups, Optional<Candidate> chosen, String reason, List<Remedy> remedies) {
    /** What came of looking somewhere. */
    public enum Outcome {
        /** A runner answered. */
        RUNNER("runner"),
        /** A runner answered at a place that is not taken: one that nobody named while another is, or an unusual one. */
        LOOKALIKE("not taken"),
        /** Something answered that is no runner. */
        OTHER("no runner"),
        /** Nothing answered. */
        SILENT("no answer"),
        /** There was nothing to look at: the variable is not set, the file is not there. */
        ABSENT("-"),
        /** It was not looked at, because the runner was found before. */
        SKIPPED("skipped"),
        /** What is written there is no address, or could not be read. */
        WRONG("unusable");

        private final String label;

        Outcome(String label) {
            this.label = label;
        }

        /** {@return it in a word or two, for a table} */
        public String label() {
            return label;
        }
    }

    /**
     * A place that was looked at.
     *
     * @param source the locator's name
     * @param place the address, empty if there was none
     * @param outcome what came of it
     * @param detail one sentence for people; may be empty
     * @param took how long the answer took; zero if nobody was asked
     */
    public record Lookup(String source, String place, Outcome outcome, String detail, Duration took) {
        /**
         * Checks that nothing is null.
         *
         * @param source the locator's name; not null
         * @param place the address; not null
         * @param outcome what came of it; not null
         * @param detail one sentence for people; not null
         * @param took how long the answer took; not null
         */
        public Lookup {
            requireNonNull(source, "source");
            requireNonNull(place, "place");
            requireNonNull(outcome, "outcome");
            requireNonNull(detail, "detail");
            requireNonNull(took, "took");
        }
    }

    /**
     * Copies the lists.
     *
     * @param lookups what was tried, in order; not null
     * @param chosen the place that was chosen; not null
     * @param reason why; not null
     * @param remedies what to do; not null
     */
    public Diagnosis {
        lookups = List.copyOf(lookups);
        requireNonNull(chosen, "chosen");
        requireNonNull(reason, "reason");
        remedies = List.copyOf(remedies);
    }

    /** {@return whether a runner was found: one was chosen, and it answered} */
    public boolean isFound() {
        return chosen.isPresent();
    }

    /** {@return a table of what was tried, the reason of the choice, and the remedies; several lines} */
    @Override
    public String toString() {
        return new DiagnosisTable(this).text();
    }
}
