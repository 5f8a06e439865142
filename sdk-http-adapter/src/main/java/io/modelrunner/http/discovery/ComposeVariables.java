package io.modelrunner.http.discovery;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.ModelName;
import io.modelrunner.RunnerEndpoint;
import io.modelrunner.discovery.Candidate;
import io.modelrunner.discovery.EndpointLocator;
import io.modelrunner.discovery.Surroundings;
import io.modelrunner.discovery.Trust;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What Compose tells a service about its models: {@code LLM_URL} and {@code LLM_MODEL} for one that is called {@code llm}.
 *
 * <p>Without a name only pairs count, and only those whose URL can be an address, as other programs have variables of such
 * names too; and if they are of several places, none is taken.
 */
final class ComposeVariables implements EndpointLocator {
    private static final String URL = "_URL";
    private static final String MODEL = "_MODEL";

    private final @Nullable String prefix;

    /** @param name that of the model in the Compose file; null for the only one there is */
    ComposeVariables(@Nullable String name) {
        this.prefix = name == null ? null : name.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    @Override
    public String name() {
        return prefix == null ? "<NAME>_URL of Compose" : prefix + URL;
    }

    @Override
    public Stage stage() {
        return Stage.NAMED;
    }

    @Override
    public List<Candidate> locate(Surroundings surroundings) {
        return prefix == null ? onlyPair(surroundings) : List.of(named(prefix, surroundings));
    }

    private static Candidate named(String prefix, Surroundings surroundings) {
        String variable = prefix + URL;
        String address = surroundings
                .variable(variable)
                .orElseThrow(() ->
                        new InvalidRequestException(variable, "set by Compose, as the program asks for it", "unset"));
        return candidate(Address.parse(address, variable), variable, model(prefix, surroundings));
    }

    private static List<Candidate> onlyPair(Surroundings surroundings) {
        Map<String, RunnerEndpoint> pairs = pairs(surroundings);
        if (pairs.isEmpty()) {
            return List.of();
        }
        String sources = pairs.keySet().stream().map(pair -> pair + URL).collect(Collectors.joining(", "));
        Set<RunnerEndpoint> places = Set.copyOf(pairs.values());
        if (places.size() > 1) {
            throw new IllegalStateException(sources + " are several places, so that none is taken");
        }
        Set<Optional<ModelName>> models =
                pairs.keySet().stream().map(pair -> model(pair, surroundings)).collect(Collectors.toSet());
        Optional<ModelName> model = models.size() == 1 ? models.iterator().next() : Optional.empty();
        return List.of(candidate(places.iterator().next(), sources, model));
    }

    /** {@return the addresses of all pairs, by what stands before {@code _URL} and {@code _MODEL}} */
    private static Map<String, RunnerEndpoint> pairs(Surroundings surroundings) {
        Map<String, RunnerEndpoint> pairs = new TreeMap<>();
        for (String variable : surroundings.environment().keySet()) {
            String pair = variable.endsWith(URL) ? variable.substring(0, variable.length() - URL.length()) : "";
            if (!pair.isEmpty() && surroundings.variable(pair + MODEL).isPresent()) {
                surroundings
                        .variable(variable)
                        .flatMap(ComposeVariables::address)
                        .ifPresent(endpoint -> pairs.put(pair, endpoint));
            }
        }
        return pairs;
    }

    private static Optional<RunnerEndpoint> address(String text) {
        try {
            // A word without a scheme is more likely something else than a host.
            return text.contains("://") ? Optional.of(RunnerEndpoint.parse(text)) : Optional.empty();
        } catch (InvalidRequestException e) {
            return Optional.empty();
        }
    }

    /** {@return the model, empty if the variable has several, or what is no name} */
    private static Optional<ModelName> model(String pair, Surroundings surroundings) {
        try {
            return surroundings
                    .variable(pair + MODEL)
                    .filter(model -> !model.contains(","))
                    .map(ModelName::of);
        } catch (InvalidRequestException e) {
            return Optional.empty();
        }
    }

    private static Candidate candidate(RunnerEndpoint endpoint, String source, Optional<ModelName> model) {
        return new Candidate(endpoint, source, Trust.OF_JAVA, model);
    }
}
