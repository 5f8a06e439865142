package io.modelrunner.sdk;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.ModelName;
import io.modelrunner.RunnerEndpoint;
import io.modelrunner.adapter.CallListener;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.cli.CliAdapter;
import io.modelrunner.discovery.Surroundings;
import io.modelrunner.fallback.Fallback;
import io.modelrunner.http.HttpAdapter;
import io.modelrunner.http.RunnerFinder;
import io.modelrunner.mock.MockAdapter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The roads to a runner, of what a builder says and, where it says nothing, of what the environment says. {@code docs/configuration.md} has the
 * table of all combinations.
 */
final class Roads {
    private static final String USE = "USE_MODEL_RUNNER";
    private static final String TYPE = "MODEL_RUNNER_TYPE";
    private static final String FALLBACK = "MODEL_RUNNER_FALLBACK";
    private static final String BASE_URL = "MODEL_RUNNER_BASE_URL";
    private static final String MODEL = "MODEL_RUNNER_MODEL";

    private static final Map<String, Boolean> USES = words(Map.entry("true", true), Map.entry("false", false));
    private static final Map<String, RunnerType> TYPES = words(
            Map.entry("auto", RunnerType.AUTO),
            Map.entry("http", RunnerType.HTTP),
            Map.entry("api", RunnerType.HTTP),
            Map.entry("cli", RunnerType.CLI),
            Map.entry("mock", RunnerType.MOCK));
    private static final Map<String, LastResort> RESORTS =
            words(Map.entry("none", LastResort.NONE), Map.entry("mock", LastResort.MOCK));

    private final ModelRunner.Builder said;
    private final Surroundings surroundings;
    private final CallListener listener;

    Roads(ModelRunner.Builder said) {
        this.said = said;
        this.surroundings = said.surroundings == null ? Surroundings.ofThisProcess() : said.surroundings;
        this.listener = CallListener.all(said.listeners);
    }

    @SafeVarargs
    private static <T> Map<String, T> words(Map.Entry<String, T>... entries) {
        Map<String, T> words = new LinkedHashMap<>();
        for (Map.Entry<String, T> entry : entries) {
            words.put(entry.getKey(), entry.getValue());
        }
        return words;
    }

    /** {@return the default model, if somebody named one} */
    Optional<ModelName> model() {
        return said.defaultModel != null ? Optional.of(said.defaultModel) : read(MODEL, ModelName::of);
    }

    /** {@return what a variable says, if it is set; a refusal names the variable} */
    private <T> Optional<T> read(String variable, Function<String, T> form) {
        try {
            return surroundings.variable(variable).map(form);
        } catch (InvalidRequestException e) {
            throw new InvalidRequestException(variable, e.bound(), e.value());
        }
    }

    /** {@return the one road, or the chain of several} */
    LLMAdapter open() {
        // All variables are read, so that a wrong word is refused also where it doesn't matter now.
        boolean used = said(said.enabled, USE, USES, true);
        RunnerType type = said(said.type, TYPE, TYPES, RunnerType.AUTO);
        LastResort resort = said(said.lastResort, FALLBACK, RESORTS, LastResort.NONE);
        if (!used || type == RunnerType.MOCK) {
            return MockAdapter.echo();
        }
        if (type == RunnerType.CLI) {
            refusePlaces();
        }
        RunnerFinder finder = finder();
        List<LLMAdapter> roads = new ArrayList<>();
        if (type != RunnerType.CLI) {
            checkBaseUrl();
            roads.add(http(finder));
        }
        // The command knows the variables of docker model, and nothing of other places: it would ask another runner.
        if (type == RunnerType.CLI || (type == RunnerType.AUTO && said.finder == null && !finder.namesPlace())) {
            roads.add(cli());
        }
        if (resort == LastResort.MOCK) {
            roads.add(MockAdapter.echo());
        }
        if (roads.size() == 1) {
            return roads.get(0);
        }
        Fallback.Builder chain = Fallback.builder().listener(listener);
        roads.forEach(chain::step);
        return chain.build();
    }

    private <T> T said(@Nullable T byProgram, String variable, Map<String, T> words, T otherwise) {
        T byEnvironment = surroundings
                .variable(variable)
                .map(word -> known(variable, word, words))
                .orElse(otherwise);
        return byProgram == null ? byEnvironment : byProgram;
    }

    private static <T> T known(String variable, String word, Map<String, T> words) {
        T meaning = words.get(word.toLowerCase(Locale.ROOT));
        if (meaning == null) {
            String shown = word.length() > 40 ? word.length() + " characters" : '"' + word + '"';
            throw new InvalidRequestException(variable, "one of " + String.join(", ", words.keySet()), shown);
        }
        return meaning;
    }

    /** Refuses here what the first search would refuse: till then, a mock behind it would have all look well. */
    private void checkBaseUrl() {
        if (said.endpoint == null && said.finder == null) {
            Optional<RunnerEndpoint> ignored = read(BASE_URL, RunnerEndpoint::parse);
        }
    }

    private void refusePlaces() {
        String who = said.type == null ? TYPE + "=cli" : "the type cli";
        String command = who + ", which knows nothing of it";
        ModelRunner.Builder.unsetBeside(command, "endpoint", said.endpoint);
        ModelRunner.Builder.unsetBeside(command, "compose", said.compose);
        ModelRunner.Builder.unsetBeside(command, "finder", said.finder);
        ModelRunner.Builder.unsetBeside(command, "apiKey", said.apiKey);
        ModelRunner.Builder.unsetBeside(command, "pull", said.pullPolicy);
        ModelRunner.Builder.unsetBeside(
                command, BASE_URL, surroundings.variable(BASE_URL).orElse(null));
    }

    private CliAdapter cli() {
        CliAdapter.Builder cli = CliAdapter.builder(surroundings);
        if (said.timeouts != null) {
            cli.timeouts(said.timeouts);
        }
        return cli.build();
    }

    private HttpAdapter http(RunnerFinder finder) {
        HttpAdapter.Builder http = HttpAdapter.builder(finder).listener(listener);
        if (said.apiKey != null) {
            http.apiKey(said.apiKey);
        }
        if (said.timeouts != null) {
            http.timeouts(said.timeouts);
        }
        if (said.pullPolicy != null) {
            http.pull(said.pullPolicy, said.onPull);
        }
        return http.build();
    }

    /** {@return how to look for a runner} */
    RunnerFinder finder() {
        if (said.finder != null) {
            ModelRunner.Builder.unsetBeside("a finder", "endpoint", said.endpoint);
            ModelRunner.Builder.unsetBeside("a finder", "compose", said.compose);
            return said.finder;
        }
        RunnerFinder.Builder finder = RunnerFinder.builder().surroundings(surroundings);
        if (said.endpoint != null) {
            finder.endpoint(said.endpoint);
        }
        if (said.compose != null) {
            finder.compose(said.compose);
        }
        return finder.build();
    }
}
