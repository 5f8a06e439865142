package io.modelrunner.decorator;

import io.modelrunner.CancelledException;
import io.modelrunner.Failure;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatStream;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** The stream of the adapter behind, as the source of a decorator's own reads it. */
final class StreamBehind {
    private final ChatStream stream;
    private @Nullable Iterator<ChatEvent> events; // the reading thread's alone

    StreamBehind(ChatStream stream) {
        this.stream = stream;
    }

    ChatEvent next() {
        Iterator<ChatEvent> begun = events;
        if (begun == null) {
            begun = stream.iterator();
            events = begun;
        }
        return begun.next();
    }

    /** {@return what the adapter behind tells a reader whose stream was closed, as it knows the text so far} */
    CancelledException cancelled() {
        close();
        try {
            next();
        } catch (CancelledException e) {
            return e;
        }
        return new CancelledException(Failure.of("the stream was closed").build());
    }

    void close() {
        stream.close();
    }
}
