package io.modelrunner.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.modelrunner.BrokenAnswerException;
import io.modelrunner.ModelNotFoundException;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.cli.CliAdapter;
import io.modelrunner.control.ConfigurationChange;
import io.modelrunner.fallback.CircuitState;
import io.modelrunner.fallback.Fallback;
import io.modelrunner.http.HttpAdapter;
import io.modelrunner.mock.MockAdapter;
import io.modelrunner.retrieval.Embedder;
import io.modelrunner.retrieval.EmbeddingRequest;
import io.modelrunner.sdk.ModelRunner;
import io.modelrunner.store.PullEvent;
import io.modelrunner.store.PullStream;
import io.modelrunner.testing.Recordings;
import io.modelrunner.testing.ScriptedServer;
import io.modelrunner.testing.fake.FakeModel;
import io.modelrunner.testing.fake.FakeModelRunner;
import io.modelrunner.testing.fake.FakeModelRunnerExtension;
import io.modelrunner.testing.fake.Fault;
import io.modelrunner.tinymodel.TinyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows is here, compiled and run: every snippet of Java must be found in this file. */
class ReadmeTest {
    private static final Path README = Path.of("..", "README.md");
    private static final Path THIS = Path.of("src/test/java/io/modelrunner/examples/ReadmeTest.java");

    @Test
    void everySnippetIsHere() throws IOException {
        String here = withoutSpace(Files.readString(THIS));
        List<String> snippets = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(README))
                .results()
                .map(MatchResult::group)
                .map(block -> block.replace("```java", "").replace("```", ""))
                .toList();
        assertThat(snippets).isNotEmpty().allSatisfy(snippet -> assertThat(here).contains(withoutSpace(snippet)));
    }

    @Test
    void messageIsAsShown() throws IOException {
        try (ScriptedServer server = ScriptedServer.replay(Recordings.load("inference/model-not-pulled"));
                HttpAdapter adapter = HttpAdapter.at(server.url() + "/engines/v1")) {
            ModelNotFoundException e = catchThrowableOfType(
                    ModelNotFoundException.class, () -> adapter.chat(ChatRequest.of("ai/smollm2", "Hello")));
            String shown = e.toString().replace(server.url() + "/engines/v1", "http://localhost:12434");
            assertThat(Files.readString(README)).contains(shown);
        }
    }

    @Test
    void snippetsRun() {
        String model = "mock";
        try (ModelRunner runner =
                ModelRunner.builder().adapter(MockAdapter.echo()).build()) {
            try (ChatStream answer = runner.stream(ChatRequest.of(model, "Tell me a short story"))) {
                answer.text().forEach(System.out::print);
            }
            ChatRequest request = ChatRequest.builder(model)
                    .system("Answer in one sentence.")
                    .user("What is a container?")
                    .temperature(0.2)
                    .maxTokens(200)
                    .build();
            assertThat(runner.chat(request).text()).isEqualTo("What is a container?");
        }
    }

    @Test
    @ExtendWith(FakeModelRunnerExtension.class)
    void tellsWhatIsMissing(FakeModelRunner fake) {
        fake.fail(Fault.cutStream(2));
        try (ModelRunner runner = ModelRunner.at(fake.baseUrl());
                ChatStream answer = runner.stream(ChatRequest.of("ai/tiny", "Hello"))) {
            assertThatThrownBy(answer::join).isInstanceOf(BrokenAnswerException.class);
        }
    }

    @Test
    @ExtendWith(FakeModelRunnerExtension.class)
    void loadingSnippetRuns(FakeModelRunner fake, @TempDir Path directory) {
        Path gguf = TinyModel.CHAT.copyTo(directory.resolve("mine.gguf"));
        try (ModelRunner runner = ModelRunner.at(fake.baseUrl())) {
            runner.models().load(gguf, "ai/mine");
            runner.control()
                    .configure(
                            "ai/mine",
                            ConfigurationChange.builder().contextSize(4_096).build());
            runner.control().keepWarm("ai/mine");
            assertThat(runner.control().running()).isNotEmpty();
        }
    }

    @Test
    void chainSnippetRuns() {
        Fallback chain = Fallback.builder()
                .step(HttpAdapter.at("http://gpu-box:12434"))
                .otherModel("ai/smollm2")
                .step(CliAdapter.create())
                .build();
        try (chain) {
            assertThat(chain.circuits())
                    .extracting(CircuitState::adapter)
                    .containsExactly("http", "http", "cli"); // nothing was asked
        }
    }

    @Test
    void diagnosisSnippetRuns() {
        try (ModelRunner runner =
                ModelRunner.builder().finder(Servers.finder(Map.of())).build()) {
            System.out.println(runner.diagnose());
        }
    }

    @Test
    void embeddingSnippetRuns() {
        try (ScriptedServer server = ScriptedServer.replay(Recordings.load("inference/embeddings-base64"));
                ModelRunner runner = ModelRunner.at(server.url() + "/engines/v1")) {
            String model = "ai/tiny-embed";
            Embedder embedder = runner.adapter().power(Embedder.class).orElseThrow();
            float[] vector = embedder.embed(EmbeddingRequest.of(model, "A whale"))
                    .vectors()
                    .get(0);
            assertThat(vector).hasSize(128);
        }
    }

    @Test
    void pullSnippetRuns() {
        String model = "ai/smollm2";
        try (FakeModelRunner fake = FakeModelRunner.builder()
                        .registry(FakeModel.chat(model))
                        .start();
                ModelRunner runner = ModelRunner.at(fake.baseUrl())) {
            try (PullStream pull = runner.models().pull(model)) {
                for (PullEvent event : pull) {
                    System.out.println(event.percent() + " %");
                }
            }
            assertThat(fake.models()).containsExactly("docker.io/ai/smollm2:latest");
        }
    }

    @Test
    void commandsRun() throws IOException {
        List<String[]> commands = Files.readString(README)
                .lines()
                .filter(line -> line.startsWith("models "))
                .map(line ->
                        line.substring("models ".length()).replaceAll("\"", "").split(" "))
                .toList();
        assertThat(commands).hasSizeGreaterThan(5);
        try (FakeModelRunner runner = FakeModelRunner.start()) {
            runner.offer(FakeModel.chat("ai/smollm2"));
            runner.add(FakeModel.embedding("ai/embeddinggemma"));
            Output err = new Output();
            for (String[] command : commands) {
                List<String> words = new ArrayList<>(List.of("--runner", runner.baseUrl()));
                words.addAll(List.of(command));
                int exit = Models.run(new Output().stream(), err.stream(), words.toArray(String[]::new));
                assertThat(exit).as("%s: %s", words, err.text()).isZero();
            }
        }
    }

    /** The first snippet needs a runner on this machine; it is compiled only. */
    static void firstSnippet() {
        try (ModelRunner runner = ModelRunner.connect()) {
            System.out.println(runner.ask("ai/smollm2", "Why is the sky blue?"));
        }
    }

    private static String withoutSpace(String text) {
        return text.replaceAll("\\s+", "");
    }
}
