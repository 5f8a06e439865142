package io.modelrunner.chat;

import static java.util.Objects.requireNonNull;

import io.modelrunner.Capability;
import io.modelrunner.InvalidRequestException;
import io.modelrunner.ModelName;
import io.modelrunner.Timeouts;
import io.modelrunner.internal.Checks;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a model is asked: the conversation so far, and how to answer it.
 *
 * <p>Immutable, and checked when it is built: {@code docs/bounds.md} has the bound of every field. What is not set is
 * left to the server. One request asks for one answer; several choices at once ({@code n}) are not offered.
 */
public final class ChatRequest {
    private final ModelName model;
    private final List<Message> messages;
    private final Sampling sampling;
    private final @Nullable Integer maxTokens;
    private final List<String> stop;
    private final List<Tool> tools;
    private final @Nullable ToolChoice toolChoice;
    private final @Nullable Boolean parallelToolCalls;
    private final ResponseFormat responseFormat;
    private final @Nullable Boolean reasoning;
    private final Map<String, @Nullable Object> extra;
    private final Timeouts timeouts;

    private ChatRequest(Builder builder) {
        this.model = builder.model;
        this.messages = List.copyOf(builder.messages);
        this.sampling = builder.sampling;
        this.maxTokens = builder.maxTokens;
        this.stop = builder.stop;
        this.tools = builder.tools;
        this.toolChoice = builder.toolChoice;
        this.parallelToolCalls = builder.parallelToolCalls;
        this.responseFormat = builder.responseFormat;
        this.reasoning = builder.reasoning;
        this.extra = Collections.unmodifiableMap(new LinkedHashMap<>(builder.extra));
        this.timeouts = builder.timeouts;
    }

    /**
     * {@return a request of one user message}
     *
     * @param model the model's name; not null
     * @param prompt the message, 1 to 10,485,760 characters; not null
     * @throws InvalidRequestException if either is out of bounds
     */
    public static ChatRequest of(String model, String prompt) {
        return builder(model).user(prompt).build();
    }

    /**
     * {@return a builder}
     *
     * @param model the model's name; not null
     * @throws InvalidRequestException if the name is out of bounds
     */
    public static Builder builder(String model) {
        return new Builder(ModelName.of(model));
    }

    /** {@return a builder that has all that is set here} */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** {@return the model's name as typed} */
    public ModelName model() {
        return model;
    }

    /** {@return the conversation, oldest first; immutable, never empty} */
    public List<Message> messages() {
        return messages;
    }

    /** {@return how tokens are chosen} */
    public Sampling sampling() {
        return sampling;
    }

    /** {@return how many tokens the answer may have} */
    public OptionalInt maxTokens() {
        return maxTokens == null ? OptionalInt.empty() : OptionalInt.of(maxTokens);
    }

    /** {@return strings at which the answer ends, themselves not part of it; immutable} */
    public List<String> stop() {
        return stop;
    }

    /** {@return the tools that the model may ask to be called; immutable} */
    public List<Tool> tools() {
        return tools;
    }

    /** {@return whether tools may, must or must not be called} */
    public Optional<ToolChoice> toolChoice() {
        return Optional.ofNullable(toolChoice);
    }

    /** {@return whether several tools may be called in one answer; llama.cpp calls one unless told so} */
    public Optional<Boolean> parallelToolCalls() {
        return Optional.ofNullable(parallelToolCalls);
    }

    /** {@return the form that the answer must have} */
    public ResponseFormat responseFormat() {
        return responseFormat;
    }

    /** {@return whether a model that can reason shall do so before it answers} */
    public Optional<Boolean> reasoning() {
        return Optional.ofNullable(reasoning);
    }

    /** {@return fields that go into the request as they are, by name; immutable} */
    public Map<String, @Nullable Object> extra() {
        return extra;
    }

    /** {@return limits of waiting that differ from the client's} */
    public Timeouts timeouts() {
        return timeouts;
    }

    /** {@return what an adapter must carry to answer this; a new set} */
    public Set<Capability> requires() {
        return Requirements.of(this);
    }

    /**
     * Refuses this request unless an adapter can carry it; for implementations of adapters.
     *
     * @param adapter the adapter's name, for the message
     * @param carried what it can carry
     * @throws io.modelrunner.UnsupportedOptionException naming the first capability that is missing
     */
    public void checkCarriedBy(String adapter, Set<Capability> carried) {
        Requirements.check(this, adapter, carried);
    }

    /** {@return model, number of messages and what else is asked for; no text of any message} */
    @Override
    public String toString() {
        return "ChatRequest[" + model + ", " + messages.size() + " messages, " + requires() + "]";
    }

    /** Collects a request and checks it field by field. Not safe for use by several threads. */
    public static final class Builder {
        private ModelName model;
        private final List<Message> messages = new ArrayList<>();
        private Sampling sampling = Sampling.unset();
        private @Nullable Integer maxTokens;
        private List<String> stop = List.of();
        private List<Tool> tools = List.of();
        private @Nullable ToolChoice toolChoice;
        private @Nullable Boolean parallelToolCalls;
        private ResponseFormat responseFormat = ResponseFormat.TEXT;
        private @Nullable Boolean reasoning;
        private final Map<String, @Nullable Object> extra = new LinkedHashMap<>();
        private Timeouts timeouts = Timeouts.defaults();

        private Builder(ModelName model) {
            this.model = model;
        }

        private Builder(ChatRequest request) {
            this.model = request.model;
            this.messages.addAll(request.messages);
            this.sampling = request.sampling;
            this.maxTokens = request.maxTokens;
            this.stop = request.stop;
            this.tools = request.tools;
            this.toolChoice = request.toolChoice;
            this.parallelToolCalls = request.parallelToolCalls;
            this.responseFormat = request.responseFormat;
            this.reasoning = request.reasoning;
            this.extra.putAll(request.extra);
            this.timeouts = request.timeouts;
        }

        /**
         * Asks another model.
         *
         * @param name the model's name, 1 to 512 characters
         * @return this
         */
        public Builder model(String name) {
            this.model = ModelName.of(name);
            return this;
        }

        /**
         * Adds a message.
         *
         * @param message not null
         * @return this
         */
        public Builder message(Message message) {
            messages.add(requireNonNull(message, "message"));
            return this;
        }

        /**
         * Adds messages, such as the history of a conversation.
         *
         * @param more not null
         * @return this
         */
        public Builder messages(List<? extends Message> more) {
            more.forEach(this::message);
            return this;
        }

        /**
         * Adds an instruction; instructions come before all other messages.
         *
         * @param text 1 to 10,485,760 characters
         * @return this
         */
        public Builder system(String text) {
            return message(Message.system(text));
        }

        /**
         * Adds a message of the user.
         *
         * @param text 1 to 10,485,760 characters
         * @return this
         */
        public Builder user(String text) {
            return message(Message.user(text));
        }

        /**
         * Adds an earlier answer of the model.
         *
         * @param text 1 to 10,485,760 characters
         * @return this
         */
        public Builder assistant(String text) {
            return message(Message.assistant(text));
        }

        /**
         * Sets how freely tokens are chosen.
         *
         * @param value 0 (the likeliest each time) to 2
         * @return this
         */
        public Builder temperature(double value) {
            this.sampling = sampling.temperature(value);
            return this;
        }

        /**
         * Chooses among the likeliest tokens that together have this probability.
         *
         * @param value 0 to 1
         * @return this
         */
        public Builder topP(double value) {
            this.sampling = sampling.topP(value);
            return this;
        }

        /**
         * Chooses among this many of the likeliest tokens.
         *
         * @param value 0 (all) to 1,000,000
         * @return this
         */
        public Builder topK(int value) {
            this.sampling = sampling.topK(value);
            return this;
        }

        /**
         * Drops tokens less likely than this part of the likeliest one's probability.
         *
         * @param value 0 to 1
         * @return this
         */
        public Builder minP(double value) {
            this.sampling = sampling.minP(value);
            return this;
        }

        /**
         * Makes the random choice repeatable.
         *
         * @param value 0 to 4,294,967,295
         * @return this
         */
        public Builder seed(long value) {
            this.sampling = sampling.seed(value);
            return this;
        }

        /**
         * Makes tokens that were used at all less likely.
         *
         * @param value -2 to 2
         * @return this
         */
        public Builder presencePenalty(double value) {
            this.sampling = sampling.presencePenalty(value);
            return this;
        }

        /**
         * Makes tokens less likely the more often they were used.
         *
         * @param value -2 to 2
         * @return this
         */
        public Builder frequencyPenalty(double value) {
            this.sampling = sampling.frequencyPenalty(value);
            return this;
        }

        /**
         * Adds to the logits of tokens.
         *
         * @param biases -100 to 100 by token id, at most 10,000; copied
         * @return this
         */
        public Builder logitBias(Map<Integer, Double> biases) {
            this.sampling = sampling.logitBias(biases);
            return this;
        }

        /**
         * Limits the answer; one that reaches the limit ends with {@link FinishReason#LENGTH}.
         *
         * @param value at least 1 token
         * @return this
         */
        public Builder maxTokens(int value) {
            this.maxTokens = (int) Checks.between(value, 1, Integer.MAX_VALUE, "maxTokens");
            return this;
        }

        /**
         * Ends the answer at any of these strings; they are not part of it.
         *
         * @param strings at most 32, each 1 to 1,000 characters; replaces earlier ones
         * @return this
         */
        public Builder stop(String... strings) {
            List<String> checked = List.of(strings);
            Checks.size(checked.size(), 0, 32, "stop");
            checked.forEach(string -> Checks.length(string, 1, 1_000, "stop"));
            this.stop = checked;
            return this;
        }

        /**
         * Offers tools.
         *
         * @param offered at most 128, with different names; replaces earlier ones
         * @return this
         */
        public Builder tools(Tool... offered) {
            List<Tool> checked = List.of(offered);
            Checks.size(checked.size(), 0, 128, "tools");
            Set<String> names = new HashSet<>();
            checked.forEach(tool -> Checks.that(
                    names.add(tool.name()), "tools", "of different names", Checks.quoted(tool.name()) + " twice"));
            this.tools = checked;
            return this;
        }

        /**
         * Says whether tools may, must or must not be called.
         *
         * @param choice not null; needs tools
         * @return this
         */
        public Builder toolChoice(ToolChoice choice) {
            this.toolChoice = requireNonNull(choice, "toolChoice");
            return this;
        }

        /**
         * Says whether one answer may call several tools.
         *
         * @param allowed whether it may
         * @return this
         */
        public Builder parallelToolCalls(boolean allowed) {
            this.parallelToolCalls = allowed;
            return this;
        }

        /**
         * Demands a form of the answer.
         *
         * @param format not null
         * @return this
         */
        public Builder responseFormat(ResponseFormat format) {
            this.responseFormat = requireNonNull(format, "responseFormat");
            return this;
        }

        /**
         * Switches the reasoning of models that can reason on or off; sent as {@code enable_thinking} to the chat template.
         *
         * @param on whether to reason
         * @return this
         */
        public Builder reasoning(boolean on) {
            this.reasoning = on;
            return this;
        }

        /**
         * Adds a field that the SDK has no name for, such as {@code grammar}; it goes into the request as it is.
         *
         * @param name 1 to 64 letters, digits, {@code _}, {@code .} or {@code -}; none that has a method here, nor {@code n}
         * @param value strings, numbers, booleans, nulls, lists and maps of these; copied
         * @return this
         */
        public Builder extra(String name, @Nullable Object value) {
            extra.put(ExtraFields.name(name), ExtraFields.value(name, value));
            return this;
        }

        /**
         * Sets limits of waiting for this request; what is not set in them is the client's.
         *
         * @param limits not null
         * @return this
         */
        public Builder timeouts(Timeouts limits) {
            this.timeouts = requireNonNull(limits, "timeouts");
            return this;
        }

        /**
         * {@return the request}
         *
         * @throws InvalidRequestException if the messages are out of order, a tool result has no call, a call no result,
         *     or a tool choice no tool
         */
        public ChatRequest build() {
            Conversation.check(messages);
            if (toolChoice instanceof ToolChoice.Function function) {
                boolean known = tools.stream().anyMatch(tool -> tool.name().equals(function.name()));
                Checks.that(known, "toolChoice", "the name of one of the tools", Checks.quoted(function.name()));
            }
            boolean once = reasoning == null || !extra.containsKey("chat_template_kwargs");
            Checks.that(once, "reasoning", "unset beside the extra field chat_template_kwargs", "set");
            boolean needless = !ToolChoice.REQUIRED.equals(toolChoice) || !tools.isEmpty();
            Checks.that(needless, "toolChoice", "AUTO or NONE without tools", "REQUIRED");
            return new ChatRequest(this);
        }
    }
}
