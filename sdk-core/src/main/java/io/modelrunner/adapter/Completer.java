package io.modelrunner.adapter;

import io.modelrunner.ModelRunnerException;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.chat.CompletionRequest;

/** The power to go on with a text, without roles and chat template. Safe for use by several threads. */
public interface Completer {
    /**
     * Asks for the whole continuation.
     *
     * @param request what to go on with; not null
     * @return the continuation as its text; it has neither reasoning nor tool calls
     * @throws ModelRunnerException if there is no whole one; its category says what to do next
     */
    ChatResponse complete(CompletionRequest request);

    /**
     * Asks for the continuation piece by piece. Returns at once: the request is sent by the first pull.
     *
     * @param request what to go on with; not null
     * @return the continuation to come, text events and at last the whole; the caller closes it
     */
    ChatStream streamCompletion(CompletionRequest request);
}
