package io.modelrunner.testcontainers;

import static java.util.Objects.requireNonNull;

import com.github.dockerjava.api.command.InspectContainerResponse;
import io.modelrunner.InvalidRequestException;
import io.modelrunner.RunnerEndpoint;
import io.modelrunner.http.HttpAdapter;
import io.modelrunner.tinymodel.TinyModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.ImagePullPolicy;
import org.testcontainers.images.PullPolicy;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * llama.cpp's own server in a container.
 *
 * <pre>{@code
 * @Container
 * static final LlamaCppContainer llama = new LlamaCppContainer().withTinyModel();
 * }</pre>
 *
 * <p>It has started when {@code GET /health} answers 200, which is when the model is loaded; it has 2 minutes for that, or
 * what {@link #withStartupTimeout} says. Where it can't start, the
 * exception ends with what {@code llama-server} said last; the container is removed, also when the thread that starts it is
 * interrupted, whose interrupt flag is set then. The tiny models are copied into the container, so nothing but
 * the image is ever pulled; they know the name {@value #TINY} only, though llama.cpp answers to any.
 *
 * <p>Like all containers of Testcontainers it is set up by one thread before it is started.
 */
public final class LlamaCppContainer extends GenericContainer<LlamaCppContainer> {
    /** The name of each tiny model. */
    public static final String TINY = "tiny";

    private static final DockerImageName DEFAULT_IMAGE_NAME = DockerImageName.parse("ghcr.io/ggml-org/llama.cpp");
    private static final DockerImageName DEFAULT_IMAGE = DEFAULT_IMAGE_NAME.withTag("server");

    private static final int PORT = 8080;
    private static final String MODELS = "/models/";
    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    private final List<String> arguments = new ArrayList<>();
    private final Launch launch = new Launch(this, "llama-server");
    private @Nullable HttpAdapter adapter;

    /** Makes a container of {@code ghcr.io/ggml-org/llama.cpp:server}. */
    public LlamaCppContainer() {
        this(DEFAULT_IMAGE);
    }

    /**
     * Makes a container of some tag of {@code ghcr.io/ggml-org/llama.cpp}.
     *
     * @param image the name of the image, such as {@code ghcr.io/ggml-org/llama.cpp:server-b6000}; not null
     */
    public LlamaCppContainer(String image) {
        this(DockerImageName.parse(image));
    }

    /**
     * Makes a container that serves what the image serves by itself, unless told otherwise.
     *
     * @param image any image whose entry point is {@code llama-server}; another than {@code ghcr.io/ggml-org/llama.cpp}
     *     needs {@link DockerImageName#asCompatibleSubstituteFor(String)}; not null
     * @throws IllegalStateException if the image is another one and not said to be a substitute
     */
    public LlamaCppContainer(DockerImageName image) {
        super(image);
        withImagePullPolicy(PullPolicy.defaultPolicy());
        image.assertCompatibleWith(DEFAULT_IMAGE_NAME);
        addExposedPort(PORT);
        setWaitStrategy(new AnswerWait("/health", PORT, START_LIMIT));
    }

    /** {@return this container, which serves the tiny language model: chat, streaming, tools, JSON} */
    public LlamaCppContainer withTinyModel() {
        return withModel(TinyModel.CHAT);
    }

    /** {@return this container, which serves the tiny model for embeddings} */
    public LlamaCppContainer withTinyEmbeddings() {
        return withModel(TinyModel.EMBEDDING);
    }

    /** {@return this container, which serves the tiny reranker} */
    public LlamaCppContainer withTinyReranker() {
        return withModel(TinyModel.RERANKER);
    }

    /** {@return this container, which serves the tiny language model with eyes for the colour of a picture} */
    public LlamaCppContainer withTinyVision() {
        return withTinyModel().withModel(TinyModel.VISION_PROJECTOR);
    }

    /** {@return this container, which serves the tiny language model with a chat template that tells reasoning from the answer} */
    public LlamaCppContainer withTinyReasoning() {
        return withTinyModel().withModel(TinyModel.REASONING_TEMPLATE);
    }

    /**
     * Copies a tiny model into the container and serves it with the arguments that it wants; the projector and the
     * template are for use beside {@link TinyModel#CHAT}.
     *
     * @param model one of the models; not null
     * @return this
     */
    public LlamaCppContainer withModel(TinyModel model) {
        Transferable content = Transferable.of(model.bytes());
        return switch (model) {
            case VISION_PROJECTOR -> withProjector(content);
            case REASONING_TEMPLATE -> withChatTemplate(content);
            case CHAT -> withTiny(model, content).withArgs("--jinja");
            case EMBEDDING -> withTiny(model, content).withEmbeddings();
            case RERANKER -> withTiny(model, content).withReranking();
        };
    }

    private LlamaCppContainer withTiny(TinyModel model, Transferable content) {
        // One thread: on a small model, more of them mostly wait for each other.
        return withFile("--model", content, MODELS + model.fileName()).withArgs("--alias", TINY, "--threads", "1");
    }

    /**
     * Copies a GGUF file into the container and serves it, under the file's name without {@code .gguf}.
     *
     * <p>Each start sends the whole file through the engine into the container's own layer: the memory of this process does
     * not grow with it, the engine's disk does, and a gigabyte takes seconds. Larger ones are better in a volume or an
     * image of their own, and named by {@code withArgs("--model", path)}. Of a model in several files this is the first
     * one; the others are put beside it into {@code /models} with {@link #withCopyFileToContainer}.
     *
     * @param gguf the file, of any name; not null
     * @return this
     * @throws InvalidRequestException if there is no such file, or it can't be read; or if it is a resource of a jar, of
     *     which Testcontainers does not tell the name
     */
    public LlamaCppContainer withModelFile(MountableFile gguf) {
        return withModelFile(gguf, HostFile.name(gguf), HostFile.name(gguf));
    }

    /**
     * Copies a GGUF file into the container, as {@link #withModelFile(MountableFile)} does, and serves it under a name.
     *
     * @param gguf a file, or a resource, which may be in a jar; not null
     * @param name the name, such as {@code mine}: letters, digits and {@code _ . : - /}; the file is
     *     {@code /models/mine.gguf} then, whatever it was before; not null
     * @return this
     * @throws InvalidRequestException if there is no such file, it can't be read, or the name is another one
     */
    public LlamaCppContainer withModelFile(MountableFile gguf, String name) {
        return withModelFile(gguf, name, HostFile.ofModel(HostFile.model(name)));
    }

    private LlamaCppContainer withModelFile(MountableFile gguf, String name, String file) {
        return withFile("--model", HostFile.readable(gguf, "gguf"), MODELS + file)
                .withArgs("--alias", HostFile.model(name));
    }

    /**
     * Lets the model see or hear.
     *
     * @param projector the projector that belongs to the model, an {@code mmproj} file in GGUF; not null
     * @return this
     * @throws InvalidRequestException if there is no such file, or it can't be read
     */
    public LlamaCppContainer withProjector(Transferable projector) {
        return withFile("--mmproj", HostFile.readable(projector, "projector"), MODELS + "projector/mmproj.gguf");
    }

    /**
     * Makes prompts by another template than the model's own.
     *
     * @param template a Jinja template, such as {@code Transferable.of("{{ … }}")} or a {@link MountableFile}; not null
     * @return this
     * @throws InvalidRequestException if there is no such file, or it can't be read
     */
    public LlamaCppContainer withChatTemplate(Transferable template) {
        return withFile("--chat-template-file", HostFile.readable(template, "template"), MODELS + "template/chat.jinja")
                .withArgs("--jinja");
    }

    /**
     * Sets the size of the context, which all answers at a time share; usually it is the one the model was trained for.
     *
     * @param tokens from 1 on; llama.cpp rounds it up to its own steps
     * @return this
     * @throws InvalidRequestException if it is below 1
     */
    public LlamaCppContainer withContextSize(int tokens) {
        if (tokens < 1) {
            throw new InvalidRequestException("contextSize", "at least 1", String.valueOf(tokens));
        }
        return withArgs("--ctx-size", String.valueOf(tokens));
    }

    /**
     * Serves embeddings, and nothing else.
     *
     * @return this
     */
    public LlamaCppContainer withEmbeddings() {
        return withArgs("--embeddings");
    }

    /**
     * Serves reranking, and nothing else; the model must be a reranker.
     *
     * @return this
     */
    public LlamaCppContainer withReranking() {
        return withArgs("--reranking");
    }

    /**
     * Adds arguments of {@code llama-server}; host and port are given, and of what is said twice the last counts. With any
     * argument, those of the image itself no longer apply.
     *
     * @param more arguments, in order; not null
     * @return this
     */
    public LlamaCppContainer withArgs(String... more) {
        arguments.addAll(List.of(more));
        return this;
    }

    private LlamaCppContainer withFile(String option, Transferable content, String path) {
        return withCopyToContainer(content, path).withArgs(option, path);
    }

    /**
     * Decides whether the image is pulled, though it may be here. A pull that fails is not tried again: the start fails.
     *
     * @param policy by default Testcontainers' own; not null
     * @return this
     */
    @Override
    public LlamaCppContainer withImagePullPolicy(ImagePullPolicy policy) {
        return super.withImagePullPolicy(new ImagePull(requireNonNull(policy, "policy")));
    }

    /** Sends a file of the host as it is read, which is much quicker for a large one. */
    @Override
    public void copyFileToContainer(Transferable content, String path) {
        if (content instanceof MountableFile file && Files.isRegularFile(Path.of(file.getResolvedPath()))) {
            TarOfOneFile.send(file, path, getContainerId(), getDockerClient());
        } else {
            super.copyFileToContainer(content, path);
        }
    }

    /** Turns the arguments into the container's command. */
    @Override
    protected void configure() {
        if (arguments.isEmpty()) {
            return;
        }
        List<String> command = new ArrayList<>(arguments);
        command.addAll(List.of("--host", "0.0.0.0", "--port", String.valueOf(PORT)));
        super.setCommand(command.toArray(String[]::new));
    }

    /**
     * Refused, as is {@code withCommand}: the command is made of the arguments.
     *
     * @throws UnsupportedOperationException always
     */
    @Override
    public void setCommand(String command) {
        throw commandIsMade();
    }

    /**
     * Refused likewise.
     *
     * @throws UnsupportedOperationException always
     */
    @Override
    public void setCommand(String... parts) {
        throw commandIsMade();
    }

    private static UnsupportedOperationException commandIsMade() {
        return new UnsupportedOperationException(
                "the command of llama-server is made of its arguments\n  → say it by withArgs, which adds host and port");
    }

    /**
     * Starts it, and returns when the model is loaded.
     *
     * @throws ContainerLaunchException if its image can't be had, or it does not start; it has the reason, and ends with what
     *     the server said
     * @throws IllegalStateException if no Docker engine answers
     */
    @Override
    public void start() {
        try {
            super.start();
        } catch (IllegalStateException e) {
            throw MissingEngine.explained(e);
        }
    }

    /** Starts it, or says what the server said. */
    @Override
    protected void doStart() {
        launch.run(super::doStart);
    }

    /** Knows from now on that a stop is no failure. */
    @Override
    protected void containerIsStarted(InspectContainerResponse container) {
        launch.bring(() -> {});
    }

    /** Closes the adapter; where the start failed, keeps what the server said. */
    @Override
    protected void containerIsStopping(InspectContainerResponse container) {
        launch.stopping();
        closeAdapter();
    }

    private synchronized void closeAdapter() {
        if (adapter != null) {
            adapter.close();
            adapter = null;
        }
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
     * {@return the address of the server for other containers on its network, without trailing slash; it is known before
     * the container runs}
     *
     * @throws IllegalStateException if the container has no network
     */
    public String internalBaseUrl() {
        return NetworkAddress.of(this, PORT);
    }

    /**
     * {@return the address of its OpenAI-compatible API for other containers on its network, without trailing slash; it is
     * known before the container runs}
     *
     * @throws IllegalStateException if the container has no network
     */
    public String internalOpenAiBaseUrl() {
        return internalBaseUrl() + "/v1";
    }

    /**
     * {@return where the server is, for all that takes an endpoint}
     *
     * @throws IllegalStateException if the container is not running
     */
    public RunnerEndpoint endpoint() {
        return RunnerEndpoint.parse(openAiBaseUrl());
    }

    /**
     * {@return an adapter for the server, the same from a start to the stop} It is the container's, which closes it when it is stopped. It has no
     * API key: a server with {@code withArgs("--api-key", key)} refuses it, and wants
     * {@code HttpAdapter.builder(openAiBaseUrl()).apiKey(key).build()}.
     *
     * @throws IllegalStateException if the container is not running
     */
    public synchronized HttpAdapter adapter() {
        if (adapter == null) {
            adapter = HttpAdapter.at(openAiBaseUrl());
        }
        return adapter;
    }
}
