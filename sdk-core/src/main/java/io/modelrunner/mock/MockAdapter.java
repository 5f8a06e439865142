package io.modelrunner.mock;

import static java.util.Objects.requireNonNull;

import io.modelrunner.CancelledException;
import io.modelrunner.Capability;
import io.modelrunner.Failure;
import io.modelrunner.Model;
import io.modelrunner.ModelName;
import io.modelrunner.ModelNotFoundException;
import io.modelrunner.adapter.Health;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.chat.Message;
import java.lang.System.Logger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * An adapter without a model: it answers by a script, the same request always the same way.
 *
 * <p>Its name and a warning in each response say that it is a mock, so that nobody mistakes its words for a model's; a warning
 * is logged with the first. By
 * default it repeats the last message. It counts each message of the request as a prompt token and each piece of the
 * answer as a completion token. Safe for use by several threads.
 */
public final class MockAdapter implements LLMAdapter {
    private static final String NAME = "mock";
    private static final Logger LOGGER = System.getLogger("io.modelrunner");

    private final Function<ChatRequest, MockReply> script;
    private final List<ModelName> models;
    private final Set<Capability> capabilities;
    private final Set<MockAnswer> waitedFor = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean told = new AtomicBoolean();
    private volatile boolean closed;

    private MockAdapter(Builder builder) {
        List<Rule> rules = List.copyOf(builder.rules);
        this.script = request -> rules.stream()
                .filter(rule -> rule.when().test(request))
                .findFirst()
                .map(Rule::reply)
                .orElseGet(() -> MockReply.text(lastText(request)));
        this.models = List.copyOf(builder.models);
        this.capabilities = Collections.unmodifiableSet(EnumSet.copyOf(builder.capabilities));
    }

    /** {@return a mock that repeats the last message, whatever model is asked} */
    public static MockAdapter echo() {
        return builder().build();
    }

    /** {@return a builder of a mock that echoes unless told otherwise} */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Health health() {
        return closed ? Health.down(closedException()) : Health.up("mock", null, "a mock answers, no model");
    }

    @Override
    public Set<Capability> capabilities() {
        return capabilities;
    }

    @Override
    public List<Model> listModels() {
        checkOpen();
        List<ModelName> listed = models.isEmpty() ? List.of(ModelName.of("mock")) : models;
        return listed.stream()
                .map(name -> Model.builder(name).owner("mock").build())
                .toList();
    }

    @Override
    public ChatResponse chat(ChatRequest request) {
        return answer(request).whole();
    }

    @Override
    public ChatStream stream(ChatRequest request) {
        return ChatStream.of(answer(request));
    }

    private MockAnswer answer(ChatRequest request) {
        requireNonNull(request, "request").checkCarriedBy(NAME, capabilities);
        if (told.compareAndSet(false, true)) {
            LOGGER.log(
                    Logger.Level.WARNING,
                    "a mock answers, and no model: its first request asks for {0}",
                    request.model());
        }
        return new MockAnswer(this, request, replyTo(request));
    }

    /** Keeps an answer only while a thread waits for it: one that is forgotten must not stay for ever. */
    void enter(MockAnswer answer) {
        waitedFor.add(answer);
        if (closed) {
            answer.close();
        }
    }

    void leave(MockAnswer answer) {
        waitedFor.remove(answer);
    }

    private MockReply replyTo(ChatRequest request) {
        boolean known = models.isEmpty() || models.stream().anyMatch(request.model()::sameAs);
        return known ? script.apply(request) : MockReply.failure(() -> notFound(request.model()));
    }

    private static ModelNotFoundException notFound(ModelName model) {
        return new ModelNotFoundException(Failure.of("the mock has no model " + model)
                .adapter(NAME)
                .model(model)
                .remedy("MockAdapter.builder().models(…)", "the mock shall have it")
                .build());
    }

    private static String lastText(ChatRequest request) {
        Message last = request.messages().get(request.messages().size() - 1);
        if (last instanceof Message.User user) {
            return user.text();
        }
        if (last instanceof Message.ToolResult result) {
            return result.text();
        }
        return last instanceof Message.Assistant assistant ? assistant.text() : "";
    }

    private void checkOpen() {
        if (closed) {
            throw closedException();
        }
    }

    private static CancelledException closedException() {
        return new CancelledException(
                Failure.of("the adapter is closed").adapter(NAME).build());
    }

    /** Ends every answer under way. */
    @Override
    public void close() {
        closed = true;
        waitedFor.forEach(MockAnswer::close);
    }

    /** {@return that it is a mock, and of which models} */
    @Override
    public String toString() {
        return "MockAdapter" + (models.isEmpty() ? "[any model]" : models);
    }

    private record Rule(Predicate<ChatRequest> when, MockReply reply) {}

    /** Writes the script; the first rule that fits a request decides. Not safe for use by several threads. */
    public static final class Builder {
        private final List<Rule> rules = new ArrayList<>();
        private List<ModelName> models = List.of();
        private final Set<Capability> capabilities = EnumSet.allOf(Capability.class);

        private Builder() {}

        /**
         * Answers requests that fit.
         *
         * @param when tells which; called by many threads; not null
         * @param reply the answer; not null
         * @return this
         */
        public Builder when(Predicate<ChatRequest> when, MockReply reply) {
            rules.add(new Rule(requireNonNull(when, "when"), requireNonNull(reply, "reply")));
            return this;
        }

        /**
         * Answers requests whose last message contains a text.
         *
         * @param part the text, compared with case; not null
         * @param reply the answer; not null
         * @return this
         */
        public Builder whenPromptContains(String part, MockReply reply) {
            requireNonNull(part, "part");
            return when(request -> lastText(request).contains(part), reply);
        }

        /**
         * Answers all other requests, instead of echoing.
         *
         * @param reply the answer; not null
         * @return this
         */
        public Builder otherwise(MockReply reply) {
            return when(request -> true, reply);
        }

        /**
         * Has only these models; without this the mock answers for any.
         *
         * @param names the models' names
         * @return this
         */
        public Builder models(String... names) {
            this.models = List.of(names).stream().map(ModelName::of).toList();
            return this;
        }

        /**
         * Carries less than everything.
         *
         * @param missing what to refuse
         * @return this
         */
        public Builder without(Capability... missing) {
            capabilities.removeAll(List.of(missing));
            return this;
        }

        /** {@return the mock} */
        public MockAdapter build() {
            return new MockAdapter(this);
        }
    }
}
