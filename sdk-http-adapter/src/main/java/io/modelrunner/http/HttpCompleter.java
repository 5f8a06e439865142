package io.modelrunner.http;

import io.modelrunner.adapter.Completer;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.chat.CompletionRequest;

/** Text completion over HTTP. */
record HttpCompleter(HttpAdapter adapter) implements Completer {
    @Override
    public ChatResponse complete(CompletionRequest request) {
        return adapter.whole(Posting.of(request, false));
    }

    @Override
    public ChatStream streamCompletion(CompletionRequest request) {
        return adapter.streamed(Posting.of(request, true));
    }
}
