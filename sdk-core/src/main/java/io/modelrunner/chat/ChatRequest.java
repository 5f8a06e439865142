package io.modelrunner.chat;

import static java.util.Objects.requireNonNull;

import io.modelrunner.Capability;
import io.modelrunner.InvalidRequestException;
import io.modelrunner.ModelName;
import io.modelrunner.Timeouts;
import io.modelrunner.internal.Checks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    private final Generation generation;
    private final List<Message> messages;
    private final List<Tool> tools;
    private final @Nullable ToolChoice toolChoice;
    private final @Nullable Boolean parallelToolCalls;
    private final ResponseFormat responseFormat;
    private final @Nullable Boolean reasoning;
    private final @Nullable Integer logprobs;

    private ChatRequest(Builder builder) {
        this.model = builder.model;
        this.generation = builder.generation();
        this.messages = List.copyOf(builder.messages);
        this.tools = builder.tools;
        this.toolChoice = builder.toolChoice;
        this.parallelToolCalls = builder.parallelToolCalls;
        this.responseFormat = builder.responseFormat;
        this.reasoning = builder.reasoning;
        this.logprobs = builder.logprobs;
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
        return generation.sampling();
    }

    /** {@return how many tokens the answer may have} */
    public OptionalInt maxTokens() {
        return generation.maxTokens();
    }

    /** {@return strings at which the answer ends, themselves not part of it; immutable} */
    public List<String> stop() {
        return generation.stop();
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
        return generation.extra();
    }

    /** {@return headers that go with this request alone, by name; immutable} */
    public Map<String, String> headers() {
        return generation.headers();
    }

    /** {@return how many of the likeliest tokens to list beside each one chosen; 0 for that one alone} */
    public OptionalInt logprobs() {
        return logprobs == null ? OptionalInt.empty() : OptionalInt.of(logprobs);
    }

    /** {@return limits of waiting that differ from the client's} */
    public Timeouts timeouts() {
        return generation.timeouts();
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

    /**
     * {@return whether the other asks the same: every field is equal, timeouts and headers too} Numbers in {@linkplain #extra() extra fields}
     * are equal only if they are of the same class.
     */
    @Override
    public boolean equals(@Nullable Object other) {
        if (this == other) { // which a chain asks of each answer: most steps change nothing
            return true;
        }
        return other instanceof ChatRequest that
                && model.equals(that.model)
                && generation.equals(that.generation)
                && messages.equals(that.messages)
                && options().equals(that.options());
    }

    @Override
    public int hashCode() {
        return Objects.hash(model, generation, messages, options());
    }

    private List<@Nullable Object> options() {
        return Arrays.asList(tools, toolChoice, parallelToolCalls, responseFormat, reasoning, logprobs);
    }

    /** {@return model, number of messages and what else is asked for; no text of any message} */
    @Override
    public String toString() {
        return "ChatRequest[" + model + ", " + messages.size() + " messages, " + requires() + "]";
    }

    /** Collects a request and checks it field by field. Not safe for use by several threads. */
    public static final class Builder extends GenerationBuilder<Builder> {
        private ModelName model;
        private final List<Message> messages = new ArrayList<>();
        private List<Tool> tools = List.of();
        private @Nullable ToolChoice toolChoice;
        private @Nullable Boolean parallelToolCalls;
        private ResponseFormat responseFormat = ResponseFormat.TEXT;
        private @Nullable Boolean reasoning;
        private @Nullable Integer logprobs;

        private Builder(ModelName model) {
            super(Generation.UNSET);
            this.model = model;
        }

        private Builder(ChatRequest request) {
            super(request.generation);
            this.model = request.model;
            this.messages.addAll(request.messages);
            this.tools = request.tools;
            this.toolChoice = request.toolChoice;
            this.parallelToolCalls = request.parallelToolCalls;
            this.responseFormat = request.responseFormat;
            this.reasoning = request.reasoning;
            this.logprobs = request.logprobs;
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
         * Asks how likely the tokens of the answer were.
         *
         * @param alternatives how many of the likeliest tokens to list beside each one chosen, 0 to 20
         * @return this
         */
        public Builder logprobs(int alternatives) {
            this.logprobs = (int) Checks.between(alternatives, 0, 20, "logprobs");
            return this;
        }

        @Override
        Builder self() {
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
            boolean once = reasoning == null || !generation().extra().containsKey("chat_template_kwargs");
            Checks.that(once, "reasoning", "unset beside the extra field chat_template_kwargs", "set");
            boolean needless = !ToolChoice.REQUIRED.equals(toolChoice) || !tools.isEmpty();
            Checks.that(needless, "toolChoice", "AUTO or NONE without tools", "REQUIRED");
            return new ChatRequest(this);
        }
    }
}
