package io.modelrunner.sdk;

import static java.util.Objects.requireNonNull;

import io.modelrunner.Failure;
import io.modelrunner.InvalidRequestException;
import io.modelrunner.Model;
import io.modelrunner.ModelName;
import io.modelrunner.ModelNotFoundException;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.OperationMissingException;
import io.modelrunner.RequestRefusedException;
import io.modelrunner.RunnerEndpoint;
import io.modelrunner.Timeouts;
import io.modelrunner.adapter.CallListener;
import io.modelrunner.adapter.Health;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.control.RunnerControl;
import io.modelrunner.decorator.Observed;
import io.modelrunner.discovery.Diagnosis;
import io.modelrunner.discovery.Surroundings;
import io.modelrunner.http.HttpAdapter;
import io.modelrunner.http.RunnerFinder;
import io.modelrunner.store.ModelStore;
import io.modelrunner.store.PullEvent;
import io.modelrunner.store.PullPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A model runner, ready to be asked.
 *
 * <pre>{@code
 * try (ModelRunner runner = ModelRunner.connect()) {
 *     System.out.println(runner.ask("ai/smollm2", "Why is the sky blue?"));
 * }
 * }</pre>
 *
 * <p>Nothing is sent before the first call. Safe for use by several threads; each method waits, fails and is interrupted
 * as {@link LLMAdapter} says. It owns its adapter: close it.
 */
public final class ModelRunner implements AutoCloseable {
    private final LLMAdapter adapter;
    private final RunnerFinder finder;
    private final DefaultModel defaultModel;

    /** @param finder looks for a runner where the adapter does not */
    private ModelRunner(LLMAdapter adapter, RunnerFinder finder, @Nullable ModelName named) {
        this.adapter = adapter;
        this.finder = finder;
        this.defaultModel = new DefaultModel(adapter, named);
    }

    /**
     * {@return the runner that is found when it is first needed} Where it is looked for, in which order, says
     * {@link RunnerFinder}; what came of that, {@link #diagnose()}. It is asked over HTTP and, where that fails, over the command
     * {@code docker model}; the variables {@code USE_MODEL_RUNNER}, {@code MODEL_RUNNER_TYPE} and {@code MODEL_RUNNER_FALLBACK}
     * choose other roads. If none is found, the first call throws a {@link io.modelrunner.discovery.RunnerNotFoundException}.
     *
     * @throws InvalidRequestException if a variable has a word that is not known, {@code MODEL_RUNNER_BASE_URL} is no address though the
     *     runner is to be asked over HTTP, or {@code MODEL_RUNNER_MODEL} is no name; {@link RunnerFinder#diagnose()} of
     *     {@link RunnerFinder#create()} works then, too
     */
    public static ModelRunner connect() {
        return builder().build();
    }

    /**
     * {@return the runner at an address}
     *
     * @param address a URL in any form that {@link RunnerEndpoint#parse} reads; not null
     * @throws InvalidRequestException if it is none
     */
    public static ModelRunner at(String address) {
        return builder().endpoint(address).build();
    }

    /** {@return a builder; what is not set in it is as {@link #connect()} has it} */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * {@return a model's answer}
     *
     * @param model the model's name; not null
     * @param prompt what to ask, 1 to 10,485,760 characters; not null
     * @throws ModelRunnerException if there is no whole answer; its category says what to do next
     */
    public String ask(String model, String prompt) {
        return chat(ChatRequest.of(model, prompt)).text();
    }

    /**
     * {@return the answer of the default model: that of the builder, else of {@code MODEL_RUNNER_MODEL}, else the one that
     * Compose names beside the runner, else the only model that the runner has} Where the runner is not found over HTTP, it is looked for
     * no more than every 30 seconds to know what is named beside it.
     *
     * @param prompt what to ask, 1 to 10,485,760 characters; not null
     * @throws RequestRefusedException if there is no default model and the runner has several; the message names them
     * @throws ModelNotFoundException if there is no default model and the runner has none
     * @throws ModelRunnerException if there is no whole answer; its category says what to do next
     */
    public String ask(String prompt) {
        requireNonNull(prompt, "prompt");
        return ask(defaultModel.name().text(), prompt);
    }

    /**
     * Asks for a whole answer.
     *
     * @param request what to ask; not null
     * @return the answer, never a part of one
     * @throws ModelRunnerException if there is no whole answer; its category says what to do next
     */
    public ChatResponse chat(ChatRequest request) {
        return adapter.chat(request);
    }

    /**
     * Asks for an answer piece by piece. Returns at once; the request is sent by the first pull.
     *
     * @param request what to ask; not null
     * @return the answer to come; the caller closes it
     * @throws io.modelrunner.UnsupportedOptionException if the request needs what the adapter can't carry
     */
    public ChatStream stream(ChatRequest request) {
        return adapter.stream(request);
    }

    /**
     * {@return the models that the runner has; immutable, empty if it has none}
     *
     * @throws ModelRunnerException if the runner can't be reached or doesn't answer as one
     */
    public List<Model> listModels() {
        return adapter.listModels();
    }

    /**
     * {@return the models that the runner keeps: to list, pull, load and remove}
     *
     * @throws OperationMissingException if the adapter has no such power
     */
    public ModelStore models() {
        return power(ModelStore.class, "can't manage models");
    }

    /**
     * {@return the control of the runner: what is loaded, what is configured, its log}
     *
     * @throws OperationMissingException if the adapter has no such power
     */
    public RunnerControl control() {
        return power(RunnerControl.class, "can't control a runner");
    }

    private <T> T power(Class<T> type, String lack) {
        return adapter.power(type)
                .orElseThrow(
                        () -> new OperationMissingException(Failure.of("the adapter " + adapter.name() + " " + lack)
                                .adapter(adapter.name())
                                .remedy("use HttpAdapter", "the runner can be reached over HTTP")
                                .build()));
    }

    /** {@return whether a runner is there, what it speaks, and its version} Never throws for a runner at fault. */
    public Health health() {
        return adapter.health();
    }

    /**
     * Looks for the runner anew and tells what was tried, what answered, what is taken and why, and what helps; takes 2.5
     * seconds at most. Print it.
     *
     * @return the diagnosis
     * @throws io.modelrunner.CancelledException if the thread is interrupted
     */
    public Diagnosis diagnose() {
        return adapter.power(HttpAdapter.class).map(HttpAdapter::diagnose).orElseGet(finder::diagnose);
    }

    /** {@return the road to the runner; closed with this} */
    public LLMAdapter adapter() {
        return adapter;
    }

    /** Ends all calls under way and closes the adapter. */
    @Override
    public void close() {
        adapter.close();
    }

    /** {@return whom it asks} */
    @Override
    public String toString() {
        return "ModelRunner[" + adapter + "]";
    }

    /** Collects the settings of a {@link ModelRunner}. Not safe for use by several threads. */
    public static final class Builder {
        @Nullable
        RunnerEndpoint endpoint;

        @Nullable
        String compose;

        @Nullable
        RunnerFinder finder;

        @Nullable
        String apiKey;

        @Nullable
        Timeouts timeouts;

        @Nullable
        PullPolicy pullPolicy;

        Consumer<? super PullEvent> onPull = event -> {};

        @Nullable
        Boolean enabled;

        @Nullable
        RunnerType type;

        @Nullable
        LastResort lastResort;

        @Nullable
        Surroundings surroundings;

        final List<CallListener> listeners = new ArrayList<>();
        private UnaryOperator<LLMAdapter> decoration = UnaryOperator.identity();
        private @Nullable LLMAdapter adapter;

        @Nullable
        ModelName defaultModel;

        private Builder() {}

        /**
         * Says where the runner is.
         *
         * @param address a URL in any form that {@link RunnerEndpoint#parse} reads; not null
         * @return this
         * @throws InvalidRequestException if it is none
         */
        public Builder endpoint(String address) {
            return endpoint(RunnerEndpoint.parse(address));
        }

        /**
         * Says where the runner is.
         *
         * @param where the endpoint; not null
         * @return this
         */
        public Builder endpoint(RunnerEndpoint where) {
            this.endpoint = requireNonNull(where, "where");
            return this;
        }

        /**
         * Takes what Compose says of a model: for {@code llm} its address {@code LLM_URL} and, as the default model unless
         * that is set, {@code LLM_MODEL}.
         *
         * @param name what the model is called in the Compose file; not null
         * @return this
         * @throws InvalidRequestException if it can't be such a name
         * @see RunnerFinder.Builder#compose
         */
        public Builder compose(String name) {
            RunnerFinder.builder().compose(name); // refuses what is none, here and not later
            this.compose = name;
            return this;
        }

        /**
         * Looks for the runner in another way; an endpoint, or a name of Compose's, is then the finder's own and can't be set
         * here.
         *
         * @param way how to look; not null
         * @return this
         */
        public Builder finder(RunnerFinder way) {
            this.finder = requireNonNull(way, "way");
            return this;
        }

        /**
         * Sends a key with each request; Docker Model Runner needs none.
         *
         * @param key the key; not null
         * @return this
         */
        public Builder apiKey(String key) {
            this.apiKey = requireNonNull(key, "key");
            return this;
        }

        /**
         * Sets limits of waiting; those of a request go before them.
         *
         * @param limits what differs from the defaults; not null
         * @return this
         */
        public Builder timeouts(Timeouts limits) {
            this.timeouts = requireNonNull(limits, "limits");
            return this;
        }

        /**
         * Answers {@link ModelRunner#ask(String)} with this model, as {@code MODEL_RUNNER_MODEL} does for programs that do not say it.
         *
         * @param name the model's name, 1 to 512 characters; not null
         * @return this
         * @throws InvalidRequestException if the name is out of bounds
         */
        public Builder defaultModel(String name) {
            this.defaultModel = ModelName.of(name);
            return this;
        }

        /**
         * Pulls models that requests ask for, and tells a listener of the progress.
         *
         * @param policy when to pull; by default {@link PullPolicy#NEVER}; not null
         * @param listener called by the thread that sent the request; not null
         * @return this
         */
        public Builder pull(PullPolicy policy, Consumer<? super PullEvent> listener) {
            this.pullPolicy = requireNonNull(policy, "policy");
            this.onPull = requireNonNull(listener, "listener");
            return this;
        }

        /**
         * Switches the runner on or off, as {@code USE_MODEL_RUNNER} does for programs that do not say it: off, a mock answers.
         *
         * @param used whether a runner is asked
         * @return this
         */
        public Builder enabled(boolean used) {
            this.enabled = used;
            return this;
        }

        /**
         * Says which road to take, as {@code MODEL_RUNNER_TYPE} does for programs that do not say it.
         *
         * @param road by default {@link RunnerType#AUTO}; not null
         * @return this
         */
        public Builder type(RunnerType road) {
            this.type = requireNonNull(road, "road");
            return this;
        }

        /**
         * Says what to do when no runner answers or has the model, as {@code MODEL_RUNNER_FALLBACK} does for programs that do not say it. With
         * {@link LastResort#MOCK} a typing error in a model's name is no failure: the mock answers, and the response has a warning.
         *
         * @param last by default {@link LastResort#NONE}; not null
         * @return this
         */
        public Builder fallback(LastResort last) {
            this.lastResort = requireNonNull(last, "last");
            return this;
        }

        /**
         * Adds a listener, which is told of chats, text completions, embeddings and rerankings, of pulls that they need, and of the steps
         * of a chain that were left; beside an adapter of one's own, of no pulls and steps.
         *
         * @param told not null
         * @return this
         */
        public Builder listener(CallListener told) {
            listeners.add(requireNonNull(told, "told"));
            return this;
        }

        /**
         * Puts something before the adapter, such as a limit of calls at once or a cache of answers; the last that is put there comes first.
         *
         * @param decorator makes an adapter of an adapter, which it owns from then on; not null
         * @return this
         */
        public Builder decorate(UnaryOperator<LLMAdapter> decorator) {
            requireNonNull(decorator, "decorator");
            UnaryOperator<LLMAdapter> inner = decoration;
            this.decoration = adapter -> decorator.apply(inner.apply(adapter));
            return this;
        }

        /**
         * Reads variables, and looks for files and sockets, somewhere else than in the environment of this process.
         *
         * @param seen what is there; not null
         * @return this
         */
        public Builder surroundings(Surroundings seen) {
            this.surroundings = requireNonNull(seen, "seen");
            return this;
        }

        /**
         * Takes this road instead of those that are found; place, key, timeouts, pulling, type and fallback are then the adapter's
         * own and can't be set here, and of the variables {@code MODEL_RUNNER_MODEL} alone counts.
         *
         * @param road the adapter, owned by the runner from now on; not null
         * @return this
         */
        public Builder adapter(LLMAdapter road) {
            this.adapter = requireNonNull(road, "road");
            return this;
        }

        /**
         * {@return the runner}
         *
         * @throws InvalidRequestException if there are settings beside an adapter, a finder or a type that has no use for them, or a
         *     variable is refused as {@link #connect()} says
         */
        public ModelRunner build() {
            Roads roads = new Roads(this);
            ModelName model = roads.model().orElse(null);
            if (adapter == null) {
                return new ModelRunner(observed(roads.open()), roads.finder(), model);
            }
            unsetBeside("an adapter", "endpoint", endpoint);
            unsetBeside("an adapter", "compose", compose);
            unsetBeside("an adapter", "finder", finder);
            unsetBeside("an adapter", "apiKey", apiKey);
            unsetBeside("an adapter", "timeouts", timeouts);
            unsetBeside("an adapter", "pull", pullPolicy);
            unsetBeside("an adapter", "enabled", enabled);
            unsetBeside("an adapter", "type", type);
            unsetBeside("an adapter", "fallback", lastResort);
            return new ModelRunner(observed(adapter), roads.finder(), model);
        }

        private LLMAdapter observed(LLMAdapter road) {
            return Observed.by(decoration.apply(road), listeners.toArray(CallListener[]::new));
        }

        static void unsetBeside(String what, String setting, @Nullable Object value) {
            if (value != null) {
                throw new InvalidRequestException(setting, "unset beside " + what, "set");
            }
        }
    }
}
