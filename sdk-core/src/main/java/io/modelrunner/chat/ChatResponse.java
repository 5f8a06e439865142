package io.modelrunner.chat;

import static java.util.Objects.requireNonNull;

import io.modelrunner.Answer;
import io.modelrunner.AttemptTimeline;
import io.modelrunner.ModelName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** A model's whole answer, and what was learned along with it. Immutable. */
public final class ChatResponse implements Answer {
    private final ModelName model;
    private final String adapter;
    private final String text;
    private final @Nullable String reasoning;
    private final List<ToolCall> toolCalls;
    private final FinishReason finishReason;
    private final @Nullable Usage usage;
    private final @Nullable Timings timings;
    private final @Nullable String servedModel;
    private final @Nullable String id;
    private final List<String> warnings;
    private final List<TokenLogprob> logprobs;
    private final AttemptTimeline timeline;

    private ChatResponse(Builder builder) {
        this.model = builder.model;
        this.adapter = builder.adapter;
        this.text = builder.text.toString();
        this.reasoning = builder.reasoning.length() == 0 ? null : builder.reasoning.toString();
        this.toolCalls = List.copyOf(builder.toolCalls);
        this.finishReason = builder.finishReason;
        this.usage = builder.usage;
        this.timings = builder.timings;
        this.servedModel = builder.servedModel;
        this.id = builder.id;
        this.warnings = List.copyOf(builder.warnings);
        this.logprobs = List.copyOf(builder.logprobs);
        this.timeline = builder.timeline;
    }

    /**
     * {@return a builder, which also gathers a streamed answer piece by piece}
     *
     * @param model the model as it was asked for; not null
     * @param adapter the {@code name()} of the adapter that answers; not null
     */
    public static Builder builder(ModelName model, String adapter) {
        return new Builder(model, adapter);
    }

    /** {@return a builder that has all that is set here} */
    public Builder toBuilder() {
        Builder builder = builder(model, adapter).appendText(text).finishReason(finishReason);
        if (reasoning != null) {
            builder.appendReasoning(reasoning);
        }
        toolCalls.forEach(builder::toolCall);
        warnings.forEach(builder::warning);
        logprobs.forEach(builder::logprob);
        return builder.timeline(timeline)
                .usage(usage)
                .timings(timings)
                .servedModel(servedModel)
                .id(id);
    }

    /** {@return the answer; empty if the model only called tools} */
    public String text() {
        return text;
    }

    /** {@return the reasoning before the answer, where the server tells it apart} */
    public Optional<String> reasoning() {
        return Optional.ofNullable(reasoning);
    }

    /** {@return the tool calls that the model asks for, in its order; immutable} */
    public List<ToolCall> toolCalls() {
        return toolCalls;
    }

    /** {@return why the model stopped} */
    public FinishReason finishReason() {
        return finishReason;
    }

    /** {@return the counts of tokens, if the server gave them} */
    public Optional<Usage> usage() {
        return Optional.ofNullable(usage);
    }

    /** {@return the tokens of the prompt, cached ones included, if the server counted them} */
    @Override
    public OptionalInt promptTokens() {
        return usage == null ? OptionalInt.empty() : OptionalInt.of(usage.promptTokens());
    }

    /** {@return the tokens of the answer, reasoning included, if the server counted them} */
    @Override
    public OptionalInt completionTokens() {
        return usage == null ? OptionalInt.empty() : OptionalInt.of(usage.completionTokens());
    }

    /** {@return the engine's own timings, if it gave them} */
    public Optional<Timings> timings() {
        return Optional.ofNullable(timings);
    }

    /** {@return the model as it was asked for} */
    @Override
    public ModelName model() {
        return model;
    }

    /** {@return what the server calls the model: for llama.cpp often a path of its own disk} */
    public Optional<String> servedModel() {
        return Optional.ofNullable(servedModel);
    }

    /** {@return the server's id of the answer} */
    public Optional<String> id() {
        return Optional.ofNullable(id);
    }

    /** {@return what was not as it should be, though the answer is there; immutable, mostly empty} */
    public List<String> warnings() {
        return warnings;
    }

    /** {@return how likely each token of the answer was; immutable, empty unless the request asked for it} */
    public List<TokenLogprob> logprobs() {
        return logprobs;
    }

    /** {@return the tries that led to this answer, the last of them the one that did; empty if the adapter keeps none} */
    @Override
    public AttemptTimeline timeline() {
        return timeline;
    }

    /** {@return the {@code name()} of the adapter that answered} */
    @Override
    public String adapter() {
        return adapter;
    }

    /**
     * {@return the answer as a message, to go on with the conversation}
     *
     * @throws io.modelrunner.InvalidRequestException if there is neither text nor a tool call
     */
    public Message.Assistant toMessage() {
        return new Message.Assistant(text, toolCalls);
    }

    /** {@return who answered and how long the answer is; not the text} */
    @Override
    public String toString() {
        return "ChatResponse[" + model + " by " + adapter + ", " + text.length() + " characters, " + toolCalls.size()
                + " tool calls, " + finishReason + (warnings.isEmpty() ? "" : ", " + warnings) + "]";
    }

    /** Gathers a response, whole or piece by piece. Not safe for use by several threads. */
    public static final class Builder {
        private final ModelName model;
        private final StringBuilder text = new StringBuilder();
        private final StringBuilder reasoning = new StringBuilder();
        private final List<ToolCall> toolCalls = new ArrayList<>(0);
        private final List<String> warnings = new ArrayList<>(0);
        private final List<TokenLogprob> logprobs = new ArrayList<>(0);
        private AttemptTimeline timeline = AttemptTimeline.empty();
        private String adapter;
        private FinishReason finishReason = FinishReason.STOP;
        private @Nullable Usage usage;
        private @Nullable Timings timings;
        private @Nullable String servedModel;
        private @Nullable String id;

        private Builder(ModelName model, String adapter) {
            this.model = requireNonNull(model, "model");
            this.adapter = requireNonNull(adapter, "adapter");
        }

        /**
         * Names another adapter: the one that stands before the one that answered.
         *
         * @param name its {@code name()}; not null
         * @return this
         */
        public Builder adapter(String name) {
            this.adapter = requireNonNull(name, "name");
            return this;
        }

        /**
         * Adds to the answer.
         *
         * @param piece not null
         * @return this
         */
        public Builder appendText(String piece) {
            text.append(requireNonNull(piece, "piece"));
            return this;
        }

        /**
         * Adds to the reasoning.
         *
         * @param piece not null
         * @return this
         */
        public Builder appendReasoning(String piece) {
            reasoning.append(requireNonNull(piece, "piece"));
            return this;
        }

        /** {@return the answer so far} */
        public String textSoFar() {
            return text.toString();
        }

        /**
         * Adds a tool call.
         *
         * @param call not null
         * @return this
         */
        public Builder toolCall(ToolCall call) {
            toolCalls.add(requireNonNull(call, "call"));
            return this;
        }

        /**
         * Says why the model stopped.
         *
         * @param reason not null
         * @return this
         */
        public Builder finishReason(FinishReason reason) {
            this.finishReason = requireNonNull(reason, "reason");
            return this;
        }

        /**
         * Sets the counts of tokens.
         *
         * @param value null if unknown
         * @return this
         */
        public Builder usage(@Nullable Usage value) {
            this.usage = value;
            return this;
        }

        /**
         * Sets the engine's timings.
         *
         * @param value null if unknown
         * @return this
         */
        public Builder timings(@Nullable Timings value) {
            this.timings = value;
            return this;
        }

        /**
         * Sets what the server calls the model.
         *
         * @param value null if unknown
         * @return this
         */
        public Builder servedModel(@Nullable String value) {
            this.servedModel = value;
            return this;
        }

        /**
         * Sets the server's id of the answer.
         *
         * @param value null if unknown
         * @return this
         */
        public Builder id(@Nullable String value) {
            this.id = value;
            return this;
        }

        /**
         * Adds a warning.
         *
         * @param warning a sentence without prompt or answer in it; not null
         * @return this
         */
        public Builder warning(String warning) {
            warnings.add(requireNonNull(warning, "warning"));
            return this;
        }

        /**
         * Adds how likely a token was.
         *
         * @param token not null
         * @return this
         */
        public Builder logprob(TokenLogprob token) {
            logprobs.add(requireNonNull(token, "token"));
            return this;
        }

        /**
         * Sets the tries that led to the answer.
         *
         * @param tries not null
         * @return this
         */
        public Builder timeline(AttemptTimeline tries) {
            this.timeline = requireNonNull(tries, "tries");
            return this;
        }

        /** {@return the response} */
        public ChatResponse build() {
            return new ChatResponse(this);
        }
    }
}
