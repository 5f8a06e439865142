package io.modelrunner.testcontainers;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ContentPart;
import io.modelrunner.chat.Message;
import io.modelrunner.retrieval.Embedder;
import io.modelrunner.retrieval.EmbeddingRequest;
import io.modelrunner.retrieval.RerankRequest;
import io.modelrunner.retrieval.RerankResponse.Ranked;
import io.modelrunner.retrieval.Reranker;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;

/** A runner in a container answers with all that its models can do. */
@Timeout(600)
@RequiresDocker(RequiresDocker.Image.RUNNER)
class ModelRunnerContainerIT {
    private static final String RED =
            "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEklEQVR4nGP4z8CAFWEXHbQSACj/P8Fu7N9hAAAAAElFTkSuQmCC";
    private static final List<String> CAPITALS = List.of(
            "Docker packs software into containers.",
            "Berlin is the capital of Germany.",
            "Paris is the capital of France.");

    private static final Network NETWORK = Network.newNetwork();
    private static final ModelRunnerContainer RUNNER = RunnerImage.container()
            .withNetwork(NETWORK)
            .withNetworkAliases("runner")
            .withModel(RunnerImage.chatModel())
            .withModel(RunnerImage.embeddingModel(), RunnerImage.rerankingModel(), RunnerImage.visionModel());

    @BeforeAll
    static void start() {
        RUNNER.start();
    }

    @AfterAll
    static void stop() {
        RUNNER.stop();
        NETWORK.close();
    }

    @Test
    void runnerIsWhatItsAddressesSay() {
        assertThat(RUNNER.adapter().health().speaks()).hasValue("Docker Model Runner");
        assertThat(RUNNER.endpoint().management()).isEqualTo("http://" + RUNNER.getHost() + ":" + port());
        assertThat(RUNNER.openAiBaseUrl()).isEqualTo("http://" + RUNNER.getHost() + ":" + port() + "/engines/v1");
        assertThat(RUNNER.baseUrl()).isEqualTo("http://" + RUNNER.getHost() + ":" + port());
        assertThat(RUNNER.adapter().endpoint()).isEqualTo(RUNNER.endpoint());
        assertThat(RUNNER.control().status().engine("llama.cpp")).isPresent();
    }

    private static int port() {
        return RUNNER.getMappedPort(12434);
    }

    @Test
    void adapterIsAlwaysTheSame() {
        assertThat(RUNNER.adapter()).isSameAs(RUNNER.adapter());
    }

    @Test
    void modelsAreThere() {
        assertThat(RUNNER.models().list()).hasSize(4);
        assertThat(RUNNER.models().inspect(RunnerImage.chatModel()).id()).isPresent();
    }

    @ParameterizedTest
    @EnumSource
    void chatIsAnswered(Way way) {
        ChatRequest request = ChatRequest.builder(RunnerImage.chatModel())
                .user("Hello")
                .temperature(0)
                .build();

        assertThat(way.ask(RUNNER.adapter(), request)).isComplete().hasTextContaining("Hello");
    }

    @Test
    void textIsEmbedded() {
        Embedder embedder = RUNNER.adapter().power(Embedder.class).orElseThrow();

        assertThat(embedder.embed(EmbeddingRequest.of(RunnerImage.embeddingModel(), "Hello"))
                        .vectors())
                .singleElement()
                .satisfies(vector -> assertThat(vector).hasSizeGreaterThan(100));
    }

    @Test
    void documentsAreRanked() {
        Reranker reranker = RUNNER.adapter().power(Reranker.class).orElseThrow();
        RerankRequest request =
                RerankRequest.of(RunnerImage.rerankingModel(), "What is the capital of France?", CAPITALS);

        assertThat(reranker.rerank(request).ranking()).extracting(Ranked::index).startsWith(2);
    }

    @Test
    void pictureIsSeen() {
        ContentPart picture = ContentPart.image("image/png", Base64.getDecoder().decode(RED));
        ChatRequest request = ChatRequest.builder(RunnerImage.visionModel())
                .message(Message.user(ContentPart.text(RunnerImage.askingForColour()), picture))
                .temperature(0)
                .maxTokens(50)
                .build();

        assertThat(RUNNER.adapter().chat(request).text().toLowerCase(Locale.ROOT))
                .contains("red");
    }

    @Test
    void containerOfTheSameNetworkReachesIt() throws IOException, InterruptedException {
        assertThat(RUNNER.internalBaseUrl()).isEqualTo("http://runner:12434");
        assertThat(RUNNER.internalOpenAiBaseUrl()).isEqualTo("http://runner:12434/engines/v1");
        String get = "exec 3<>/dev/tcp/runner/12434"
                + " && printf 'GET /engines/status HTTP/1.1\\r\\nHost: runner\\r\\n\\r\\n' >&3"
                + " && read -r -t 10 status <&3 && echo \"$status\"";
        try (GenericContainer<?> neighbour = new GenericContainer<>(RunnerImage.name())
                .withNetwork(NETWORK)
                .withCreateContainerCmdModifier(command -> command.withEntrypoint("sleep", "120"))) {
            neighbour.start();
            ExecResult result = neighbour.execInContainer("bash", "-c", get);

            assertThat(result.getStdout()).startsWith("HTTP/1.1 200");
        }
    }
}
