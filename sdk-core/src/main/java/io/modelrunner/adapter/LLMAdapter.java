package io.modelrunner.adapter;

import io.modelrunner.Capability;
import io.modelrunner.Model;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A road to a model runner: discovery, chat and streaming.
 *
 * <p>All methods block the calling thread, virtual threads included, for no longer than the timeouts allow, and may be
 * called by many threads at once. Interrupting a thread that waits in one ends the wait with a
 * {@link io.modelrunner.CancelledException} and leaves the interrupt flag set. Failures are
 * {@link ModelRunnerException}s; null arguments are {@link NullPointerException}s.
 *
 * <p>An adapter owns connections or processes until it is closed. After {@link #close()} every call, also one that is
 * under way, ends with a {@link io.modelrunner.CancelledException}, but for {@link #health()}, which says that it is down.
 *
 * <p>The contract kit of {@code model-runner-testing} checks all this of any implementation.
 */
public interface LLMAdapter extends AutoCloseable {
    /** {@return a short name for responses, exceptions and logs, such as {@code http}; the same for the adapter's life} */
    String name();

    /** {@return whether a runner is there, what it speaks, and its version} Bounded and cheap; never throws for a runner at fault. */
    Health health();

    /** {@return what this road can carry in a chat; immutable} What a model can do is a matter of the model. */
    Set<Capability> capabilities();

    /**
     * {@return the models that the runner has; immutable, empty if it has none}
     *
     * @throws ModelRunnerException if the runner can't be reached or doesn't answer as one
     */
    List<Model> listModels();

    /**
     * Asks for a whole answer.
     *
     * @param request what to ask
     * @return the answer, never a part of one
     * @throws ModelRunnerException if there is no whole answer; its category says what to do next
     */
    ChatResponse chat(ChatRequest request);

    /**
     * Asks for an answer piece by piece. Returns at once: the request is sent by the first pull, and failures are thrown
     * by pulls.
     *
     * @param request what to ask
     * @return the answer to come; the caller closes it
     * @throws io.modelrunner.UnsupportedOptionException if the request needs what this adapter can't carry
     */
    ChatStream stream(ChatRequest request);

    /**
     * {@return something that only some adapters can do, if this one can} Asked for by type, so that an adapter which
     * stands before others can answer for them.
     *
     * @param type the interface of the power; not null
     * @param <T> the power
     */
    default <T> Optional<T> power(Class<T> type) {
        return type.isInstance(this) ? Optional.of(type.cast(this)) : Optional.empty();
    }

    /** Ends all calls under way and gives back connections, processes and threads; further calls do nothing. */
    @Override
    void close();
}
