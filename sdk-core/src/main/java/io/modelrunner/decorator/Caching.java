package io.modelrunner.decorator;

import static java.util.Objects.requireNonNull;

import io.modelrunner.Attempt;
import io.modelrunner.AttemptTimeline;
import io.modelrunner.CancelledException;
import io.modelrunner.Failure;
import io.modelrunner.InvalidRequestException;
import io.modelrunner.Timeouts;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.chat.Sampling;
import io.modelrunner.internal.Checks;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Answers a request that was answered before as it was answered then, without asking anybody.
 *
 * <pre>{@code
 * LLMAdapter adapter = Caching.of(HttpAdapter.at("http://localhost:12434"));
 * }</pre>
 *
 * <p>Only for chats and streams whose answer is the same each time: those with a temperature of 0 or a seed. Requests with
 * {@linkplain ChatRequest#headers() headers of their own} are not kept, as who asks may matter. Requests are the same if they are
 * {@linkplain ChatRequest#equals equal} but for their timeouts: the model's name as typed, all messages with their pictures, tools, options.
 * A picture behind a URL is taken for the same as long as its URL is.
 *
 * <p>Kept are good answers alone: the model that was asked for gave them, they have no warning (a mock's has), and they ended by
 * themselves, with tool calls, or at the {@link ChatRequest#maxTokens} of the request. What was streamed answers chats, too, and the other way round; an
 * answer from the cache is streamed as its reasoning, its text and its tool calls in one piece each. It is as it was, with the adapter that gave it,
 * the tokens it cost and the time it took <em>then</em>; what it took now is in its {@linkplain ChatResponse#timeline() timeline}: one try, of the adapter
 * {@code cache}.
 *
 * <p>What was used longest ago goes first. Answers are kept in memory for the life of this adapter, however old: a model that is pulled anew under its
 * old name answers otherwise, so {@link #clear} then. Equal requests that come at the same time may all be asked of the adapter behind. Safe
 * for use by several threads.
 */
public final class Caching extends Decorator {
    private static final String CACHE = "cache";

    private final KeptAnswers answers;
    private volatile boolean closed;

    private Caching(Builder settings) {
        super(settings.adapter);
        this.answers = new KeptAnswers(settings.maxEntries, settings.maxCharacters);
    }

    /**
     * {@return an adapter that keeps up to 256 answers}
     *
     * @param adapter the adapter behind; owned from now on; not null
     */
    public static Caching of(LLMAdapter adapter) {
        return builder(adapter).build();
    }

    /**
     * {@return a builder with the bounds that are usual}
     *
     * @param adapter the adapter behind; owned from now on; not null
     */
    public static Builder builder(LLMAdapter adapter) {
        return new Builder(requireNonNull(adapter, "adapter"));
    }

    @Override
    public ChatResponse chat(ChatRequest request) {
        ChatRequest key = key(request);
        if (key == null) {
            return adapter.chat(request);
        }
        Optional<ChatResponse> kept = find(key);
        if (kept.isPresent()) {
            return kept.get();
        }
        ChatResponse response = adapter.chat(request);
        keep(key, response);
        return response;
    }

    @Override
    public ChatStream stream(ChatRequest request) {
        ChatRequest key = key(request);
        ChatStream stream = adapter.stream(request);
        return key == null ? stream : ChatStream.of(new CachingStream(this, key, stream));
    }

    /** {@return what the answer depends on, null if it is not the same each time} */
    private static @Nullable ChatRequest key(ChatRequest request) {
        Sampling sampling = request.sampling();
        boolean deterministic =
                sampling.seed().isPresent() || sampling.temperature().orElse(1) == 0;
        if (!deterministic || !request.headers().isEmpty()) {
            return null;
        }
        return request.timeouts().equals(Timeouts.defaults())
                ? request
                : request.toBuilder().timeouts(Timeouts.defaults()).build();
    }

    /** {@return the answer that is kept, which says that it was} */
    Optional<ChatResponse> find(ChatRequest key) {
        checkOpen(key);
        return answers.find(key).map(Caching::fromCache);
    }

    private static ChatResponse fromCache(ChatResponse kept) {
        Attempt attempt = Attempt.builder(CACHE, "", Instant.now(), "answered from the cache")
                .model(kept.model())
                .result(Attempt.Result.ANSWERED)
                .build();
        AttemptTimeline timeline = AttemptTimeline.empty().plus(attempt);
        return kept.toBuilder().timeline(timeline).build();
    }

    void keep(ChatRequest key, ChatResponse response) {
        if (isGood(key, response) && !closed) {
            // Who gets it is told of its own try, not of these, which may be many.
            answers.keep(
                    key, response.toBuilder().timeline(AttemptTimeline.empty()).build());
        }
    }

    private static boolean isGood(ChatRequest key, ChatResponse response) {
        boolean whole = switch (response.finishReason()) {
            case STOP, TOOL_CALLS -> true;
            case LENGTH -> key.maxTokens().isPresent(); // else where the server's memory ended
            case CONTENT_FILTER, UNKNOWN -> false;
        };
        return whole && response.warnings().isEmpty() && response.model().equals(key.model());
    }

    void checkOpen(ChatRequest request) {
        if (closed) {
            throw new CancelledException(Failure.of("the adapter is closed")
                    .adapter(name())
                    .model(request.model())
                    .build());
        }
    }

    /** {@return how many answers are kept now} */
    public int size() {
        return answers.size();
    }

    /** Forgets all answers. */
    public void clear() {
        answers.clear();
    }

    /** Forgets all answers, and closes the adapter behind. */
    @Override
    public void close() {
        closed = true;
        answers.clear();
        super.close();
    }

    /** Sets how much is kept. Not safe for use by several threads. */
    public static final class Builder {
        private static final int MOST_ENTRIES = 1_000_000;
        private static final long MOST_CHARACTERS = 1L << 30;

        private final LLMAdapter adapter;
        private int maxEntries = 256;
        private long maxCharacters = 16L << 20;

        private Builder(LLMAdapter adapter) {
            this.adapter = adapter;
        }

        /**
         * Limits how many answers are kept.
         *
         * @param count 1 to 1,000,000; by default 256
         * @return this
         * @throws InvalidRequestException if it is out of bounds
         */
        public Builder maxEntries(int count) {
            this.maxEntries = (int) Checks.between(count, 1, MOST_ENTRIES, "maxEntries");
            return this;
        }

        /**
         * Limits the characters of all requests and answers that are kept, pictures included; an answer that is too large
         * together with its request is not kept. What they take besides counts, too: 512 for an answer with its request, and 64 more for each
         * message, part of one, tool, tool call, stop string, bias and token of {@code logprobs}.
         *
         * @param count 1 to 1,073,741,824; by default 16,777,216, which take up to 32 MiB, however short the answers
         * @return this
         * @throws InvalidRequestException if it is out of bounds
         */
        public Builder maxCharacters(long count) {
            this.maxCharacters = Checks.between(count, 1, MOST_CHARACTERS, "maxCharacters");
            return this;
        }

        /** {@return the adapter} */
        public Caching build() {
            return new Caching(this);
        }
    }
}
