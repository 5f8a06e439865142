package io.modelrunner.http;

import io.modelrunner.Remedy;
import io.modelrunner.discovery.Candidate;
import io.modelrunner.discovery.Diagnosis;
import io.modelrunner.discovery.Diagnosis.Lookup;
import io.modelrunner.discovery.Diagnosis.Outcome;
import io.modelrunner.discovery.EndpointLocator.Stage;
import io.modelrunner.discovery.Surroundings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says of a search that is over why it ended so, and what helps.
 *
 * @param lookups what was tried
 * @param word who named a place, or something that is none; null if nobody did
 * @param chosen the look that found the runner, null if none did
 */
record Verdict(
        List<Lookup> lookups, @Nullable Look word, @Nullable Look chosen, Surroundings surroundings) {
    Diagnosis diagnosis() {
        Candidate place = chosen == null ? null : chosen.found();
        return new Diagnosis(lookups, Optional.ofNullable(place), reason(place), remedies());
    }

    private String reason(@Nullable Candidate place) {
        if (place != null) {
            return "taken: " + place.endpoint() + why(place);
        }
        if (word == null) {
            return "no model runner was found: nobody names one, and none answers where one usually is";
        }
        Candidate named = word.found();
        if (named == null) {
            return word.refusal() == null ? "nothing was found" : word.refusal().what();
        }
        return "no model runner answers at " + named.endpoint() + ", which " + named.source()
                + " names, and so no other is taken";
    }

    private String why(Candidate place) {
        if (word != null) {
            return ", as " + place.source() + " says";
        }
        boolean last = chosen != null && chosen.locator().stage() == Stage.LAST;
        return last
                ? ", as none answers where one usually is, and " + place.source() + " knows of it"
                : ", the first usual place where one answers; nobody names another";
    }

    private List<Remedy> remedies() {
        List<Remedy> remedies = new ArrayList<>();
        if (chosen != null) {
            pull(chosen).ifPresent(remedies::add);
            return remedies;
        }
        if (word != null) {
            forget(word).ifPresent(remedies::add);
        }
        // Behind a name that leads nowhere, only that name is at fault where another place answers.
        boolean other = others(remedies);
        if (!other || word == null) {
            start(remedies);
        }
        return remedies;
    }

    private static Optional<Remedy> pull(Look found) {
        Prober.Answer answer = found.answer();
        if (answer == null
                || answer.dialect() != Dialect.MODEL_RUNNER
                || answer.models().orElse(1) > 0) {
            return Optional.empty();
        }
        return Optional.of(new Remedy("docker model pull ai/smollm2", "the runner has no model yet"));
    }

    private Optional<Remedy> forget(Look word) {
        Candidate named = word.found();
        String source = named == null ? word.locator().name() : named.source();
        boolean another = lookups.stream().anyMatch(lookup -> lookup.outcome() == Outcome.LOOKALIKE);
        String when = another ? "the runner that answers elsewhere is the right one" : "it is to be looked for";
        if (source.startsWith("context ")) {
            return Optional.of(new Remedy("docker model context use default", when));
        }
        return source.matches("[A-Z][A-Z0-9_]*") ? Optional.of(new Remedy("unset " + source, when)) : Optional.empty();
    }

    private boolean others(List<Remedy> remedies) {
        int before = remedies.size();
        lookups.stream()
                .filter(lookup -> lookup.outcome() == Outcome.LOOKALIKE)
                .map(lookup -> new Remedy(
                        "export MODEL_RUNNER_BASE_URL=" + lookup.place(),
                        "what answers there is the right one: " + lookup.detail()))
                .forEach(remedies::add);
        return remedies.size() > before;
    }

    private void start(List<Remedy> remedies) {
        remedies.add(new Remedy("docker model status", "Docker Model Runner is installed: it says whether it runs"));
        remedies.add(new Remedy("docker desktop enable model-runner --tcp 12434", "you use Docker Desktop"));
        remedies.add(new Remedy("docker model install-runner", "you use Docker Engine"));
        remedies.add(new Remedy("docker model start-runner", "it is installed there and was stopped"));
        remedies.add(new Remedy(
                "sudo apt-get install docker-model-plugin", "Docker Engine says that there is no command model"));
        if (surroundings.isInContainer()) {
            remedies.add(new Remedy(
                    "docker run --add-host host.docker.internal:host-gateway …",
                    "the runner is on the machine that this container runs on"));
        }
        if (word == null) {
            remedies.add(new Remedy("export MODEL_RUNNER_BASE_URL=…", "the runner is somewhere else"));
        }
    }
}
