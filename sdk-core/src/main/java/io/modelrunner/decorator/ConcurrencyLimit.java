package io.modelrunner.decorator;

import static java.util.Objects.requireNonNull;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.ModelName;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.Timeouts;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.adapter.Completer;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.adapter.Preloader;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.chat.CompletionRequest;
import io.modelrunner.internal.Checks;
import io.modelrunner.retrieval.Embedder;
import io.modelrunner.retrieval.Reranker;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets only so many calls of a model be under way at once; the others queue here, in the order in which they came.
 *
 * <pre>{@code
 * LLMAdapter adapter = ConcurrencyLimit.of(HttpAdapter.at("http://localhost:12434"), 4);
 * }</pre>
 *
 * <p>So that a burst neither has the runner evict models nor waits in it unseen. Chats, streams, completions, embeddings, rerankings and
 * preloads of a model share its places; health and lists of models take none. Spellings that {@link ModelName#sameAs} takes for one
 * model share them, too. A model without a limit is asked as if this adapter were not there. A power of a kind that is not named here is handed on, and
 * so is one asked for by the class of the adapter behind: what is asked of it takes no place.
 *
 * <p>A call waits for its turn as long as {@link Phase#QUEUE} allows, and then is a {@link io.modelrunner.TimedOutException}; its other limits
 * begin with its turn. How long it waited is in the {@linkplain io.modelrunner.Attempt#queued() first try} of its answer's or failure's timeline. Closing
 * the stream or this adapter, and interrupting the thread, end the wait at once.
 *
 * <p>A stream queues with its first pull and holds its place until it is completed, fails or is closed: close it. A thread that asks
 * again of the same model while it reads a stream needs a second place. Before a {@link io.modelrunner.fallback.Fallback} the limit is for all steps
 * together; behind it, around a step's adapter, for that step alone. Safe for use by several threads.
 */
public final class ConcurrencyLimit extends Decorator {
    private final @Nullable Integer perModel;
    private final Map<String, Integer> limits;
    private final Timeouts timeouts;
    private final Turns turns = new Turns();

    private ConcurrencyLimit(Builder settings) {
        super(settings.adapter);
        this.perModel = settings.perModel;
        this.limits = Map.copyOf(settings.limits);
        this.timeouts = settings.timeouts;
    }

    /**
     * {@return an adapter with the same limit for each model}
     *
     * @param adapter the adapter behind; owned from now on; not null
     * @param perModel how many calls of a model may be under way at once, 1 to 10,000
     * @throws InvalidRequestException if the limit is out of bounds
     */
    public static ConcurrencyLimit of(LLMAdapter adapter, int perModel) {
        return builder(adapter).perModel(perModel).build();
    }

    /**
     * {@return a builder without limits}
     *
     * @param adapter the adapter behind; owned from now on; not null
     */
    public static Builder builder(LLMAdapter adapter) {
        return new Builder(requireNonNull(adapter, "adapter"));
    }

    @Override
    public ChatResponse chat(ChatRequest request) {
        Turn turn = turn(request.model());
        if (turn == null) {
            return adapter.chat(request);
        }
        request.checkCarriedBy(name(), capabilities()); // what is refused does not queue
        return call(turn, request.timeouts(), () -> adapter.chat(request), Turn::told);
    }

    @Override
    public ChatStream stream(ChatRequest request) {
        return limited(request.model(), request.timeouts(), adapter.stream(request));
    }

    private ChatStream limited(ModelName model, Timeouts limits, ChatStream stream) {
        Turn turn = turn(model);
        return turn == null ? stream : ChatStream.of(new LimitedStream(turn, longest(limits), stream));
    }

    @Override
    Embedder embedder(Embedder behind) {
        return request -> call(
                turn(request.model()),
                request.timeouts(),
                () -> behind.embed(request),
                (turn, response) -> response.withTimeline(turn.told(response.timeline())));
    }

    @Override
    Reranker reranker(Reranker behind) {
        return request -> call(
                turn(request.model()),
                request.timeouts(),
                () -> behind.rerank(request),
                (turn, response) -> response.withTimeline(turn.told(response.timeline())));
    }

    @Override
    Completer completer(Completer behind) {
        return new Completer() {
            @Override
            public ChatResponse complete(CompletionRequest request) {
                return call(turn(request.model()), request.timeouts(), () -> behind.complete(request), Turn::told);
            }

            @Override
            public ChatStream streamCompletion(CompletionRequest request) {
                return limited(request.model(), request.timeouts(), behind.streamCompletion(request));
            }
        };
    }

    @Override
    Preloader preloader(Preloader behind) {
        return (model, purpose) -> call(
                turn(ModelName.of(model)),
                timeouts,
                () -> {
                    behind.preload(model, purpose);
                    return model;
                },
                (turn, loaded) -> loaded);
    }

    private <T> T call(@Nullable Turn turn, Timeouts limits, Supplier<T> call, BiFunction<Turn, T, T> told) {
        if (turn == null) {
            return call.get();
        }
        try {
            turn.begin(longest(limits));
            T answer = asked(turn, call);
            return turn.hasWaited() ? told.apply(turn, answer) : answer;
        } finally {
            turn.end();
        }
    }

    private static <T> T asked(Turn turn, Supplier<T> call) {
        try {
            return call.get();
        } catch (ModelRunnerException e) {
            throw turn.told(e);
        }
    }

    private Duration longest(Timeouts limits) {
        return limits.over(timeouts).of(Phase.QUEUE).orElseThrow();
    }

    /** {@return a turn to wait for, null if the model has no limit} */
    private @Nullable Turn turn(ModelName model) {
        if (perModel == null && limits.isEmpty()) {
            return null;
        }
        String key = model.canonical();
        Integer limit = limits.getOrDefault(key, perModel);
        return limit == null ? null : new Turn(turns, name(), model, key, limit);
    }

    /**
     * {@return how many calls of a model are under way now; a snapshot, 0 for a model without a limit}
     *
     * @param model its name; not null
     */
    public int running(String model) {
        return turns.running(ModelName.of(model).canonical());
    }

    /**
     * {@return how many calls of a model wait for their turn now; a snapshot}
     *
     * @param model its name; not null
     */
    public int waiting(String model) {
        return turns.waiting(ModelName.of(model).canonical());
    }

    /** Ends all calls, those that wait for their turn too, and closes the adapter behind. */
    @Override
    public void close() {
        turns.close();
        super.close();
    }

    /** Sets limits. Not safe for use by several threads. */
    public static final class Builder {
        private static final int MOST = 10_000;

        private final LLMAdapter adapter;
        private final Map<String, Integer> limits = new HashMap<>();
        private @Nullable Integer perModel;
        private Timeouts timeouts = Timeouts.defaults();

        private Builder(LLMAdapter adapter) {
            this.adapter = adapter;
        }

        /**
         * Limits each model that has no limit of its own.
         *
         * @param limit how many calls of a model may be under way at once, 1 to 10,000
         * @return this
         * @throws InvalidRequestException if it is out of bounds
         */
        public Builder perModel(int limit) {
            this.perModel = (int) Checks.between(limit, 1, MOST, "perModel");
            return this;
        }

        /**
         * Limits one model.
         *
         * @param name its name, in any spelling that Docker Model Runner takes for it; not null
         * @param limit how many calls of it may be under way at once, 1 to 10,000
         * @return this
         * @throws InvalidRequestException if the name or the limit is out of bounds
         */
        public Builder model(String name, int limit) {
            limits.put(ModelName.of(name).canonical(), (int) Checks.between(limit, 1, MOST, "limit of a model"));
            return this;
        }

        /**
         * Limits how long calls wait for their turn that do not say so themselves, by {@link Timeouts.Builder#queue}, and preloads, which
         * can't.
         *
         * @param longest 1 ms to 24 h; by default 2 minutes; not null
         * @return this
         * @throws InvalidRequestException if it is out of bounds
         */
        public Builder queue(Duration longest) {
            this.timeouts = Timeouts.builder().queue(longest).build();
            return this;
        }

        /**
         * {@return the adapter}
         *
         * @throws InvalidRequestException if there is no limit
         */
        public ConcurrencyLimit build() {
            Checks.that(perModel != null || !limits.isEmpty(), "limits", "at least one", "none");
            return new ConcurrencyLimit(this);
        }
    }
}
