package io.modelrunner.adapter;

import static java.util.Objects.requireNonNull;

import io.modelrunner.ModelName;
import io.modelrunner.chat.ChatRequest;
import java.time.Instant;

/**
 * A chat that listeners are told of: one object from its start to its end, so that it may be the key of a map. Immutable.
 */
public final class CallInfo {
    private final String adapter;
    private final ChatRequest request;
    private final boolean streamed;
    private final Instant started = Instant.now();

    /**
     * Describes a call that begins now.
     *
     * @param adapter the name of the adapter that is asked; not null
     * @param request what it is asked; not null
     * @param streamed whether the answer is streamed
     */
    public CallInfo(String adapter, ChatRequest request, boolean streamed) {
        this.adapter = requireNonNull(adapter, "adapter");
        this.request = requireNonNull(request, "request");
        this.streamed = streamed;
    }

    /** {@return the name of the adapter that is asked; the one that answers may stand behind it} */
    public String adapter() {
        return adapter;
    }

    /** {@return the model that is asked} */
    public ModelName model() {
        return request.model();
    }

    /** {@return what is asked, the prompt included: mind where it goes} */
    public ChatRequest request() {
        return request;
    }

    /** {@return whether the answer is streamed} */
    public boolean streamed() {
        return streamed;
    }

    /** {@return when the call began} */
    public Instant started() {
        return started;
    }

    /** {@return adapter, model and kind; nothing of the prompt} */
    @Override
    public String toString() {
        return (streamed ? "stream" : "chat") + " of " + request.model() + " by " + adapter;
    }
}
