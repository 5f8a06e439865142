package io.modelrunner.testcontainers;

import static java.util.Objects.requireNonNull;

import com.github.dockerjava.api.command.InspectContainerResponse;
import io.modelrunner.InvalidRequestException;
import io.modelrunner.RunnerEndpoint;
import io.modelrunner.adapter.Preloader.Purpose;
import io.modelrunner.control.RunnerControl;
import io.modelrunner.http.HttpAdapter;
import io.modelrunner.store.ModelStore;
import io.modelrunner.tinymodel.TinyModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.StringJoiner;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.ImagePullPolicy;
import org.testcontainers.images.PullPolicy;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * Docker Model Runner in a container, with the models that a test needs.
 *
 * <pre>{@code
 * @Container
 * static final ModelRunnerContainer runner = new ModelRunnerContainer()
 *         .withModelCache("my-project-models")
 *         .withModel("ai/smollm2:135M-Q4_0");
 * }</pre>
 *
 * <p>It is started when {@code GET /engines/status} answers 200, for which it has 2 minutes or what
 * {@link #withStartupTimeout} says, and all its models are there, configured and, if that is wanted, loaded. What fails of
 * that fails the start. If it is a model, the {@link ContainerLaunchException} has the reason, what helps, and the
 * {@link io.modelrunner.ModelRunnerException} as its cause; if it is the container, the exception has the reason, and ends
 * with what the runner said. The container is removed after Testcontainers has logged its output, also when the thread that
 * starts it is interrupted; its interrupt flag is set then.
 *
 * <p>A runner that is {@linkplain #withReuse reused} has the models of all who used it, and pulls only those that it lacks.
 * When a model can't be brought to one that was running before, the start fails but the container is kept for the others.
 * The runner's usage tracking is off, unless {@code DO_NOT_TRACK} is set to something else.
 */
public final class ModelRunnerContainer extends GenericContainer<ModelRunnerContainer> {
    /** Where the image keeps models. */
    static final String STORE = "/models";

    /** What tells the runner where it keeps models. */
    static final String STORE_VARIABLE = "MODELS_PATH";

    private static final int PORT = 12434;

    private final ModelDelivery delivery = new ModelDelivery();
    private final Launch launch = new Launch(this, "the runner");
    private final OwnedAdapter adapter = new OwnedAdapter(launch, delivery);
    private final HostShare host;
    private final StringJoiner mirrors = new StringJoiner(",");
    private boolean configured;

    /** Makes a container of the newest image for processors. */
    public ModelRunnerContainer() {
        this(RunnerVariant.DEFAULT);
    }

    /**
     * Makes a container of the newest image of a variant.
     *
     * @param variant which engines it has; not null
     */
    public ModelRunnerContainer(RunnerVariant variant) {
        this(variant.image());
    }

    /**
     * Makes a container.
     *
     * @param image such as {@code docker/model-runner:v1.2.6}; not null
     */
    public ModelRunnerContainer(String image) {
        this(DockerImageName.parse(image));
    }

    /**
     * Makes a container.
     *
     * @param image {@code docker/model-runner}, or what is declared
     *     {@linkplain DockerImageName#asCompatibleSubstituteFor(String) a substitute for it}; not null
     * @throws IllegalStateException if it is neither
     */
    public ModelRunnerContainer(DockerImageName image) {
        super(image);
        withImagePullPolicy(PullPolicy.defaultPolicy());
        host = new HostShare(STORE, RunnerVariant.ofTag(image.getVersionPart()));
        image.assertCompatibleWith(RunnerVariant.REPOSITORY);
        addExposedPort(PORT);
        addEnv("DO_NOT_TRACK", "1");
        setWaitStrategy(new AnswerWait("/engines/status", PORT, Duration.ofMinutes(2)));
    }

    /**
     * Has models pulled at the start, one after the other; those that are there already are not pulled again, even if
     * the registry has newer ones. The container's log tells of the progress.
     *
     * @param models their names, such as {@code ai/smollm2:135M-Q4_0}; they come after those of earlier calls; not null
     * @return this
     * @throws InvalidRequestException if there is none, or one can't be a name
     */
    public ModelRunnerContainer withModel(String... models) {
        if (models.length == 0) {
            throw new InvalidRequestException("models", "at least one", "none");
        }
        delivery.pull(models);
        return this;
    }

    /**
     * Limits how long the pull of each model may take; the pull is ended then, and the start fails.
     *
     * @param limit up to 24 hours; by default 30 minutes; not null
     * @return this
     * @throws InvalidRequestException if it is out of bounds
     */
    public ModelRunnerContainer withPullTimeout(Duration limit) {
        delivery.pullLimit(limit);
        return this;
    }

    /**
     * Keeps models in a volume of the Docker engine, so that the next container has them already. The engine makes the volume
     * if there is none; nobody removes it. Containers that run at the same time must not share it: the runner does not lock
     * its store, and the start is refused if another one has it. Nor must images whose users have different numbers: the files
     * are those of who wrote them. Models of the image itself, such as one of {@link #commitTo}, are not seen beside a cache.
     *
     * @param volume the name of the volume, such as {@code my-project-models}; not null
     * @return this
     * @throws InvalidRequestException if it is no name of a volume
     */
    public ModelRunnerContainer withModelCache(String volume) {
        host.volume(volume);
        return withEnv(STORE_VARIABLE, STORE);
    }

    /**
     * Keeps models in a folder of the host on which the engine runs, such as one that a CI job saves. It must be there, and
     * the user of the image, {@code modelrunner}, must be allowed to write to it. Where the engine is on another machine, or
     * sees other files, use a volume, for which all else holds as well.
     *
     * @param folder the folder; not null
     * @return this
     */
    public ModelRunnerContainer withModelCache(Path folder) {
        host.folder(folder);
        return withEnv(STORE_VARIABLE, STORE);
    }

    /**
     * Has a file packed as a model and brought to the runner at each start, without any registry.
     *
     * @param gguf a file of the host or a resource, in the format GGUF; not null
     * @param model what to call it, such as {@code ai/mine}; not null
     * @return this
     * @throws InvalidRequestException if that can't be a name, or there is no such file, or it can't be read
     */
    public ModelRunnerContainer withGguf(MountableFile gguf, String model) {
        HostFile.path(gguf, "gguf");
        delivery.pack(gguf, model);
        return this;
    }

    /**
     * Has a tiny model packed and brought to the runner at each start, without any registry or download.
     *
     * @param tiny {@link TinyModel#CHAT}, {@link TinyModel#EMBEDDING} or {@link TinyModel#RERANKER}; not null
     * @param model what to call it, such as {@code ai/tiny}; not null
     * @return this
     * @throws InvalidRequestException if that can't be a name, or the first is no model of its own
     */
    public ModelRunnerContainer withGguf(TinyModel tiny, String model) {
        return withGguf(HostFile.of(tiny), model);
    }

    /**
     * Sets the size of the context that each model of {@link #withModel} and {@link #withGguf} has for chats; the start is
     * refused if there is none. The runner then loads it for chats by itself, also beside {@link #withPreload(Purpose)} for else.
     *
     * @param tokens at least 1
     * @return this
     * @throws InvalidRequestException if it is less
     */
    public ModelRunnerContainer withContextSize(int tokens) {
        delivery.contextSize(tokens);
        return this;
    }

    /** {@return this, with its models {@linkplain #withPreload(Purpose) loaded} for chats, so that no answer waits for that} */
    public ModelRunnerContainer withPreload() {
        return withPreload(Purpose.CHAT);
    }

    /**
     * Has the models of {@link #withModel} and {@link #withGguf} loaded before the container counts as started, which is
     * refused if there is none, and fails if one is not loaded within 5 minutes. With {@link #withContextSize} they are loaded
     * for chats as well, and take the memory of both.
     *
     * @param purpose what for; not null
     * @return this
     */
    public ModelRunnerContainer withPreload(Purpose purpose) {
        delivery.preload(requireNonNull(purpose, "purpose"));
        return this;
    }

    /**
     * Has the runner ask mirrors before Docker Hub, when it pulls models. For those of other registries they are not asked, and
     * runners before 1.2 know no mirrors. The image of the container is pulled by the engine, which has mirrors of its own.
     *
     * @param urls as the container sees them, such as {@code https://mirror.example.com}; one with {@code http://} is asked
     *     without encryption; they come after those of earlier calls; not null
     * @return this
     */
    public ModelRunnerContainer withRegistryMirror(String... urls) {
        List.of(urls).forEach(mirrors::add);
        return withEnv("MODEL_RUNNER_REGISTRY_MIRRORS", mirrors.toString());
    }

    /**
     * Gives NVIDIA's graphics cards to the container; those of others are given to it by {@code withCreateContainerCmdModifier}.
     *
     * @param cards by default {@link Gpu#NONE}; not null
     * @return this
     * @throws InvalidRequestException if cards are demanded for an image that was built for those of another maker
     */
    public ModelRunnerContainer withGpu(Gpu cards) {
        host.cards(cards);
        return this;
    }

    /**
     * Decides whether the image is pulled, though it may be here. A pull that fails is not tried again: the start fails.
     *
     * @param policy by default Testcontainers' own; not null
     * @return this
     */
    @Override
    public ModelRunnerContainer withImagePullPolicy(ImagePullPolicy policy) {
        return super.withImagePullPolicy(new ImagePull(requireNonNull(policy, "policy")));
    }

    /** Has the command completed after the modifiers that the test gave, so that they can't overwrite what is added. */
    @Override
    protected void configure() {
        if (!configured) {
            withCreateContainerCmdModifier(command -> host.addTo(command, dockerClient));
            configured = true;
        }
        // Which one is reused is known later.
        host.refuseIfInUse(dockerClient, other -> isShouldBeReused() && HostShare.isReusable(other));
    }

    /** Refuses a cache that another container has by now. */
    @Override
    protected void containerIsStarting(InspectContainerResponse facts, boolean reused) {
        if (!reused) {
            host.refuseIfInUse(dockerClient, other -> other.getId().equals(facts.getId()));
        }
    }

    /**
     * Starts it, and brings its models.
     *
     * @throws ContainerLaunchException if its image can't be had, it does not start, or a model can't be brought; a container
     *     that is reused is kept then
     * @throws IllegalStateException if no Docker engine answers, or a setting of models is given but no model
     */
    @Override
    public void start() {
        delivery.check();
        try {
            super.start();
        } catch (IllegalStateException e) {
            throw MissingEngine.explained(e);
        }
        if (!launch.isDone()) {
            launch.complete(this::bring);
        }
    }

    /** Starts it, or says why it can't be started. */
    @Override
    protected void doStart() {
        launch.run(super::doStart);
    }

    /** Brings the models, unless others use the container: Testcontainers would stop it if that fails. */
    @Override
    protected void containerIsStarted(InspectContainerResponse facts, boolean reused) {
        if (!reused) {
            bring();
        }
    }

    private void bring() {
        adapter.open(endpoint(), logger());
    }

    /** Closes the adapter; where the start failed, keeps what the runner said. */
    @Override
    protected void containerIsStopping(InspectContainerResponse facts) {
        launch.stopping();
        adapter.close();
    }

    /**
     * {@return where the runner is, as seen by the tests}
     *
     * @throws IllegalStateException if the container is not running
     */
    public RunnerEndpoint endpoint() {
        return RunnerEndpoint.parse(baseUrl());
    }

    /**
     * {@return the address of the runner, as seen by the tests, without trailing slash}
     *
     * @throws IllegalStateException if the container is not running
     */
    public String baseUrl() {
        return "http://" + getHost() + ":" + getMappedPort(PORT);
    }

    /**
     * {@return the address of its OpenAI-compatible API, as seen by the tests, without trailing slash}
     *
     * @throws IllegalStateException if the container is not running
     */
    public String openAiBaseUrl() {
        return endpoint().openAi();
    }

    /**
     * {@return the address of the runner for other containers on its network, without trailing slash; it is known before the
     * container runs} The host is the alias that was given last, or else Testcontainers' own.
     *
     * @throws IllegalStateException if the container has no network
     */
    public String internalBaseUrl() {
        return NetworkAddress.of(this, PORT);
    }

    /**
     * {@return the address of its OpenAI-compatible API, as {@link #internalBaseUrl()} is that of the runner}
     *
     * @throws IllegalStateException if the container has no network
     */
    public String internalOpenAiBaseUrl() {
        return RunnerEndpoint.parse(internalBaseUrl()).openAi();
    }

    /**
     * {@return an adapter for the runner, the same from a start to the stop} It is the container's, which closes it when it is
     * stopped.
     *
     * @throws IllegalStateException if the container is not started
     */
    public HttpAdapter adapter() {
        return adapter.get();
    }

    /**
     * {@return the models of the runner}
     *
     * @throws IllegalStateException if the container is not started
     */
    public ModelStore models() {
        return adapter().power(ModelStore.class).orElseThrow();
    }

    /**
     * {@return control of the runner}
     *
     * @throws IllegalStateException if the container is not started
     */
    public RunnerControl control() {
        return adapter().power(RunnerControl.class).orElseThrow();
    }

    /**
     * Makes an image of the container as it is, with its models inside, wherever they are kept; a container of that image
     * has them without pulling anything. The engine stops the container for that moment. Where the models are in a volume they
     * are copied for it, which takes the room of two copies. The variables of {@link #withEnv} may be secrets, such as
     * {@code HF_TOKEN}, and do not go into the image: it has them as the container's own image has, or empty. A
     * container of the image does not see its models if it is given {@link #withModelCache(String) a cache}.
     *
     * @param image what to call the image, such as {@code mine/model-runner:smollm2}; not null
     * @return its name, for {@link #ModelRunnerContainer(DockerImageName)}
     * @throws IllegalStateException if the container is not started, or the models can't be copied
     */
    public DockerImageName commitTo(String image) {
        DockerImageName name = DockerImageName.parse(image);
        adapter();
        new CommittedRunner(this, dockerClient).commit(name);
        return name.asCompatibleSubstituteFor(RunnerVariant.REPOSITORY);
    }
}
