package io.modelrunner.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.modelrunner.Answer;
import io.modelrunner.Attempt;
import io.modelrunner.CancelledException;
import io.modelrunner.Capability;
import io.modelrunner.InvalidRequestException;
import io.modelrunner.Model;
import io.modelrunner.ModelName;
import io.modelrunner.ModelNotFoundException;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.Remedy;
import io.modelrunner.RequestRefusedException;
import io.modelrunner.RunnerEndpoint;
import io.modelrunner.Timeouts;
import io.modelrunner.adapter.CallInfo;
import io.modelrunner.adapter.CallListener;
import io.modelrunner.adapter.FallbackEvent;
import io.modelrunner.adapter.Health;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.decorator.Caching;
import io.modelrunner.discovery.Candidate;
import io.modelrunner.discovery.Diagnosis;
import io.modelrunner.discovery.EndpointLocator;
import io.modelrunner.discovery.RunnerNotFoundException;
import io.modelrunner.discovery.Surroundings;
import io.modelrunner.http.HttpAdapter;
import io.modelrunner.http.RunnerFinder;
import io.modelrunner.mock.MockAdapter;
import io.modelrunner.mock.MockReply;
import io.modelrunner.store.PullEvent;
import io.modelrunner.store.PullPolicy;
import io.modelrunner.testing.Recordings;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import io.modelrunner.testing.fake.FakeModel;
import io.modelrunner.testing.fake.FakeModelRunner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class ModelRunnerTest {
    private static final MockReply BY_MODEL_A = MockReply.text("a answers");

    @Test
    void connectsToTheAddressOfTheEnvironment() {
        Map<String, String> environment = Map.of("MODEL_RUNNER_BASE_URL", "http://runner:8080/engines/v1/");

        assertThat(endpointWith(environment)).isEqualTo(RunnerEndpoint.parse("http://runner:8080/engines/v1"));
    }

    @Test
    void refusesAnAddressOfTheEnvironmentThatIsNone() {
        try (ModelRunner runner = ModelRunner.builder()
                .finder(finder(Map.of("MODEL_RUNNER_BASE_URL", "ftp://runner")))
                .build()) {
            assertThatThrownBy(runner::listModels)
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessage("MODEL_RUNNER_BASE_URL must be an http or https URL of a host and port, without user, "
                            + "query or fragment, but is \"ftp://runner\"");
        }
    }

    @Test
    void endpointNeedsNoSearch() {
        try (ModelRunner runner = ModelRunner.builder()
                .endpoint("there:8080")
                .apiKey("secret")
                .timeouts(Timeouts.defaults())
                .build()) {
            assertThat(endpointOf(runner)).isEqualTo(RunnerEndpoint.parse("http://there:8080"));
        }
    }

    @Test
    void asksTheModelThatComposeNames() {
        try (ScriptedServer server = ScriptedServer.replay(Recordings.load("inference/chat"));
                ModelRunner runner = ModelRunner.builder()
                        .finder(finder(Map.of("LLM_URL", server.url() + "/engines/v1/", "LLM_MODEL", "ai/tiny")))
                        .build()) {
            assertThat(runner.ask("Hello")).isNotEmpty();
            assertThat(server.lastRequest().body()).contains("\"model\":\"ai/tiny\"");
        }
    }

    @Test
    void defaultModelGoesBeforeThatOfCompose() {
        try (ScriptedServer server = ScriptedServer.replay(Recordings.load("inference/chat"));
                ModelRunner runner = ModelRunner.builder()
                        .finder(finder(Map.of("LLM_URL", server.url() + "/engines/v1/", "LLM_MODEL", "ai/tiny")))
                        .defaultModel("ai/other")
                        .build()) {
            runner.ask("Hello");
            assertThat(server.lastRequest().body()).contains("\"model\":\"ai/other\"");
        }
    }

    @Test
    void failureAtAPlaceThatTheProgramNamesTellsWhatWasTried() {
        try (ModelRunner runner = ModelRunner.at("http://127.0.0.1:1")) {
            assertThatExceptionOfType(RunnerNotFoundException.class)
                    .isThrownBy(runner::listModels)
                    .withMessageContaining("SOURCE")
                    .withMessageContaining("the program")
                    .withMessageContaining("http://127.0.0.1:1");
        }
    }

    @Test
    void diagnosisTellsWhatIsTaken() {
        try (ScriptedServer server = ScriptedServer.answering(Script.json(404, "{}"))
                        .on("/engines/status", Script.json("{\"llama.cpp\":\"Running\"}"));
                ModelRunner runner = ModelRunner.at(server.url())) {
            Diagnosis diagnosis = runner.diagnose();
            for (int i = 0;
                    i < 10 && diagnosis.chosen().isEmpty();
                    i++) { // a machine may stand still for longer than it waits
                diagnosis = runner.diagnose();
            }
            assertThat(diagnosis.chosen().map(Candidate::endpoint)).contains(RunnerEndpoint.parse(server.url()));
            assertThat(diagnosis.toString()).contains("taken: " + server.url() + ", as the program says");
        }
    }

    @Test
    void composeNameThatIsNoneIsRefused() {
        assertThatThrownBy(() -> ModelRunner.builder().compose("a b"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(
                        "compose must be a letter, then up to 99 letters, digits, '_', '.' or '-', but is 3 characters");
    }

    @Test
    void finderHasItsOwnEndpoint() {
        ModelRunner.Builder builder =
                ModelRunner.builder().finder(finder(Map.of())).endpoint("there:8080");

        assertThatThrownBy(builder::build).hasMessage("endpoint must be unset beside a finder, but is set");
        assertThatThrownBy(ModelRunner.builder().finder(finder(Map.of())).compose("llm")::build)
                .hasMessage("compose must be unset beside a finder, but is set");
    }

    @Test
    void atConnectsToAnAddress() {
        try (ModelRunner runner = ModelRunner.at("http://there:8080/v1")) {
            assertThat(endpointOf(runner)).isEqualTo(RunnerEndpoint.parse("http://there:8080/v1"));
        }
    }

    @Test
    void asksTheModelThatIsNamed() {
        try (ModelRunner runner = runner("a", "b").defaultModel("b").build()) {
            assertThat(runner.ask("a", "Hello")).isEqualTo("a answers");
        }
    }

    @Test
    void asksTheDefaultModel() {
        try (ModelRunner runner = runner("a", "b").defaultModel("a").build()) {
            assertThat(runner.ask("Hello")).isEqualTo("a answers");
        }
    }

    @Test
    void asksTheModelOfTheEnvironmentUnlessTheProgramNamesOne() {
        Surroundings model = surroundings(Map.of("MODEL_RUNNER_MODEL", " a "));
        try (ModelRunner runner = runner("a", "b").surroundings(model).build();
                ModelRunner other =
                        runner("a", "b").surroundings(model).defaultModel("b").build()) {
            assertThat(runner.ask("Hello")).isEqualTo("a answers");
            assertThat(other.ask("Hello")).isEqualTo("Hello");
        }
    }

    @Test
    void modelOfTheEnvironmentGoesBeforeThatOfCompose() {
        try (ScriptedServer server = ScriptedServer.replay(Recordings.load("inference/chat"));
                ModelRunner runner = ModelRunner.builder()
                        .surroundings(surroundings(Map.of(
                                "LLM_URL", server.url() + "/engines/v1/",
                                "LLM_MODEL", "ai/tiny",
                                "MODEL_RUNNER_MODEL", "ai/other")))
                        .build()) {
            runner.ask("Hello");
            assertThat(server.lastRequest().body()).contains("\"model\":\"ai/other\"");
        }
    }

    @Test
    void modelOfTheEnvironmentThatIsNoneIsRefused() {
        assertThatThrownBy(runner("a").surroundings(surroundings(Map.of("MODEL_RUNNER_MODEL", "a".repeat(513))))::build)
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("MODEL_RUNNER_MODEL must be 1 to 512 characters, but is 513 characters");
    }

    @Test
    void mockAnswersInPlaceOfARunnerThatIsNotThere() {
        try (ModelRunner runner = ModelRunner.builder()
                .endpoint("http://127.0.0.1:1")
                .fallback(LastResort.MOCK)
                .build()) {
            ChatResponse response = runner.chat(ChatRequest.of("a", "Hello"));
            assertThat(response.adapter()).isEqualTo("mock");
            assertThat(response.warnings()).singleElement().asString().contains("answered by a mock");
            assertThat(response.timeline().attempts())
                    .extracting(Attempt::step, Attempt::adapter)
                    .startsWith(tuple("1", "http"))
                    .endsWith(tuple("2", "mock"));
        }
    }

    @Test
    void listenersAreToldOfTheStepThatWasLeft() {
        List<FallbackEvent> told = new CopyOnWriteArrayList<>();
        CallListener listener = new CallListener() {
            @Override
            public void onFallback(FallbackEvent event) {
                told.add(event);
            }
        };
        try (ModelRunner runner = ModelRunner.builder()
                .endpoint("http://127.0.0.1:1")
                .fallback(LastResort.MOCK)
                .listener(listener)
                .build()) {
            runner.ask("a", "Hello");
            assertThat(told).singleElement().satisfies(event -> {
                assertThat(event.from()).hasToString("step 1 (http)");
                assertThat(event.to()).hasToString("step 2 (mock)");
                assertThat(event.cause()).isInstanceOf(RunnerNotFoundException.class);
            });
        }
    }

    @Test
    void askFallsBackAlsoWhereNoModelIsNamed() {
        try (ModelRunner runner = ModelRunner.builder()
                .finder(finder(Map.of("MODEL_RUNNER_BASE_URL", "http://127.0.0.1:1")))
                .fallback(LastResort.MOCK)
                .build()) {
            assertThat(runner.ask("Hello")).isEqualTo("Hello"); // by the mock's only model
        }
    }

    @Test
    void askWithoutAModelDoesNotSearchEachTimeInVain() {
        Vain locator = new Vain();
        try (ModelRunner runner = ModelRunner.builder()
                .finder(RunnerFinder.builder()
                        .surroundings(surroundings(Map.of()))
                        .locators(locator)
                        .build())
                .fallback(LastResort.MOCK)
                .build()) {
            IntStream.range(0, 4).forEach(i -> runner.ask("Hello")); // so often that the chain skips what is not there
            int before = locator.searches.get();
            assertThat(before).isPositive();
            IntStream.range(0, 4).forEach(i -> assertThat(runner.ask("Hello")).isEqualTo("Hello"));
            assertThat(locator.searches).hasValue(before);
        }
    }

    @Test
    void textOfItSaysWhomItAsks() {
        try (ModelRunner runner =
                ModelRunner.builder().endpoint("there:8080").apiKey("secret").build()) {
            assertThat(runner).hasToString("ModelRunner[HttpAdapter[http://there:8080]]");
        }
        try (ModelRunner runner = runner("a").decorate(Caching::of).build()) {
            assertThat(runner).hasToString("ModelRunner[Caching[MockAdapter[a]]]");
        }
    }

    @Test
    void diagnosisLooksAtTheSurroundingsWhateverTheRoad() {
        try (ModelRunner runner = ModelRunner.builder()
                .type(RunnerType.MOCK)
                .surroundings(surroundings(Map.of("MODEL_RUNNER_BASE_URL", "http://127.0.0.1:1")))
                .build()) {
            assertThat(runner.diagnose().toString()).contains("http://127.0.0.1:1");
        }
    }

    @Test
    void decoratorsStandBeforeTheAdapterTheLastFirst() {
        List<String> built = new ArrayList<>();
        MockAdapter adapter = MockAdapter.echo();
        try (ModelRunner runner = ModelRunner.builder()
                .adapter(adapter)
                .decorate(inner -> {
                    built.add("inner");
                    assertThat(inner).isSameAs(adapter);
                    return inner;
                })
                .decorate(inner -> {
                    built.add("outer");
                    return new WithoutModels();
                })
                .build()) {
            assertThat(built).containsExactly("inner", "outer");
            assertThat(runner.adapter()).isInstanceOf(WithoutModels.class);
        }
    }

    @Test
    void listenersAreToldOfACallAndThePullThatItNeeds() {
        List<String> told = new CopyOnWriteArrayList<>();
        CallListener listener = new CallListener() {
            @Override
            public void onStart(CallInfo call) {
                told.add("start");
            }

            @Override
            public void onPull(ModelName model, PullEvent event) {
                told.add(model + " " + event.getClass().getSimpleName());
            }

            @Override
            public void onCompleted(CallInfo call, Answer answer, Duration took) {
                told.add("completed");
            }
        };
        try (FakeModelRunner fake = FakeModelRunner.builder()
                        .registry(FakeModel.chat("ai/tiny"))
                        .start();
                ModelRunner runner = ModelRunner.builder()
                        .endpoint(fake.baseUrl())
                        .pull(PullPolicy.IF_MISSING, event -> {})
                        .listener(listener)
                        .build()) {
            runner.ask("ai/tiny", "Hello");
            assertThat(told).startsWith("start", "ai/tiny Started").endsWith("ai/tiny Done", "completed");
        }
    }

    @Test
    void asksTheOnlyModelWithoutADefault() {
        try (ModelRunner runner = runner("a").build()) {
            assertThat(runner.ask("Hello")).isEqualTo("a answers");
        }
    }

    @Test
    void askWithoutModelNamesThoseThereAre() {
        try (ModelRunner runner = runner("a", "b").build()) {
            assertThatThrownBy(() -> runner.ask("Hello"))
                    .isInstanceOf(RequestRefusedException.class)
                    .hasMessage("no model was named, and the runner has 2: a, b\n"
                            + "  → runner.ask(\"a\", …)   (one question is for one of them)")
                    .asInstanceOf(InstanceOfAssertFactories.type(ModelRunnerException.class))
                    .extracting(ModelRunnerException::remedies, InstanceOfAssertFactories.list(Remedy.class))
                    .hasSize(2);
        }
    }

    @Test
    void askWithoutModelNamesNoMoreThanTen() {
        String[] names = IntStream.rangeClosed(1, 11).mapToObj(i -> "m" + i).toArray(String[]::new);
        try (ModelRunner runner = runner(names).build()) {
            assertThatThrownBy(() -> runner.ask("Hello"))
                    .hasMessageContaining("has 11: m1, ")
                    .hasMessageContaining("m10, …");
        }
    }

    @Test
    void askOfRunnerWithoutModelSaysHowToGetOne() {
        try (ModelRunner runner =
                ModelRunner.builder().adapter(new WithoutModels()).build()) {
            assertThatThrownBy(() -> runner.ask("Hello"))
                    .isInstanceOf(ModelNotFoundException.class)
                    .hasMessageContaining("docker model pull ai/smollm2");
        }
    }

    @Test
    void chatsStreamsAndListsByTheAdapter() {
        MockAdapter adapter = MockAdapter.builder().models("a").build();
        ChatRequest request = ChatRequest.of("a", "Hello you");
        try (ModelRunner runner = ModelRunner.builder().adapter(adapter).build();
                ChatStream stream = runner.stream(request)) {
            assertThat(runner.adapter()).isSameAs(adapter);
            assertThat(runner.health().isUp()).isTrue();
            assertThat(runner.chat(request).text()).isEqualTo("Hello you");
            assertThat(stream.text()).containsExactly("Hello", " you");
            assertThat(runner.listModels())
                    .extracting(model -> model.name().text())
                    .containsExactly("a");
        }
    }

    @Test
    void closeClosesTheAdapter() {
        MockAdapter adapter = MockAdapter.echo();
        ModelRunner.builder().adapter(adapter).build().close();

        assertThatThrownBy(adapter::listModels).isInstanceOf(CancelledException.class);
    }

    @Test
    void settingsOfTheHttpAdapterAreRefusedBesideAnAdapter() {
        assertRefused(withAdapter().endpoint("http://there"), "endpoint");
        assertRefused(withAdapter().compose("llm"), "compose");
        assertRefused(withAdapter().finder(RunnerFinder.create()), "finder");
        assertRefused(withAdapter().apiKey("secret"), "apiKey");
        assertRefused(withAdapter().timeouts(Timeouts.defaults()), "timeouts");
    }

    @Test
    void nullIsRefused() {
        try (ModelRunner runner = runner("a").build()) {
            assertThatNullPointerException().isThrownBy(() -> runner.ask(null));
            assertThatNullPointerException().isThrownBy(() -> runner.ask("a", null));
            assertThatNullPointerException().isThrownBy(() -> runner.chat(null));
            assertThatNullPointerException().isThrownBy(() -> runner.stream(null));
        }
        assertThatNullPointerException().isThrownBy(() -> ModelRunner.at(null));
        assertThatNullPointerException().isThrownBy(() -> ModelRunner.builder().apiKey(null));
        assertThatNullPointerException().isThrownBy(() -> ModelRunner.builder().timeouts(null));
        assertThatNullPointerException().isThrownBy(() -> ModelRunner.builder().adapter(null));
        assertThatNullPointerException().isThrownBy(() -> ModelRunner.builder().compose(null));
        assertThatNullPointerException().isThrownBy(() -> ModelRunner.builder().finder(null));
        assertThatNullPointerException().isThrownBy(() -> ModelRunner.builder().defaultModel(null));
        assertThatNullPointerException().isThrownBy(() -> ModelRunner.builder().endpoint((RunnerEndpoint) null));
    }

    private static void assertRefused(ModelRunner.Builder builder, String field) {
        assertThatThrownBy(builder::build)
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(field + " must be unset beside an adapter, but is set");
    }

    private static ModelRunner.Builder withAdapter() {
        return ModelRunner.builder().adapter(MockAdapter.echo());
    }

    private static ModelRunner.Builder runner(String... models) {
        return ModelRunner.builder()
                .adapter(MockAdapter.builder()
                        .models(models)
                        .when(request -> request.model().text().equals("a"), BY_MODEL_A)
                        .build());
    }

    private static RunnerEndpoint endpointWith(Map<String, String> environment) {
        try (ModelRunner runner =
                ModelRunner.builder().finder(finder(environment)).build()) {
            return endpointOf(runner);
        }
    }

    /** Where nothing but the environment says anything; whoever names nothing in it is asked for the machine's own runner. */
    private static RunnerFinder finder(Map<String, String> environment) {
        return RunnerFinder.builder().surroundings(surroundings(environment)).build();
    }

    private static Surroundings surroundings(Map<String, String> environment) {
        Path nowhere = Path.of("target", "nowhere").toAbsolutePath();
        return new Surroundings(environment, nowhere, nowhere);
    }

    private static RunnerEndpoint endpointOf(ModelRunner runner) {
        return ((HttpAdapter) runner.adapter()).endpoint();
    }

    /** Knows of no place, and how often it was asked for one. */
    private static final class Vain implements EndpointLocator {
        private final AtomicInteger searches = new AtomicInteger();

        @Override
        public String name() {
            return "nowhere";
        }

        @Override
        public Stage stage() {
            return Stage.USUAL;
        }

        @Override
        public List<Candidate> locate(Surroundings seen) {
            searches.incrementAndGet();
            return List.of();
        }
    }

    /** A runner that was just installed. */
    private static final class WithoutModels implements LLMAdapter {
        @Override
        public String name() {
            return "empty";
        }

        @Override
        public Health health() {
            return Health.up("a runner without models", null, "it answers");
        }

        @Override
        public Set<Capability> capabilities() {
            return Set.of();
        }

        @Override
        public List<Model> listModels() {
            return List.of();
        }

        @Override
        public ChatResponse chat(ChatRequest request) {
            throw new AssertionError("nothing to ask");
        }

        @Override
        public ChatStream stream(ChatRequest request) {
            throw new AssertionError("nothing to ask");
        }

        @Override
        public void close() {}
    }
}
