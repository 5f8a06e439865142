package io.modelrunner.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelrunner.CancelledException;
import io.modelrunner.Capability;
import io.modelrunner.InvalidRequestException;
import io.modelrunner.Model;
import io.modelrunner.ModelNotFoundException;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.Remedy;
import io.modelrunner.RequestRefusedException;
import io.modelrunner.RunnerEndpoint;
import io.modelrunner.Timeouts;
import io.modelrunner.adapter.Health;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.http.HttpAdapter;
import io.modelrunner.mock.MockAdapter;
import io.modelrunner.mock.MockReply;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelRunnerTest {
    private static final MockReply BY_MODEL_A = MockReply.text("a answers");

    @Test
    void connectsToTheDefaultAddress() {
        assertThat(endpointWith(Map.of())).isEqualTo(RunnerEndpoint.parse("http://localhost:12434"));
    }

    @Test
    void connectsToTheAddressOfTheEnvironment() {
        Map<String, String> environment = Map.of("MODEL_RUNNER_BASE_URL", "http://runner:8080/engines/v1/");

        assertThat(endpointWith(environment)).isEqualTo(RunnerEndpoint.parse("http://runner:8080/engines/v1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  "})
    void blankVariableCountsAsUnset(String blank) {
        assertThat(endpointWith(Map.of("MODEL_RUNNER_BASE_URL", blank)))
                .isEqualTo(RunnerEndpoint.parse("http://localhost:12434"));
    }

    @Test
    void refusesAnAddressOfTheEnvironmentThatIsNone() {
        ModelRunner.Builder builder = new ModelRunner.Builder(name -> "ftp://runner");

        assertThatThrownBy(builder::build)
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("endpoint");
    }

    @Test
    void endpointGoesBeforeTheEnvironment() {
        ModelRunner.Builder builder = new ModelRunner.Builder(name -> "http://elsewhere:1");
        try (ModelRunner runner = builder.endpoint("there:8080")
                .apiKey("secret")
                .timeouts(Timeouts.defaults())
                .build()) {
            assertThat(endpointOf(runner)).isEqualTo(RunnerEndpoint.parse("http://there:8080"));
        }
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
        try (ModelRunner runner = new ModelRunner.Builder(environment::get).build()) {
            return endpointOf(runner);
        }
    }

    private static RunnerEndpoint endpointOf(ModelRunner runner) {
        return ((HttpAdapter) runner.adapter()).endpoint();
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
