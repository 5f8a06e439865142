package io.modelrunner.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.discovery.Surroundings;
import io.modelrunner.fallback.CircuitState;
import io.modelrunner.fallback.Fallback;
import io.modelrunner.http.HttpAdapter;
import io.modelrunner.http.RunnerFinder;
import io.modelrunner.mock.MockAdapter;
import io.modelrunner.store.PullPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every combination of the table in {@code docs/configuration.md}, by the environment and by the builder. */
class ConfigurationTest {
    private static final Path PAGE = Path.of("..", "docs", "configuration.md");
    private static final List<String> VARIABLES =
            List.of("USE_MODEL_RUNNER", "MODEL_RUNNER_TYPE", "MODEL_RUNNER_FALLBACK", "MODEL_RUNNER_BASE_URL");
    private static final List<List<String>> WORDS = List.of(
            List.of("unset", "true", "false"),
            List.of("unset", "auto", "http", "api", "cli", "mock"),
            List.of("unset", "none", "mock"),
            List.of("unset", "set"));
    private static final String URL = "http://runner:12434";

    /** A combination, and the roads that it must give. */
    record Combination(List<String> words, String roads) {
        String word(int column) {
            return words.get(column);
        }

        boolean isSet(int column) {
            return !word(column).equals("unset");
        }

        Map<String, String> environment() {
            Map<String, String> environment = new HashMap<>();
            for (int column = 0; column < VARIABLES.size(); column++) {
                if (isSet(column)) {
                    environment.put(VARIABLES.get(column), word(column).equals("set") ? URL : word(column));
                }
            }
            return environment;
        }

        ModelRunner.Builder builder() {
            ModelRunner.Builder builder = ModelRunner.builder();
            if (isSet(0)) {
                builder.enabled(Boolean.parseBoolean(word(0)));
            }
            if (isSet(1)) {
                String type = word(1).replace("api", "http").toUpperCase(Locale.ROOT);
                builder.type(RunnerType.valueOf(type));
            }
            if (isSet(2)) {
                builder.fallback(LastResort.valueOf(word(2).toUpperCase(Locale.ROOT)));
            }
            if (isSet(3)) {
                builder.endpoint(URL);
            }
            return builder;
        }
    }

    static List<Combination> combinations() throws IOException {
        List<Combination> all = new ArrayList<>();
        try (Stream<String> lines = Files.lines(PAGE)) {
            lines.dropWhile(line -> !line.startsWith("| `USE_MODEL_RUNNER` | `MODEL_RUNNER_TYPE`"))
                    .skip(2)
                    .takeWhile(line -> line.startsWith("| "))
                    .forEach(line -> all.addAll(combinations(line)));
        }
        return all;
    }

    private static List<Combination> combinations(String line) {
        String[] cells = line.substring(2, line.length() - 2).split(" \\| ");
        List<List<String>> words = List.of(List.of());
        for (int column = 0; column < VARIABLES.size(); column++) {
            List<String> ofCell = cells[column].equals("any")
                    ? WORDS.get(column)
                    : Arrays.stream(cells[column].split(", "))
                            .map(word -> word.replace("`", ""))
                            .toList();
            assertThat(WORDS.get(column)).as(line).containsAll(ofCell);
            words = words.stream()
                    .flatMap(before -> ofCell.stream()
                            .map(word -> Stream.concat(before.stream(), Stream.of(word))
                                    .toList()))
                    .toList();
        }
        return words.stream().map(each -> new Combination(each, cells[4])).toList();
    }

    @Test
    void tableHasEveryCombinationOnce() throws IOException {
        Set<List<String>> seen = new HashSet<>();
        for (Combination combination : combinations()) {
            assertThat(seen.add(combination.words())).as(combination.toString()).isTrue();
        }
        assertThat(seen).hasSize(WORDS.stream().mapToInt(List::size).reduce(1, (one, other) -> one * other));
    }

    @ParameterizedTest
    @MethodSource("combinations")
    void environmentChoosesTheRoads(Combination combination) {
        Map<String, String> environment = combination.environment();
        assertRoads(
                ModelRunner.builder().surroundings(with(environment)),
                combination,
                "MODEL_RUNNER_BASE_URL",
                "MODEL_RUNNER_TYPE=cli");
    }

    @ParameterizedTest
    @MethodSource("combinations")
    void builderChoosesTheRoads(Combination combination) {
        assertRoads(combination.builder().surroundings(with(Map.of())), combination, "endpoint", "the type cli");
    }

    static List<Combination> combinationsOfAllWords() throws IOException {
        return combinations().stream()
                .filter(combination -> combination.isSet(0) && combination.isSet(1) && combination.isSet(2))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("combinationsOfAllWords")
    void builderGoesBeforeTheEnvironment(Combination combination) {
        Map<String, String> other =
                Map.of("USE_MODEL_RUNNER", "false", "MODEL_RUNNER_TYPE", "mock", "MODEL_RUNNER_FALLBACK", "none");
        assertRoads(combination.builder().surroundings(with(other)), combination, "endpoint", "the type cli");
    }

    private static void assertRoads(
            ModelRunner.Builder builder, Combination combination, String refused, String beside) {
        if (combination.roads().equals("refused")) {
            assertThatThrownBy(builder::build)
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessage(
                            refused + " must be unset beside " + beside + ", which knows nothing of it, but is set");
            return;
        }
        try (ModelRunner runner = builder.build()) {
            assertThat(roads(runner.adapter())).isEqualTo(combination.roads());
        }
    }

    private static String roads(LLMAdapter adapter) {
        return adapter instanceof Fallback chain
                ? chain.circuits().stream().map(CircuitState::adapter).collect(Collectors.joining(" → "))
                : adapter.name();
    }

    @ParameterizedTest
    @ValueSource(strings = {"USE_MODEL_RUNNER", "MODEL_RUNNER_TYPE", "MODEL_RUNNER_FALLBACK"})
    void wordThatIsNotKnownIsRefusedWithThoseThatAre(String variable) {
        List<String> known = WORDS.get(VARIABLES.indexOf(variable))
                .subList(1, WORDS.get(VARIABLES.indexOf(variable)).size());
        // also where another variable has switched it off
        Map<String, String> environment = new HashMap<>(Map.of("USE_MODEL_RUNNER", "false"));
        environment.put(variable, "Bogus");
        assertThatThrownBy(ModelRunner.builder().surroundings(with(environment))::build)
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(variable + " must be one of " + String.join(", ", known) + ", but is \"Bogus\"");
    }

    @Test
    void addressThatIsNoneIsRefusedAtOnceWhereItCounts() {
        String refusal = "MODEL_RUNNER_BASE_URL must be an http or https URL of a host and port, without user, "
                + "query or fragment, but is \"ftp://runner\"";
        for (String fallback : List.of("none", "mock")) {
            Surroundings wrong =
                    with(Map.of("MODEL_RUNNER_BASE_URL", "ftp://runner", "MODEL_RUNNER_FALLBACK", fallback));
            assertThatThrownBy(ModelRunner.builder().surroundings(wrong)::build)
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessage(refusal);
            assertThatThrownBy(ModelRunner.builder().surroundings(wrong).compose("llm")::build)
                    .hasMessage(refusal);
            ModelRunner.builder().surroundings(wrong).endpoint(URL).build().close();
            ModelRunner.builder().surroundings(wrong).enabled(false).build().close();
            ModelRunner.builder()
                    .surroundings(wrong)
                    .adapter(MockAdapter.echo())
                    .build()
                    .close();
            RunnerFinder own =
                    RunnerFinder.builder().surroundings(with(Map.of())).build();
            ModelRunner.builder().surroundings(wrong).finder(own).build().close();
        }
    }

    @Test
    void diagnosisTellsOfAnAddressThatIsNone() {
        Surroundings wrong = with(Map.of("MODEL_RUNNER_BASE_URL", "ftp://runner"));
        assertThat(RunnerFinder.builder().surroundings(wrong).build().diagnose().toString())
                .contains("MODEL_RUNNER_BASE_URL must be an http or https URL", "→ unset MODEL_RUNNER_BASE_URL");
    }

    @Test
    void caseOfAWordAndBlanksAroundItDoNotMatter() {
        try (ModelRunner runner = ModelRunner.builder()
                .surroundings(with(Map.of("MODEL_RUNNER_TYPE", " Mock ", "USE_MODEL_RUNNER", " ")))
                .build()) {
            assertThat(runner.adapter().name()).isEqualTo("mock");
        }
    }

    @Test
    void placeThatComposeNamesHasNoSecondRoad() {
        Map<String, String> compose = Map.of("LLM_URL", "http://runner/engines/v1/", "LLM_MODEL", "ai/tiny");
        try (ModelRunner runner =
                ModelRunner.builder().surroundings(with(compose)).build()) {
            assertThat(roads(runner.adapter())).isEqualTo("http");
        }
        try (ModelRunner runner = ModelRunner.builder()
                .surroundings(with(Map.of("MODEL_RUNNER_HOST", "http://runner:12434")))
                .build()) {
            assertThat(roads(runner.adapter())).isEqualTo("http → cli"); // which reads the same variable
        }
    }

    @Test
    void endpointOfTheBuilderGoesBeforeThatOfTheEnvironment() {
        try (ModelRunner runner = ModelRunner.builder()
                .surroundings(with(Map.of("MODEL_RUNNER_BASE_URL", "http://other:1")))
                .endpoint(URL)
                .build()) {
            assertThat(((HttpAdapter) runner.adapter()).endpoint()).hasToString(URL);
        }
    }

    @Test
    void keyAndPullsAreRefusedWithTheCommandAlone() {
        ModelRunner.Builder cli = ModelRunner.builder().surroundings(with(Map.of("MODEL_RUNNER_TYPE", "cli")));
        assertThatThrownBy(cli.apiKey("secret")::build)
                .hasMessage("apiKey must be unset beside MODEL_RUNNER_TYPE=cli, which knows nothing of it, but is set");
        ModelRunner.Builder other =
                ModelRunner.builder().surroundings(with(Map.of())).type(RunnerType.CLI);
        assertThatThrownBy(other.pull(PullPolicy.IF_MISSING, event -> {})::build)
                .hasMessage("pull must be unset beside the type cli, which knows nothing of it, but is set");
    }

    @Test
    void finderHasNoSecondRoad() {
        try (ModelRunner runner = ModelRunner.builder()
                .surroundings(with(Map.of()))
                .finder(RunnerFinder.create())
                .build()) {
            assertThat(roads(runner.adapter())).isEqualTo("http");
        }
    }

    @Test
    void roadOfOnesOwnIsTakenWhateverTheEnvironmentSays() {
        LLMAdapter own = MockAdapter.echo();
        try (ModelRunner runner = ModelRunner.builder()
                .surroundings(with(Map.of("USE_MODEL_RUNNER", "false", "MODEL_RUNNER_FALLBACK", "mock")))
                .adapter(own)
                .build()) {
            assertThat(runner.adapter()).isSameAs(own);
        }
        for (ModelRunner.Builder builder : List.of(
                ModelRunner.builder().enabled(true),
                ModelRunner.builder().type(RunnerType.AUTO),
                ModelRunner.builder().fallback(LastResort.NONE))) {
            assertThatThrownBy(builder.adapter(own)::build)
                    .hasMessageEndingWith("must be unset beside an adapter, but is set");
        }
    }

    private static Surroundings with(Map<String, String> environment) {
        Path nowhere = Path.of("target", "nowhere").toAbsolutePath();
        return new Surroundings(environment, nowhere, nowhere);
    }
}
