package io.modelrunner.internal;

import io.modelrunner.Failure;
import io.modelrunner.store.PullEvent;
import java.util.function.Consumer;

/** The way in which an adapter pulls one model. */
public interface PullRoad {
    /**
     * {@return what is pulled, and where to} Asked for when the first event is, as it may take a question to the runner.
     *
     * @throws io.modelrunner.ModelRunnerException if the runner can't pull
     */
    SharedPull.Key key();

    /** Ends a question that {@link #key()} asks, from any thread. */
    void cancel();

    /**
     * {@return the pull, not begun}
     *
     * @param listener is told of everything but the end, by the thread that runs the pull
     * @param progress where it begins, as seen from outside
     */
    Task task(Consumer<PullEvent> listener, TransferProgress progress);

    /** {@return whether the adapter was closed} */
    boolean isClosed();

    /** {@return the facts of a failure, begun} */
    Failure.Builder facts(String what);

    /** A pull that one thread runs and any may end. */
    interface Task {
        /** {@return the end, once the model is there} */
        PullEvent.Done run();

        /** Ends it, from any thread. */
        void cancel();
    }
}
