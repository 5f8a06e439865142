package io.modelrunner.fallback;

import static java.util.Objects.requireNonNull;

import io.modelrunner.CancelledException;
import io.modelrunner.Capability;
import io.modelrunner.Failure;
import io.modelrunner.InvalidRequestException;
import io.modelrunner.Model;
import io.modelrunner.ModelName;
import io.modelrunner.Remedy;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.adapter.CallListener;
import io.modelrunner.adapter.Health;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.internal.Checks;
import io.modelrunner.store.PullPolicy;
import io.modelrunner.store.PullsModels;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Several adapters in the order of preference, as one: the first that can answer does.
 *
 * <pre>{@code
 * LLMAdapter adapter = Fallback.of(HttpAdapter.at("http://localhost:12434"), CliAdapter.create());
 * }</pre>
 *
 * <p>It goes on with the next when a step can't carry the request, and when a step fails with what may be better
 * {@linkplain io.modelrunner.ModelRunnerException#elsewhere() elsewhere}; of a stream, only before the first event was handed out: a failure after
 * that is the caller's, with the text so far. A model that a step has not got is not asked for of a step that would pull it.
 *
 * <p>A step that was down several times in a row is skipped for a while, as long as another answers; then one call tries it. Being skipped is never
 * why a call fails: before it does, those are asked, too. What it fails with is of the kind that the step failed with which came farthest, and has
 * {@linkplain io.modelrunner.ModelRunnerException#causes() one cause for each step}; the timeline of a response or a failure
 * has the tries of all steps. The response names the adapter that answered. What an adapter throws that is no
 * {@link io.modelrunner.ModelRunnerException} is its own fault, and goes to the caller as it is.
 *
 * <p>The limits of a call's waiting hold for each step anew: a chain takes as long as those of its steps together that are asked.
 *
 * <p>Safe for use by several threads. It owns its adapters, and closes them.
 */
public final class Fallback implements LLMAdapter {
    private static final String NAME = "fallback";

    private final List<Step> steps;
    private final InstantSource clock;
    private final CallListener listener;
    private final Set<Capability> capabilities;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Fallback(Builder settings) {
        this.clock = settings.clock;
        this.listener = CallListener.all(settings.listeners);
        List<Step> numbered = new ArrayList<>();
        for (Planned planned : settings.steps) {
            Circuit circuit = new Circuit(clock, settings.failures, settings.wait);
            numbered.add(new Step(numbered.size() + 1, planned.adapter(), planned.change(), circuit));
        }
        this.steps = List.copyOf(numbered);
        Set<Capability> any = EnumSet.noneOf(Capability.class);
        steps.forEach(step -> any.addAll(step.adapter().capabilities()));
        this.capabilities = Collections.unmodifiableSet(any);
    }

    /**
     * {@return a chain}
     *
     * @param adapters in the order of preference, at least one; owned by the chain from now on; not null
     * @throws InvalidRequestException if there is none
     */
    public static Fallback of(LLMAdapter... adapters) {
        Builder builder = builder();
        List.of(adapters).forEach(builder::step);
        return builder.build();
    }

    /** {@return a builder without steps} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return {@code fallback}} */
    @Override
    public String name() {
        return NAME;
    }

    /**
     * {@return the health of the first step that is up; if none is, of the first that is loading; else down, with what each said}
     * Takes as long as the adapters take together that are asked, each once.
     */
    @Override
    public Health health() {
        Health loading = null;
        List<String> details = new ArrayList<>();
        Set<Remedy> remedies = new LinkedHashSet<>();
        for (Step step : different()) {
            Health health = step.adapter().health();
            if (health.isUp()) {
                return health;
            }
            if (health.status() == Health.Status.LOADING && loading == null) {
                loading = health;
            }
            details.add(step.name() + ": " + health.detail());
            remedies.addAll(health.remedies());
        }
        if (loading != null) {
            return loading;
        }
        Failure.Builder down =
                Failure.of("none of " + details.size() + " adapters is up: " + String.join("; ", details));
        remedies.forEach(remedy -> down.remedy(remedy.command(), remedy.when()));
        return Health.down(new RunnerUnreachableException(down.build()));
    }

    /** {@return what at least one step can carry} */
    @Override
    public Set<Capability> capabilities() {
        return capabilities;
    }

    /** {@return the models of the first adapter that tells them} */
    @Override
    public List<Model> listModels() {
        checkOpen();
        return new Passage(this, clock, null)
                .first(different(), step -> {}, step -> step.adapter().listModels());
    }

    @Override
    public ChatResponse chat(ChatRequest request) {
        Requests requests = new Requests(request);
        checkOpen();
        Passage passage = new Passage(this, clock, requests);
        return passage.first(
                steps,
                requests::check,
                step -> passage.answered(step, step.adapter().chat(requests.of(step)), requests.isChangedFor(step)));
    }

    @Override
    public ChatStream stream(ChatRequest request) {
        Requests requests = new Requests(request);
        Passage passage = new Passage(this, clock, requests);
        passage.check(requests);
        return ChatStream.of(new FallbackStream(this, requests, passage));
    }

    /**
     * {@return a power of the first step that has it; where several have it, of the first of them that is not down} Which that is, is
     * asked by {@link LLMAdapter#health()} and takes as long. The power is that step's own: it does not fall back. As {@link PullsModels}
     * the chain itself answers, with what the step does that pulls most.
     */
    @Override
    public <T> Optional<T> power(Class<T> type) {
        if (type.isInstance(this)) {
            return Optional.of(type.cast(this));
        }
        if (type == PullsModels.class) {
            PullsModels most = this::pullPolicy;
            return Optional.of(type.cast(most));
        }
        List<LLMAdapter> able = adapters().stream()
                .filter(adapter -> adapter.power(type).isPresent())
                .toList();
        if (able.isEmpty()) {
            return Optional.empty();
        }
        LLMAdapter only = able.get(0);
        LLMAdapter chosen = able.size() == 1
                ? only
                : able.stream()
                        .filter(adapter -> adapter.health().status() != Health.Status.DOWN)
                        .findFirst()
                        .orElse(only);
        return chosen.power(type);
    }

    private PullPolicy pullPolicy() {
        return steps.stream().map(Step::pullPolicy).max(Comparable::compareTo).orElse(PullPolicy.NEVER);
    }

    /** {@return what is known of each step, in their order; a snapshot} */
    public List<CircuitState> circuits() {
        return steps.stream()
                .map(step -> step.circuit().state(step.number(), step.name()))
                .toList();
    }

    List<Step> steps() {
        return steps;
    }

    CallListener listener() {
        return listener;
    }

    void checkOpen() {
        if (closed.get()) {
            throw new CancelledException(
                    Failure.of("the chain of adapters is closed").adapter(NAME).build());
        }
    }

    /** {@return the steps, but for those with the adapter of one before} */
    private List<Step> different() {
        Set<LLMAdapter> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        return steps.stream().filter(step -> seen.add(step.adapter())).toList();
    }

    private List<LLMAdapter> adapters() {
        return different().stream().map(Step::adapter).toList();
    }

    /** Closes the adapters of all steps, also if one of them throws. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        RuntimeException failure = null;
        for (LLMAdapter adapter : adapters()) {
            try {
                adapter.close();
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else if (!failure.equals(e)) { // the same can't be added to itself
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** {@return the names of the steps, in their order} */
    @Override
    public String toString() {
        return steps.stream().map(Step::name).collect(Collectors.joining(" → ", "Fallback[", "]"));
    }

    /** A step that has no number yet. */
    private record Planned(LLMAdapter adapter, UnaryOperator<ChatRequest> change) {}

    /** Collects the steps of a chain, the one that is preferred first. Not safe for use by several threads. */
    public static final class Builder {
        private static final Duration LONGEST_WAIT = Duration.ofHours(24);

        private final List<Planned> steps = new ArrayList<>();
        private final List<CallListener> listeners = new ArrayList<>();
        private InstantSource clock = InstantSource.system();
        private int failures = 3;
        private Duration wait = Duration.ofSeconds(30);

        private Builder() {}

        /**
         * Adds a step.
         *
         * @param adapter whom to ask; owned by the chain from now on; not null
         * @return this
         */
        public Builder step(LLMAdapter adapter) {
            return step(adapter, request -> request);
        }

        /**
         * Adds a step that changes the request, such as to another model.
         *
         * @param adapter whom to ask; may be that of another step, too; owned by the chain from now on; not null
         * @param change makes a request of a request, without effects of its own, as it may be asked more than once for a call; called by
         *     several threads; what it throws ends the call, but for an {@link io.modelrunner.UnsupportedOptionException}, for which the
         *     step is left out; not null
         * @return this
         */
        public Builder step(LLMAdapter adapter, UnaryOperator<ChatRequest> change) {
            steps.add(new Planned(requireNonNull(adapter, "adapter"), requireNonNull(change, "change")));
            return this;
        }

        /**
         * Adds a step that asks the adapter of the step before for another model. How that step changes a request does not count for it.
         *
         * @param model its name, 1 to 512 characters; not null
         * @return this
         * @throws InvalidRequestException if there is no step before, or the name is out of bounds
         */
        public Builder otherModel(String model) {
            ModelName name = ModelName.of(model);
            Checks.that(!steps.isEmpty(), "otherModel", "behind a step", "the first");
            LLMAdapter before = steps.get(steps.size() - 1).adapter();
            return step(
                    before, request -> request.toBuilder().model(name.text()).build());
        }

        /**
         * Says when a step is skipped. It is down if it can't be reached, does not answer in time, loads for longer than a call may wait, or breaks off
         * before it has begun. In time is what the call's own limits say: a call with little patience counts as one with much.
         *
         * @param times how many times in a row a step must be down, 1 to 1,000; by default 3
         * @param forHowLong after that time one call tries it again; 1 ms to 24 h; by default 30 s; not null
         * @return this
         * @throws InvalidRequestException if either is out of bounds
         */
        public Builder skipAfter(int times, Duration forHowLong) {
            Checks.that(times >= 1 && times <= 1_000, "skipAfter times", "between 1 and 1000", times);
            boolean fits = forHowLong.compareTo(Duration.ofMillis(1)) >= 0 && forHowLong.compareTo(LONGEST_WAIT) <= 0;
            Checks.that(fits, "skipAfter time", "between PT0.001S and PT24H", forHowLong);
            this.failures = times;
            this.wait = forHowLong;
            return this;
        }

        /**
         * Sets the clock that says for how long a step was skipped; for tests.
         *
         * @param time by default that of the system; not null
         * @return this
         */
        public Builder clock(InstantSource time) {
            this.clock = requireNonNull(time, "time");
            return this;
        }

        /**
         * Adds a listener, which is told when the chain goes on with another step.
         *
         * @param told not null
         * @return this
         */
        public Builder listener(CallListener told) {
            listeners.add(requireNonNull(told, "told"));
            return this;
        }

        /**
         * {@return the chain}
         *
         * @throws InvalidRequestException if there is no step
         */
        public Fallback build() {
            Checks.that(!steps.isEmpty(), "steps", "at least 1", 0);
            return new Fallback(this);
        }
    }
}
