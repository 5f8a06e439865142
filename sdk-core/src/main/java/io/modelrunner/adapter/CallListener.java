package io.modelrunner.adapter;

import io.modelrunner.ModelName;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.store.PullEvent;
import java.time.Duration;
import java.util.List;

/**
 * Is told what becomes of calls: for metrics, traces and logs.
 *
 * <p>Called by the thread that works for the call, which waits meanwhile; by several threads at once for several calls.
 * What a listener throws is logged and goes no further.
 */
public interface CallListener {
    /**
     * A call begins; a stream, with its first pull.
     *
     * @param call the same object for all that happens to it; not null
     */
    default void onStart(CallInfo call) {}

    /**
     * The first event of a streamed answer is there; not called for whole answers.
     *
     * @param call the call; not null
     * @param after the time since its start; not null
     */
    default void onFirstToken(CallInfo call, Duration after) {}

    /**
     * A call has its whole answer.
     *
     * @param call the call; not null
     * @param response the answer; who gave it and how is in its timeline; not null
     * @param took the time since its start; not null
     */
    default void onCompleted(CallInfo call, ChatResponse response, Duration took) {}

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
     * A model that a call needs is being pulled.
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
