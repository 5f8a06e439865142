package io.modelrunner.testcontainers;

import io.modelrunner.adapter.Completer;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.chat.CompletionRequest;

/** How an answer is asked for; what it is in the end must not depend on that. */
enum Way {
    WHOLE {
        @Override
        ChatResponse ask(LLMAdapter adapter, ChatRequest request) {
            return adapter.chat(request);
        }

        @Override
        ChatResponse complete(Completer completer, CompletionRequest request) {
            return completer.complete(request);
        }
    },
    STREAMED {
        @Override
        ChatResponse ask(LLMAdapter adapter, ChatRequest request) {
            return joined(adapter.stream(request));
        }

        @Override
        ChatResponse complete(Completer completer, CompletionRequest request) {
            return joined(completer.streamCompletion(request));
        }
    };

    abstract ChatResponse ask(LLMAdapter adapter, ChatRequest request);

    abstract ChatResponse complete(Completer completer, CompletionRequest request);

    private static ChatResponse joined(ChatStream answer) {
        try (ChatStream stream = answer) {
            return stream.join();
        }
    }
}
