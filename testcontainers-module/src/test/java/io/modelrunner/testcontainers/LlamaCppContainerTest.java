package io.modelrunner.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.tinymodel.TinyModel;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

class LlamaCppContainerTest {
    @TempDir
    private Path jars;

    @Test
    void imageKeepsItsOwnArgumentsByDefault() {
        assertThat(configured(new LlamaCppContainer())).isEmpty();
    }

    @Test
    void otherImageMustBeSaidToBeASubstitute() {
        DockerImageName own = DockerImageName.parse("example/llama:1");

        assertThatIllegalStateException()
                .isThrownBy(() -> new LlamaCppContainer(own))
                .withMessageContaining("ghcr.io/ggml-org/llama.cpp");
        assertThat(new LlamaCppContainer(own.asCompatibleSubstituteFor("ghcr.io/ggml-org/llama.cpp")))
                .isNotNull();
        assertThat(new LlamaCppContainer("ghcr.io/ggml-org/llama.cpp:server-cuda"))
                .isNotNull();
    }

    @Test
    void argumentsKeepTheirOrder() {
        LlamaCppContainer container =
                new LlamaCppContainer().withTinyModel().withContextSize(512).withArgs("--parallel", "2");

        assertThat(configured(container))
                .containsExactly(
                        ("--model /models/tiny.gguf --alias tiny --threads 1 --jinja --ctx-size 512 --parallel 2"
                                        + " --host 0.0.0.0 --port 8080")
                                .split(" "));
    }

    @Test
    void tinyModelIsServedByTheContainerThatWasSetUp() {
        LlamaCppContainer container = new LlamaCppContainer("ghcr.io/ggml-org/llama.cpp:server-b6000");

        assertThat(container.withEnv("NAME", "value").withTinyModel()).isSameAs(container);
    }

    @Test
    void commandThatWouldBeLostIsRefused() {
        LlamaCppContainer container = new LlamaCppContainer().withTinyModel();

        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> container.withCommand("--ctx-size 512"))
                .withMessageContaining("withArgs");
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> container.withCommand("--ctx-size", "512"))
                .withMessageContaining("withArgs");
    }

    @Test
    void variantsNameTheirFiles() {
        assertThat(configured(new LlamaCppContainer().withTinyVision()))
                .containsSequence("--model", "/models/tiny.gguf")
                .containsSequence("--mmproj", "/models/projector/mmproj.gguf");
        assertThat(configured(new LlamaCppContainer().withTinyReasoning()))
                .containsSequence("--chat-template-file", "/models/template/chat.jinja");
        assertThat(configured(new LlamaCppContainer().withTinyEmbeddings())).contains("--embeddings");
        assertThat(configured(new LlamaCppContainer().withTinyReranker())).contains("--reranking");
    }

    @Test
    void modelIsKnownByTheNameOfItsFile(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("smollm2-135m.Q4_0.gguf"), "GGUF");

        assertThat(configured(new LlamaCppContainer().withModelFile(MountableFile.forHostPath(file))))
                .containsSequence("--model", "/models/smollm2-135m.Q4_0.gguf")
                .containsSequence("--alias", "smollm2-135m.Q4_0");
    }

    @Test
    void resourceOfAJarIsServedUnderTheNameThatItIsGiven() throws Exception {
        MountableFile resource = resourceOfAJar();
        assertThatThrownBy(() -> new LlamaCppContainer().withModelFile(resource))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContainingAll("withModelFile(gguf, name)", ".testcontainers-tmp-");

        assertThat(configured(new LlamaCppContainer().withModelFile(resource, "greeter")))
                .containsSequence("--model", "/models/greeter.gguf")
                .containsSequence("--alias", "greeter");
        assertThat(configured(new LlamaCppContainer().withModelFile(resourceOfAJar(), "ai/greeter:1.gguf")))
                .as("what decides whether a container is reused")
                .containsSequence("--model", "/models/ai/greeter:1.gguf")
                .containsSequence("--alias", "ai/greeter:1");
    }

    /** {@return the tiny model as users have it, whose class path has jars: that of a build may have folders} */
    private MountableFile resourceOfAJar() throws IOException {
        Path jar = jars.resolve("with-a-model.jar");
        try (JarOutputStream entries = new JarOutputStream(Files.newOutputStream(jar))) {
            entries.putNextEntry(new JarEntry("of-the-jar/greeter.gguf"));
            entries.write(TinyModel.CHAT.bytes());
        }
        Thread thread = Thread.currentThread();
        ClassLoader usual = thread.getContextClassLoader();
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
            thread.setContextClassLoader(loader);
            return MountableFile.forClasspathResource("of-the-jar/greeter.gguf");
        } finally {
            thread.setContextClassLoader(usual);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "/etc/passwd", "../mine", "mine/../other", "a,b", "-x"})
    void nameThatIsNoneIsRefused(String name) {
        MountableFile file = MountableFile.forHostPath(System.getProperty("java.home") + "/release");

        assertThatThrownBy(() -> new LlamaCppContainer().withModelFile(file, name))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContainingAll("name", '"' + name + '"');
    }

    @Test
    void snippetsOfTheReadmeAreRight() {
        DockerImageName image =
                DockerImageName.parse("example/llama:1").asCompatibleSubstituteFor("ghcr.io/ggml-org/llama.cpp");
        LlamaCppContainer llama = new LlamaCppContainer(image).withTinyModel();

        assertThat(configured(llama)).containsSequence("--model", "/models/tiny.gguf");
        assertThatThrownBy(LlamaCppContainerTest::ownModel)
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("mine.gguf");
    }

    private static void ownModel() {
        LlamaCppContainer llama = new LlamaCppContainer()
                .withModelFile(MountableFile.forHostPath("models/mine.gguf"))
                .withContextSize(4_096);
        throw new AssertionError(llama + " has a model that is not there");
    }

    @Test
    @SuppressWarnings("resource") // never started
    void applicationOfTheReadmeIsToldTheAddress() {
        Network network = Network.newNetwork();
        LlamaCppContainer llama =
                new LlamaCppContainer().withTinyModel().withNetwork(network).withNetworkAliases("llama");
        GenericContainer<?> application = new GenericContainer<>("example/application:1")
                .withNetwork(network)
                .dependsOn(llama)
                .withEnv("MODEL_RUNNER_BASE_URL", llama.internalOpenAiBaseUrl());

        assertThat(application.getEnvMap()).containsEntry("MODEL_RUNNER_BASE_URL", "http://llama:8080/v1");
    }

    @Test
    void missingFileIsRefusedByItsName(@TempDir Path directory) {
        MountableFile missing = MountableFile.forHostPath(directory.resolve("missing.gguf"));
        LlamaCppContainer container = new LlamaCppContainer();

        assertThatThrownBy(() -> container.withModelFile(missing))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContainingAll("gguf", "a file that can be read", "missing.gguf");
        assertThatThrownBy(() -> container.withProjector(missing))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContainingAll("projector", "missing.gguf");
        assertThatThrownBy(() -> container.withChatTemplate(missing))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContainingAll("template", "missing.gguf");
    }

    @Test
    void directoryIsNoModel(@TempDir Path directory) {
        assertThatThrownBy(() -> new LlamaCppContainer().withModelFile(MountableFile.forHostPath(directory)))
                .isInstanceOf(InvalidRequestException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void contextHasAtLeastOneToken(int tokens) {
        assertThatThrownBy(() -> new LlamaCppContainer().withContextSize(tokens))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContainingAll("contextSize", "at least 1", String.valueOf(tokens));
    }

    @Test
    void templateCanBeText() {
        assertThat(configured(
                        new LlamaCppContainer().withTinyModel().withChatTemplate(Transferable.of("{{ messages }}"))))
                .containsSubsequence("--chat-template-file", "/models/template/chat.jinja", "--jinja");
    }

    @Test
    void internalAddressIsTheAliasThatWasGiven() {
        LlamaCppContainer alone = new LlamaCppContainer().withTinyModel().withNetworkAliases("llama");
        assertThatIllegalStateException().isThrownBy(alone::internalBaseUrl).withMessageContaining("withNetwork");

        // SHARED is made on first use of its id only
        assertThat(alone.withNetwork(Network.SHARED).internalBaseUrl()).isEqualTo("http://llama:8080");
        assertThat(alone.internalOpenAiBaseUrl()).isEqualTo("http://llama:8080/v1");
        assertThat(new LlamaCppContainer()
                        .withTinyModel()
                        .withNetwork(Network.SHARED)
                        .internalBaseUrl())
                .matches("http://tc-\\w+:8080");
    }

    private static String[] configured(LlamaCppContainer container) {
        container.configure();
        return container.getCommandParts();
    }
}
