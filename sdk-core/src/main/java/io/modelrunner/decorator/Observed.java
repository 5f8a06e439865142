package io.modelrunner.decorator;

import static java.util.Objects.requireNonNull;

import io.modelrunner.Answer;
import io.modelrunner.adapter.CallInfo;
import io.modelrunner.adapter.CallListener;
import io.modelrunner.adapter.Completer;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.chat.CompletionRequest;
import io.modelrunner.retrieval.Embedder;
import io.modelrunner.retrieval.Reranker;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * Tells listeners what becomes of calls: of chats, text completions, embeddings and rerankings, streamed ones too.
 *
 * <pre>{@code
 * LLMAdapter adapter = Observed.by(HttpAdapter.at("http://localhost:12434"), LoggingListener.create());
 * }</pre>
 *
 * <p>Each call that begins is told once, and its end once, by {@link CallListener#onCompleted} or {@link CallListener#onFailed}; nothing
 * is told of it after that. A stream begins with its first pull: of one that was never pulled, or was refused when it was asked for,
 * nothing is told. A stream that is closed before its end has failed with a {@link io.modelrunner.CancelledException}, of which the thread
 * tells that reads it or, if none does at that moment, the one that closes it.
 *
 * <p>Of preloads, which have no answer, and of what else an adapter can do nothing is told. A power that is asked for by the class of the adapter
 * behind is handed on as it is: nothing is told of its calls. Steps that were left are told by their {@link
 * io.modelrunner.fallback.Fallback.Builder#listener chain} and pulls by the adapter that needs them, to listeners of their own. Costs nothing
 * per event of a stream but a look at its state. Safe for use by several threads.
 */
public final class Observed extends Decorator {
    private final CallListener listener;

    private Observed(LLMAdapter adapter, CallListener listener) {
        super(adapter);
        this.listener = listener;
    }

    /**
     * {@return an adapter whose calls are told; the very adapter, if there is nobody to tell}
     *
     * @param adapter the adapter behind; owned from now on; not null
     * @param listeners told in their order; what one throws is logged and goes no further; not null
     */
    public static LLMAdapter by(LLMAdapter adapter, CallListener... listeners) {
        requireNonNull(adapter, "adapter");
        List<CallListener> told = List.of(listeners);
        return told.isEmpty() ? adapter : new Observed(adapter, CallListener.all(told));
    }

    @Override
    public ChatResponse chat(ChatRequest request) {
        return told(CallInfo.of(name(), request, false), () -> adapter.chat(request));
    }

    @Override
    public ChatStream stream(ChatRequest request) {
        return told(() -> CallInfo.of(name(), request, true), adapter.stream(request));
    }

    @Override
    Embedder embedder(Embedder behind) {
        return request -> told(CallInfo.of(name(), request), () -> behind.embed(request));
    }

    @Override
    Reranker reranker(Reranker behind) {
        return request -> told(CallInfo.of(name(), request), () -> behind.rerank(request));
    }

    @Override
    Completer completer(Completer behind) {
        return new Completer() {
            @Override
            public ChatResponse complete(CompletionRequest request) {
                return told(CallInfo.of(name(), request, false), () -> behind.complete(request));
            }

            @Override
            public ChatStream streamCompletion(CompletionRequest request) {
                return told(() -> CallInfo.of(name(), request, true), behind.streamCompletion(request));
            }
        };
    }

    private <A extends Answer> A told(CallInfo call, Supplier<A> behind) {
        long start = System.nanoTime();
        listener.onStart(call);
        A answer;
        try {
            answer = behind.get();
        } catch (RuntimeException | Error e) {
            listener.onFailed(call, exception(e), since(start));
            throw e;
        }
        listener.onCompleted(call, answer, since(start));
        return answer;
    }

    private ChatStream told(Supplier<CallInfo> call, ChatStream behind) {
        return ChatStream.of(new ObservedStream(listener, call, behind));
    }

    /** {@return the exception, or one that stands for an error: listeners count calls that end} */
    static RuntimeException exception(Throwable e) {
        return e instanceof RuntimeException exception
                ? exception
                : new IllegalStateException("ended by an error of the JVM or the adapter", e);
    }

    static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
