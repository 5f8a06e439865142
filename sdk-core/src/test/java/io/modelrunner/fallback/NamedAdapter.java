package io.modelrunner.fallback;

import io.modelrunner.Capability;
import io.modelrunner.Failure;
import io.modelrunner.Model;
import io.modelrunner.ModelName;
import io.modelrunner.ModelNotFoundException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.adapter.Health;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.mock.MockAdapter;
import io.modelrunner.mock.MockReply;
import io.modelrunner.store.PullPolicy;
import io.modelrunner.store.PullsModels;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A mock with a name of its own, so that the steps of a chain can be told apart, which counts how often it is asked. */
final class NamedAdapter implements LLMAdapter {
    final AtomicInteger asked = new AtomicInteger();
    final AtomicInteger closes = new AtomicInteger();
    private final String name;
    private final MockAdapter mock;
    private final Map<Class<?>, Object> powers = new HashMap<>();
    private Supplier<Health> health;
    private Runnable whenListed = () -> {};
    private Runnable whenOpened = () -> {};
    private Runnable whenClosed = () -> {};

    NamedAdapter(String name, MockAdapter mock) {
        this.name = name;
        this.mock = mock;
        this.health = mock::health;
    }

    /** {@return one that repeats what it is told} */
    static NamedAdapter echo(String name) {
        return new NamedAdapter(name, MockAdapter.echo());
    }

    static NamedAdapter replying(String name, MockReply reply) {
        return new NamedAdapter(name, MockAdapter.builder().otherwise(reply).build());
    }

    /** {@return one that fails} The failure may be of any kind: a supplier may throw, too. */
    static NamedAdapter failing(String name, Supplier<? extends RuntimeException> failure) {
        return replying(name, MockReply.failure(() -> {
                    throw failure.get();
                }))
                .listing(() -> {
                    throw failure.get();
                });
    }

    static NamedAdapter dead(String name) {
        return failing(name, () -> new RunnerUnreachableException(facts(name, "nobody is there")))
                .health(Health.down(new RunnerUnreachableException(facts(name, "nobody is there"))));
    }

    static NamedAdapter withoutModel(String name) {
        return failing(name, () -> new ModelNotFoundException(facts(name, "there is no model tiny")));
    }

    static Failure facts(String name, String what) {
        return Failure.of(what)
                .adapter(name)
                .endpoint("http://" + name)
                .model(ModelName.of("tiny"))
                .remedy("start " + name, "")
                .remedy("ask for help", "")
                .build();
    }

    <T> NamedAdapter with(Class<T> type, T power) {
        powers.put(type, power);
        return this;
    }

    NamedAdapter pulling(PullPolicy policy) {
        return with(PullsModels.class, () -> policy);
    }

    NamedAdapter health(Health fixed) {
        this.health = () -> fixed;
        return this;
    }

    NamedAdapter listing(Runnable before) {
        this.whenListed = before;
        return this;
    }

    /** Does something, such as throwing, before it gives a stream. */
    NamedAdapter opening(Runnable before) {
        this.whenOpened = before;
        return this;
    }

    NamedAdapter closing(Runnable after) {
        this.whenClosed = after;
        return this;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Health health() {
        return health.get();
    }

    @Override
    public Set<Capability> capabilities() {
        return mock.capabilities();
    }

    @Override
    public List<Model> listModels() {
        asked.incrementAndGet();
        whenListed.run();
        return mock.listModels();
    }

    @Override
    public ChatResponse chat(ChatRequest request) {
        asked.incrementAndGet();
        return mock.chat(request).toBuilder().warning("by " + name).build();
    }

    @Override
    public ChatStream stream(ChatRequest request) {
        asked.incrementAndGet();
        whenOpened.run();
        return mock.stream(request);
    }

    @Override
    public <T> Optional<T> power(Class<T> type) {
        return Optional.ofNullable(type.cast(powers.get(type)));
    }

    @Override
    public void close() {
        closes.incrementAndGet();
        mock.close();
        whenClosed.run();
    }
}
