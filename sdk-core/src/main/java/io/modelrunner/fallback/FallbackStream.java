package io.modelrunner.fallback;

import static java.util.Objects.requireNonNull;

import io.modelrunner.CancelledException;
import io.modelrunner.Failure;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatStream;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** The answer of the first step that begins to give one. */
final class FallbackStream implements ChatStream.Source {
    private final Fallback chain;
    private final Requests requests;
    private final Passage passage;
    private volatile @Nullable ChatStream current;
    private volatile boolean closed;
    private @Nullable Taken taken;

    FallbackStream(Fallback chain, Requests requests, Passage passage) {
        this.chain = chain;
        this.requests = requests;
        this.passage = passage;
    }

    /** The step that answers. */
    private record Taken(Step step, Iterator<ChatEvent> events) {}

    @Override
    public ChatEvent next() {
        Taken answering = taken;
        if (answering == null) {
            chain.checkOpen();
            return told(passage.first(chain.steps(), requests::check, this::begin));
        }
        try {
            return told(answering.events().next());
        } catch (ModelRunnerException e) {
            throw passage.brokenOff(answering.step(), e);
        }
    }

    /** {@return the first event of a step's answer: until it is there, another step may be asked} */
    private ChatEvent begin(Step step) {
        ChatStream stream = step.adapter().stream(requests.of(step));
        current = stream;
        if (closed) {
            stream.close();
        }
        boolean begun = false;
        try {
            Iterator<ChatEvent> events = stream.iterator();
            ChatEvent first = events.next();
            passage.sawFirstToken();
            taken = new Taken(step, events);
            begun = true;
            return first;
        } finally {
            if (!begun) {
                stream.close();
            }
        }
    }

    private ChatEvent told(ChatEvent event) {
        if (!(event instanceof ChatEvent.Completed completed)) {
            return event;
        }
        Step step = requireNonNull(taken).step();
        return new ChatEvent.Completed(passage.answered(step, completed.response(), requests.isChangedFor(step)));
    }

    @Override
    public CancelledException cancelled() {
        Taken answering = taken;
        if (answering != null) {
            close();
            try {
                answering.events().next();
            } catch (CancelledException e) { // which knows the text so far
                return (CancelledException) passage.brokenOff(answering.step(), e);
            } catch (RuntimeException e) { // an adapter's own fault, before it was closed
                return cancelled(e);
            }
        }
        return cancelled(null);
    }

    private CancelledException cancelled(@Nullable RuntimeException cause) {
        return new CancelledException(Failure.of("the stream was closed")
                .adapter(chain.name())
                .model(requests.original().model())
                .cause(cause)
                .build());
    }

    @Override
    public void close() {
        closed = true;
        ChatStream stream = current;
        if (stream != null) {
            stream.close();
        }
    }
}
