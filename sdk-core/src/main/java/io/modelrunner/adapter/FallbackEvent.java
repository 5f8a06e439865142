package io.modelrunner.adapter;

import static java.util.Objects.requireNonNull;

import io.modelrunner.ModelRunnerException;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.internal.LogWords;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A chain of adapters has left a step, and goes on with another. Immutable. */
public final class FallbackEvent {
    private final Place from;
    private final Place to;
    private final @Nullable ChatRequest request;
    private final ModelRunnerException cause;

    /**
     * A step of a chain.
     *
     * @param step its number, from 1
     * @param adapter the name of its adapter
     */
    public record Place(int step, String adapter) {
        /** {@return such as {@code step 1 (http)}} */
        @Override
        public String toString() {
            return "step " + step + " (" + adapter + ")";
        }
    }

    /**
     * Describes what a chain does now.
     *
     * @param from the step that is left; not null
     * @param to the step that is asked now; not null
     * @param request what the chain is asked; null if it is asked for its models
     * @param cause why the step is left; not null
     */
    public FallbackEvent(Place from, Place to, @Nullable ChatRequest request, ModelRunnerException cause) {
        this.from = requireNonNull(from, "from");
        this.to = requireNonNull(to, "to");
        this.request = request;
        this.cause = requireNonNull(cause, "cause");
    }

    /** {@return the step that is left} */
    public Place from() {
        return from;
    }

    /** {@return the step that is asked now} */
    public Place to() {
        return to;
    }

    /**
     * {@return what the chain is asked: the object that it was given, before any step has changed it} With the prompt: mind where it goes.
     * Empty if the chain is asked for its models.
     */
    public Optional<ChatRequest> request() {
        return Optional.ofNullable(request);
    }

    /** {@return why the step is left: what it failed with, or why it was not asked} */
    public ModelRunnerException cause() {
        return cause;
    }

    /** {@return one line with both steps and the kind of the cause; nothing of a prompt, nor of what a server said} */
    @Override
    public String toString() {
        return from + " left: " + LogWords.of(cause) + "; going on with " + to;
    }
}
