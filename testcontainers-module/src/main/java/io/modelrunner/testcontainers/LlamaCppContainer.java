package io.modelrunner.testcontainers;

import io.modelrunner.http.HttpAdapter;
import io.modelrunner.tinymodel.TinyModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/**
 * llama.cpp's own server in a container.
 *
 * <pre>{@code
 * @Container
 * static final LlamaCppContainer llama = LlamaCppContainer.withTinyModel();
 * }</pre>
 *
 * <p>It is started when {@code GET /health} answers 200, which is when the model is loaded; with a tiny model that takes
 * about a second. The tiny models are copied into the container, so that any image will do whose entry point is
 * {@code llama-server}. They know the name {@value #TINY} only, though llama.cpp answers to any.
 */
public final class LlamaCppContainer extends GenericContainer<LlamaCppContainer> {
    /** The image that {@code testcontainers-module/image/build} makes, with Debian's llama.cpp. */
    public static final DockerImageName IMAGE = DockerImageName.parse("model-runner-sdk/llama.cpp:tiny");

    /** The name of each tiny model. */
    public static final String TINY = "tiny";

    private static final int PORT = 8080;
    private static final String MODELS = "/models/";
    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    private final List<String> arguments = new ArrayList<>();

    /**
     * Makes a container that serves what the image serves by itself, unless told otherwise.
     *
     * @param image any image whose entry point is {@code llama-server}; not null
     */
    public LlamaCppContainer(DockerImageName image) {
        super(image);
        addExposedPort(PORT);
        setWaitStrategy(Wait.forHttp("/health").forPort(PORT).forStatusCode(200).withStartupTimeout(START_LIMIT));
    }

    /** {@return a container with the tiny language model: chat, streaming, tools, JSON} */
    public static LlamaCppContainer withTinyModel() {
        return new LlamaCppContainer(IMAGE).withModel(TinyModel.CHAT).withArguments("--jinja");
    }

    /** {@return a container with the tiny model for embeddings} */
    public static LlamaCppContainer withTinyEmbeddings() {
        return new LlamaCppContainer(IMAGE).withModel(TinyModel.EMBEDDING).withArguments("--embeddings");
    }

    /** {@return a container with the tiny reranker} */
    public static LlamaCppContainer withTinyReranker() {
        return new LlamaCppContainer(IMAGE).withModel(TinyModel.RERANKER).withArguments("--reranking");
    }

    /** {@return a container with the tiny language model and eyes for the colour of a picture} */
    public static LlamaCppContainer withTinyVision() {
        return withTinyModel().withFile("--mmproj", TinyModel.VISION_PROJECTOR);
    }

    /** {@return a container with the tiny language model and a chat template that tells reasoning from the answer} */
    public static LlamaCppContainer withTinyReasoning() {
        return withTinyModel().withFile("--chat-template-file", TinyModel.REASONING_TEMPLATE);
    }

    /**
     * Copies a tiny model into the container and serves it.
     *
     * @param model one of the models; not null
     * @return this
     */
    public LlamaCppContainer withModel(TinyModel model) {
        // One thread: on a small model, more of them mostly wait for each other.
        return withFile("-m", model).withArguments("--alias", TINY, "--threads", "1");
    }

    /**
     * Adds arguments of {@code llama-server}; host and port are given. With any argument, those of the image itself no
     * longer apply.
     *
     * @param more arguments, in order; not null
     * @return this
     */
    public LlamaCppContainer withArguments(String... more) {
        arguments.addAll(List.of(more));
        return this;
    }

    private LlamaCppContainer withFile(String option, TinyModel file) {
        String path = MODELS + file.fileName();
        return withCopyToContainer(Transferable.of(file.bytes()), path).withArguments(option, path);
    }

    /** Turns the arguments into the container's command. */
    @Override
    protected void configure() {
        if (arguments.isEmpty()) {
            return;
        }
        List<String> command = new ArrayList<>(arguments);
        command.addAll(List.of("--host", "0.0.0.0", "--port", String.valueOf(PORT)));
        setCommand(command.toArray(String[]::new));
    }

    /**
     * {@return the address of the server, without trailing slash}
     *
     * @throws IllegalStateException if the container is not running
     */
    public String baseUrl() {
        return "http://" + getHost() + ":" + getMappedPort(PORT);
    }

    /**
     * {@return the address of its OpenAI-compatible API, without trailing slash}
     *
     * @throws IllegalStateException if the container is not running
     */
    public String openAiBaseUrl() {
        return baseUrl() + "/v1";
    }

    /**
     * {@return a new adapter for the server; the caller closes it}
     *
     * @throws IllegalStateException if the container is not running
     */
    public HttpAdapter adapter() {
        return HttpAdapter.at(openAiBaseUrl());
    }
}
