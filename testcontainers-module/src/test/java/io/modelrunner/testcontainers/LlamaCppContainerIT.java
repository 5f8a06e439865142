package io.modelrunner.testcontainers;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.modelrunner.CancelledException;
import io.modelrunner.ContextOverflowException;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.chat.ContentPart;
import io.modelrunner.chat.Message;
import io.modelrunner.http.HttpAdapter;
import io.modelrunner.retrieval.Embedder;
import io.modelrunner.retrieval.EmbeddingRequest;
import io.modelrunner.retrieval.RerankRequest;
import io.modelrunner.retrieval.Reranker;
import io.modelrunner.tinymodel.TinyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.Network;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.MountableFile;

@Timeout(120)
@RequiresDocker
class LlamaCppContainerIT {
    private static final String GREETING = "Hello! How can I help you today?";
    private static final ChatRequest HELLO = asking("Hello");
    private static final String RED_PICTURE =
            "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEklEQVR4nGP4z8CAFWEXHbQS" + "ACj/P8Fu7N9hAAAAAElFTkSuQmCC";

    @Test
    void tinyModelAnswersWholeAndStreamed() {
        try (LlamaCppContainer llama = started(new LlamaCppContainer().withTinyModel());
                ChatStream stream = llama.adapter().stream(HELLO)) {
            HttpAdapter adapter = llama.adapter();
            assertThat(adapter.health().isUp()).isTrue();
            assertThat(adapter.health().speaks()).contains("llama.cpp");
            assertThat(adapter.listModels())
                    .extracting(model -> model.name().text())
                    .containsExactly(LlamaCppContainer.TINY);
            assertThat(adapter.chat(HELLO)).isComplete().hasText(GREETING);
            assertThat(stream.text())
                    .hasSizeGreaterThan(3)
                    .satisfies(pieces -> assertThat(String.join("", pieces)).isEqualTo(GREETING));
        }
    }

    @Test
    void imageAloneServesTheTinyModel() {
        assumeTrue(TinyImage.isBuilt(), "another image has no model");
        try (LlamaCppContainer llama = started(new LlamaCppContainer())) {
            assertThat(llama.adapter().chat(HELLO)).hasText(GREETING);
        }
    }

    @Test
    void fileIsServedUnderItsName(@TempDir Path directory) throws IOException {
        Path file = TinyModel.CHAT.copyTo(directory.resolve("greeter.gguf"));
        // The server in the container is another user.
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        try (LlamaCppContainer llama =
                started(new LlamaCppContainer().withModelFile(MountableFile.forHostPath(file)))) {
            HttpAdapter adapter = llama.adapter();
            assertThat(adapter.listModels())
                    .extracting(model -> model.name().text())
                    .containsExactly("greeter");
            assertThat(adapter.chat(HELLO)).hasText(GREETING);
        }
    }

    @Test
    void resourceIsServedUnderTheNameThatItIsGiven() {
        MountableFile resource = MountableFile.forClasspathResource("io/modelrunner/tinymodel/tiny.gguf");
        try (LlamaCppContainer llama = started(new LlamaCppContainer().withModelFile(resource, "ai/greeter"))) {
            assertThat(llama.adapter().listModels())
                    .extracting(model -> model.name().text())
                    .containsExactly("ai/greeter");
            assertThat(llama.adapter().chat(HELLO)).hasText(GREETING);
        }
    }

    @Test
    void visionSeesRed() {
        ContentPart picture = ContentPart.image("image/png", Base64.getDecoder().decode(RED_PICTURE));
        ChatRequest request = ChatRequest.builder(LlamaCppContainer.TINY)
                .message(Message.user(ContentPart.text("Repeat after me:"), picture))
                .temperature(0)
                .build();
        try (LlamaCppContainer llama = started(new LlamaCppContainer().withTinyVision())) {
            assertThat(llama.adapter().chat(request)).hasText("red");
        }
    }

    @Test
    void reasoningIsToldFromTheAnswer() {
        String thought = "root ::= \"<think>\\nI count to three.\\n</think>\\n\\n1, 2, 3\"";
        ChatRequest request = ChatRequest.builder(LlamaCppContainer.TINY)
                .user("Count from 1 to 3")
                .temperature(0)
                .extra("grammar", thought)
                .build();
        try (LlamaCppContainer llama = started(new LlamaCppContainer().withTinyReasoning())) {
            assertThat(llama.adapter().chat(request)).hasReasoning("I count to three.\n");
        }
    }

    @Test
    void embeddingsAndRerankerRunSideBySide() {
        RerankRequest ranking = RerankRequest.of(LlamaCppContainer.TINY, "whale", List.of("A dog", "A whale"));
        try (LlamaCppContainer embeddings = started(new LlamaCppContainer().withTinyEmbeddings());
                LlamaCppContainer reranker = started(new LlamaCppContainer().withTinyReranker())) {
            Embedder embedder = embeddings.adapter().power(Embedder.class).orElseThrow();
            Reranker ranker = reranker.adapter().power(Reranker.class).orElseThrow();

            assertThat(embedder.embed(EmbeddingRequest.of(LlamaCppContainer.TINY, "A whale"))
                            .dimensions())
                    .isEqualTo(128);
            assertThat(ranker.rerank(ranking).ranking().get(0).index()).isEqualTo(1);
        }
    }

    @Test
    void contextHasTheSizeThatIsSet() {
        try (LlamaCppContainer llama =
                started(new LlamaCppContainer().withTinyModel().withContextSize(512))) {
            HttpAdapter adapter = llama.adapter();
            ContextOverflowException failure = catchThrowableOfType(
                    ContextOverflowException.class, () -> adapter.chat(asking("word ".repeat(600))));

            assertThat(failure).isNotNull();
            assertThat(failure.contextTokens()).hasValue(512);
        }
    }

    @Test
    void templateMakesThePrompt() {
        Transferable greeting =
                Transferable.of("{{ '<|im_start|>user\\nHello<|im_end|>\\n<|im_start|>assistant\\n' }}");
        try (LlamaCppContainer llama =
                started(new LlamaCppContainer().withTinyModel().withChatTemplate(greeting))) {
            assertThat(llama.adapter().chat(asking("What is Docker?"))).hasText(GREETING);
        }
    }

    @Test
    void otherContainerReachesItByItsAlias() throws IOException, InterruptedException {
        String script = "exec 3<>/dev/tcp/llama/8080; printf 'GET /health HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3";
        try (Network network = Network.newNetwork();
                LlamaCppContainer llama = new LlamaCppContainer()
                        .withTinyModel()
                        .withNetwork(network)
                        .withNetworkAliases("llama");
                LlamaCppContainer other =
                        new LlamaCppContainer().withTinyModel().withNetwork(network)) {
            llama.start();
            other.start();

            assertThat(llama.internalBaseUrl()).isEqualTo("http://llama:8080");
            ExecResult answer = other.execInContainer("timeout", "60", "bash", "-c", script);
            assertThat(answer.getStdout()).contains("200 OK");
        }
    }

    @Test
    void brokenModelFailsTheStartWithTheWordsOfTheServer() {
        try (LlamaCppContainer llama = new LlamaCppContainer()
                .withCopyToContainer(Transferable.of("this is no model"), "/models/broken.gguf")
                .withArgs("--model", "/models/broken.gguf")) {
            assertThatExceptionOfType(ContainerLaunchException.class)
                    .isThrownBy(llama::start)
                    .withMessageContainingAll("llama-server said", "failed to load model");
        }
    }

    @Test
    void unknownArgumentFailsTheStartWithTheWordsOfTheServer() {
        try (LlamaCppContainer llama = new LlamaCppContainer().withTinyModel().withArgs("--no-such-argument")) {
            assertThatExceptionOfType(ContainerLaunchException.class)
                    .isThrownBy(llama::start)
                    .withMessageContaining("--no-such-argument");
        }
    }

    @Test
    void slowStartIsGivenUpAtItsLimit() {
        // It is as slow as can be: a slow server may be there before a machine that stalls looks for the first time.
        try (LlamaCppContainer llama = new LlamaCppContainer()
                .withTinyModel()
                .withStartupTimeout(Duration.ZERO)
                .withCreateContainerCmdModifier(command -> command.withEntrypoint("sh", "-c", "sleep 120"))) {
            assertThatExceptionOfType(ContainerLaunchException.class)
                    .isThrownBy(llama::start)
                    .havingRootCause()
                    .withMessageContaining("GET /health was not answered with 200 within 0 s");
        }
    }

    @Test
    void adapterIsClosedWithTheContainerThatCanStartAgain() {
        try (LlamaCppContainer llama = started(new LlamaCppContainer().withTinyModel())) {
            HttpAdapter first = llama.adapter();
            assertThat(llama.adapter()).isSameAs(first);
            llama.stop();
            assertThatExceptionOfType(CancelledException.class).isThrownBy(() -> first.chat(HELLO));

            llama.start();
            assertThat(llama.adapter().chat(HELLO)).hasText(GREETING);
        }
    }

    @Test
    void serverThatIsReusedHasItsModel() {
        String name = UUID.randomUUID().toString();
        try (LlamaCppContainer first = reusable(name);
                LlamaCppContainer second = reusable(name)) {
            first.start();
            second.start();

            assertThat(second.getContainerId()).isEqualTo(first.getContainerId());
            assertThat(second.adapter().chat(HELLO)).hasText(GREETING);
        }
    }

    private static LlamaCppContainer reusable(String name) {
        return new LlamaCppContainer().withTinyModel().withReuse(true).withLabel("io.modelrunner.it", name);
    }

    private static ChatRequest asking(String text) {
        return ChatRequest.builder(LlamaCppContainer.TINY)
                .user(text)
                .temperature(0)
                .build();
    }

    private static LlamaCppContainer started(LlamaCppContainer container) {
        container.start();
        return container;
    }
}
