package io.modelrunner.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelrunner.ModelNotFoundException;
import io.modelrunner.RequestRefusedException;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.http.HttpAdapter;
import io.modelrunner.testing.ReplayAdapter;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import io.modelrunner.testing.fake.FakeModel;
import io.modelrunner.testing.fake.FakeModelRunner;
import io.modelrunner.testing.fake.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class VerificationTest {
    private static final Optional<Path> NOT_RECORDED = Optional.empty();

    private final Output out = new Output();
    private final Output err = new Output();

    @Test
    void runnerThatCanAllPasses() {
        try (FakeModelRunner runner = FakeModelRunner.start()) {
            assertThat(verify(runner.baseUrl())).isTrue();
            assertThat(err.lines())
                    .containsExactly(
                            "quickstart: verifying " + runner.baseUrl() + " with the model docker.io/ai/tiny:latest");
            assertThat(out.lines()).hasSize(Checks.ALL.size() + 2);
            assertThat(out.lines().get(0)).matches("CHECK +RESULT +TIME +DETAIL");
            assertThat(row("version")).matches("version +passed +\\d+ ms +Docker Model Runner .*");
            assertThat(row("engines")).contains("llama.cpp of 5");
            assertThat(row("list")).endsWith("3 models");
            assertThat(row("inspect")).contains("Model[docker.io/ai/tiny:latest");
            assertThat(row("chat")).endsWith("10 tokens, finish reason STOP");
            assertThat(row("stream")).contains(" passed ").endsWith(" events");
            assertThat(row("cancel")).contains("ended; the next question: 10 tokens");
            assertThat(row("embeddings")).endsWith("docker.io/ai/tiny-embed:latest: 128 dimensions");
            assertThat(row("unknown-model")).contains(" passed ");
            assertThat(row("context-overflow")).matches(".* passed .* refused: \\d+ tokens for a context of 2048");
            assertThat(out.lines()).last().isEqualTo("10 checks: 10 passed, 0 failed, 0 not offered");
        }
    }

    @Test
    void modelThatIsMadeForChatsIsTakenUnlessOneIsNamed() {
        try (FakeModelRunner runner = FakeModelRunner.builder()
                .model(FakeModel.embedding("ai/vectors"))
                .model(FakeModel.reranking("ai/scores"))
                .model("ai/first")
                .model("ai/second")
                .start()) {
            assertThat(verify(runner.baseUrl())).isTrue();
            assertThat(row("embeddings")).contains("docker.io/ai/vectors:latest");
            assertThat(verify(runner.baseUrl(), Optional.of("ai/second"), NOT_RECORDED))
                    .isTrue();
            assertThat(err.lines())
                    .satisfiesExactly(
                            line -> assertThat(line).endsWith("with the model docker.io/ai/first:latest"),
                            line -> assertThat(line).endsWith("with the model ai/second"));
        }
    }

    @Test
    void withoutAModelForEmbeddingsTheyAreNotOffered() {
        try (FakeModelRunner runner = FakeModelRunner.builder().model("ai/only").start()) {
            assertThat(verify(runner.baseUrl())).isTrue();
            assertThat(row("embeddings")).contains(" not offered ", "no model that is made for embeddings");
            assertThat(out.lines()).last().isEqualTo("10 checks: 9 passed, 0 failed, 1 not offered");
        }
    }

    @Test
    void whatFailsIsShownWithItsRemedyAndTheRestIsTriedAllTheSame() {
        try (FakeModelRunner runner = FakeModelRunner.start()) {
            runner.fail(Fault.cutStream(2));
            assertThat(verify(runner.baseUrl())).isFalse();
            assertThat(row("stream")).contains(" failed ", "; remedy: ");
            assertThat(out.lines()).last().isEqualTo("10 checks: 9 passed, 1 failed, 0 not offered");
        }
    }

    @Test
    void modelThatIsNotThereFailsTheChecksThatNeedIt() {
        try (FakeModelRunner runner = FakeModelRunner.start()) {
            assertThat(verify(runner.baseUrl(), Optional.of("ai/missing"), NOT_RECORDED))
                    .isFalse();
            assertThat(row("version")).contains(" passed ");
            assertThat(row("inspect")).contains(" failed ");
            assertThat(row("chat")).contains(" failed ", "docker model pull ai/missing");
        }
    }

    @Test
    void serverOfOneModelOffersLess() {
        try (ScriptedServer server = Servers.llamaCpp()) {
            server.on("/v1/chat/completions", exchange -> {
                boolean streamed = exchange.request().body().contains("\"stream\":true");
                boolean tooLong = exchange.request().body().length() > 5_000;
                String chat = tooLong ? "inference/chat-context-overflow" : "llama-cpp/chat";
                Servers.recorded(streamed ? "llama-cpp/chat-stream" : chat).answer(exchange);
            });
            server.on("/props", Servers.recorded("llama-cpp/props"));
            server.on("/v1/embeddings", Servers.recorded("llama-cpp/embeddings-on-chat-model"));

            assertThat(verify(server.url())).isTrue();
            assertThat(row("version")).contains(" llama.cpp b");
            assertThat(row("engines")).contains("llama.cpp of 1");
            assertThat(row("inspect")).contains(" not offered ");
            assertThat(row("embeddings")).contains(" not offered ");
            assertThat(row("unknown-model")).contains(" not offered ", "answers to any name");
            assertThat(row("context-overflow")).contains(" passed ");
        }
    }

    @Test
    void modelThatIsCalledByAPathIsTakenAllTheSame() {
        try (ScriptedServer server = Servers.llamaCpp()) {
            server.on("/v1/models", Script.json(200, """
                    {"object":"list","data":[{"id":"/models/m.gguf","object":"model"}]}"""));
            verify(server.url());
            assertThat(err.lines()).singleElement().asString().endsWith("with the model /models/m.gguf");
            assertThat(row("inspect")).contains(" not offered ", "the model can't be asked for");
        }
    }

    @Test
    void damagedModelDoesNotKeepTheOthersFromBeingVerified() {
        try (FakeModelRunner runner = FakeModelRunner.start()) {
            runner.damage("ai/tiny-rerank");
            assertThat(verify(runner.baseUrl())).isTrue();
        }
    }

    @Test
    void runnerWithoutModelsCantBeVerified() {
        try (FakeModelRunner runner = FakeModelRunner.builder().start()) {
            assertThatThrownBy(() -> verify(runner.baseUrl()))
                    .isInstanceOf(ModelNotFoundException.class)
                    .hasMessageContaining("docker model pull ai/smollm2");
        }
    }

    @Test
    void exchangesOfEachCheckAreKept(@TempDir Path directory) throws IOException {
        Path recordings = directory.resolve("new");
        try (FakeModelRunner runner = FakeModelRunner.start()) {
            assertThat(verify(runner.baseUrl(), Optional.empty(), Optional.of(recordings)))
                    .isTrue();
        }
        for (Check check : Checks.ALL) {
            assertThat(recordings.resolve(check.name())).isDirectoryContaining("glob:**-*.json");
        }
        assertThat(Files.readString(recordings.resolve("context-overflow/004-chat-completions.json")))
                .contains("\"name\": \"context-overflow/004-chat-completions\"", "\"status\": 400", "n_prompt_tokens");
        try (LLMAdapter replay = ReplayAdapter.from(recordings.resolve("chat"), HttpAdapter::at)) {
            ChatRequest asked = ChatRequest.builder("docker.io/ai/tiny:latest")
                    .user("Hello")
                    .temperature(0)
                    .maxTokens(50)
                    .build();
            assertThat(replay.chat(asked).text()).isEqualTo(Servers.GREETING);
        }
    }

    @Test
    void nothingIsRecordedIntoWhatIsThere(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("old.json"), "{}");
        try (FakeModelRunner runner = FakeModelRunner.start()) {
            assertThatThrownBy(() -> verify(runner.baseUrl(), Optional.empty(), Optional.of(directory)))
                    .isInstanceOf(RequestRefusedException.class)
                    .hasMessageContaining("there is something in " + directory);
            Path file = directory.resolve("old.json");
            assertThatThrownBy(() -> verify(runner.baseUrl(), Optional.empty(), Optional.of(file)))
                    .isInstanceOf(RequestRefusedException.class)
                    .hasMessageContaining("name a new directory");
        }
    }

    @Test
    void whatIsBehindTlsOrASocketCantBeRecorded(@TempDir Path directory) {
        Optional<Path> recordings = Optional.of(directory.resolve("new"));
        for (String address : List.of("https://localhost:1", "unix:///var/run/none.sock")) {
            assertThatThrownBy(() -> verify(address, Optional.empty(), recordings))
                    .isInstanceOf(RequestRefusedException.class)
                    .hasMessageContaining("only what is asked over plain HTTP can be recorded");
        }
    }

    @Test
    void serverThatAnswersUnknownModelsThoughItKeepsModelsFails() {
        Script answer = Servers.recorded("inference/chat");
        try (ScriptedServer server = Servers.modelRunner("models/openai-list")
                .on("/engines/v1/chat/completions", answer)
                .on("/models/ai/no-model-has-this-name:latest", Servers.recorded("models/inspect-unknown"))) {
            verify(server.url());
            assertThat(row("unknown-model")).contains(" failed ", "answered");
            assertThat(row("context-overflow")).contains(" not offered ", "was answered");
        }
    }

    private boolean verify(String address) {
        return verify(address, Optional.empty(), NOT_RECORDED);
    }

    private boolean verify(String address, Optional<String> model, Optional<Path> recordings) {
        try (HttpAdapter adapter = HttpAdapter.at(address)) {
            return new Verification(adapter, Checks.ALL, out.stream()).run(model, recordings, new Notes(err.stream()));
        }
    }

    private String row(String check) {
        return out.lines().stream()
                .filter(line -> line.startsWith(check + " "))
                .findFirst()
                .orElseThrow();
    }
}
