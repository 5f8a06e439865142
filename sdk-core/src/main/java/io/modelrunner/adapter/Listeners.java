package io.modelrunner.adapter;

import io.modelrunner.Answer;
import io.modelrunner.ModelName;
import io.modelrunner.internal.LogWords;
import io.modelrunner.store.PullEvent;
import java.lang.System.Logger;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Tells several listeners; a call must not suffer from those who only watch it. */
final class Listeners implements CallListener {
    private static final Logger LOGGER = System.getLogger("io.modelrunner");

    private final List<CallListener> all;

    Listeners(List<? extends CallListener> all) {
        this.all = List.copyOf(all);
    }

    @Override
    public void onStart(CallInfo call) {
        tell(listener -> listener.onStart(call));
    }

    @Override
    public void onFirstToken(CallInfo call, Duration after) {
        tell(listener -> listener.onFirstToken(call, after));
    }

    @Override
    public void onCompleted(CallInfo call, Answer answer, Duration took) {
        tell(listener -> listener.onCompleted(call, answer, took));
    }

    @Override
    public void onFailed(CallInfo call, RuntimeException failure, Duration took) {
        tell(listener -> listener.onFailed(call, failure, took));
    }

    @Override
    public void onFallback(FallbackEvent event) {
        tell(listener -> listener.onFallback(event));
    }

    @Override
    public void onPull(ModelName model, PullEvent event) {
        tell(listener -> listener.onPull(model, event));
    }

    private void tell(Consumer<CallListener> news) {
        for (CallListener listener : all) {
            try {
                news.accept(listener);
            } catch (RuntimeException e) {
                // Not with its message, nor its causes': who listens may have put a prompt there.
                StackTraceElement[] stack = e.getStackTrace();
                LOGGER.log(
                        Logger.Level.WARNING,
                        "a listener failed: {0}: {1} at {2}",
                        listener.getClass().getName(),
                        LogWords.of(e),
                        stack.length == 0 ? "a place that is not known" : stack[0]);
            }
        }
    }
}
