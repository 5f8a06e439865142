package io.modelrunner.adapter;

import io.modelrunner.Answer;
import io.modelrunner.ModelName;
import io.modelrunner.store.PullEvent;
import java.time.Duration;
import java.util.List;

/**
 * Is told what becomes of calls: for metrics, traces and logs.
 *
 * <p>Called by the thread that works for the call, which waits meanwhile; by several threads at once for several calls.
 * What a listener throws is logged and goes no further.
 *
 * <p>Which thread that is, for those who join news by a {@link ThreadLocal} or a scope:
 *
 * <ul>
 *   <li>Of a call that is not streamed the thread that makes it tells everything: {@code onStart}, then each {@code onFallback} and
 *       {@code onPull}, then {@code onCompleted} or {@code onFailed}.
 *   <li>Of a stream the thread of the first pull tells, before that pull returns, {@code onStart}, then each {@code onFallback} and {@code onPull},
 *       then {@code onFirstToken}, or {@code onCompleted} or {@code onFailed} if the stream ends without a token. An end that comes
 *       later is told by the thread whose pull meets it, which may be another one, or by the one that closes the stream while nobody reads.
 * </ul>
 *
 * <p>So an {@code onFallback} or {@code onPull} belongs to the call whose {@code onStart} came last on its thread, up to that call's {@code
 * onFirstToken} or end, and otherwise to none: lists of models fall back, too, and preloads pull, of which nothing else is told. What
 * {@code onStart} binds to its thread is to be taken away there: between two pulls of a stream the thread is its reader's own. This holds where
 * {@link io.modelrunner.decorator.Observed} stands before the chain; around one of its steps, {@code onFallback} comes before that step's
 * {@code onStart}.
 */
public interface CallListener {
    /**
     * A call begins; a stream, with its first pull.
     *
     * @param call the same object for all that happens to it; not null
     */
    default void onStart(CallInfo call) {}

    /**
     * The first event of a streamed answer is there; not called for whole answers, nor for a stream whose first event is its end.
     *
     * @param call the call; not null
     * @param after the time since its start; not null
     */
    default void onFirstToken(CallInfo call, Duration after) {}

    /**
     * A call has its whole answer.
     *
     * @param call the call; not null
     * @param answer a {@link io.modelrunner.chat.ChatResponse} to a chat or a text completion, else an
     *     {@link io.modelrunner.retrieval.EmbeddingResponse} or a {@link io.modelrunner.retrieval.RerankResponse}; who gave it and how is
     *     in its timeline; not null
     * @param took the time since its start; not null
     */
    default void onCompleted(CallInfo call, Answer answer, Duration took) {}

    /**
     * A call ends without an answer, or is cancelled.
     *
     * @param call the call; not null
     * @param failure a {@link io.modelrunner.ModelRunnerException}, unless an adapter is at fault; not null
     * @param took the time since its start; not null
     */
    default void onFailed(CallInfo call, RuntimeException failure, Duration took) {}

    /**
     * A chain goes on with another step.
     *
     * @param event from where, to where and why; not null
     */
    default void onFallback(FallbackEvent event) {}

    /**
     * A model that a call needs is being pulled. Of a pull that fails nothing more is told but the end of its call.
     *
     * @param model the model as it was asked for; not null
     * @param event the progress; not null
     */
    default void onPull(ModelName model, PullEvent event) {}

    /**
     * {@return a listener that tells several, in their order, and goes on when one of them throws}
     *
     * @param listeners not null
     */
    static CallListener all(List<? extends CallListener> listeners) {
        return new Listeners(listeners);
    }
}
