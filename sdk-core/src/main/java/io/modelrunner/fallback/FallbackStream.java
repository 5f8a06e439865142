package io.modelrunner.fallback;

import static java.util.Objects.requireNonNull;

import io.modelrunner.CancelledException;
import io.modelrunner.Failure;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** The answer of the first step that begins to give one. */
final class FallbackStream implements ChatStream.Source {
    private final Fallback chain;
    private final ChatRequest request;
    private final InstantSource clock;
    private final Passage passage;
    private volatile @Nullable ChatStream current;
    private volatile boolean closed;
    private @Nullable Taken taken;

    FallbackStream(Fallback chain, ChatRequest request, InstantSource clock) {
        this.chain = chain;
        this.request = request;
        this.clock = clock;
        this.passage = new Passage(chain, clock);
    }

    /** The step that answers. */
    private record Taken(Step step, Iterator<ChatEvent> events, Instant started) {}

    @Override
    public ChatEvent next() {
        Taken answering = taken;
        if (answering == null) {
            chain.checkOpen();
            return told(passage.first(step -> chain.checkCarried(step, request), this::begin));
        }
        try {
            return told(answering.events().next());
        } catch (ModelRunnerException e) {
            throw passage.brokenOff(answering.step(), e, answering.started());
        }
    }

    /** {@return the first event of a step's answer: until it is there, another step may be asked} */
    private ChatEvent begin(Step step) {
        Instant started = clock.instant();
        ChatStream stream = step.adapter().stream(step.changed(request));
        current = stream;
        if (closed) {
            stream.close();
        }
        boolean begun = false;
        try {
            Iterator<ChatEvent> events = stream.iterator();
            ChatEvent first = events.next();
            taken = new Taken(step, events, started);
            begun = true;
            return first;
        } finally {
            if (!begun) {
                stream.close();
            }
        }
    }

    private ChatEvent told(ChatEvent event) {
        return event instanceof ChatEvent.Completed completed
                ? new ChatEvent.Completed(answered(requireNonNull(taken), completed.response()))
                : event;
    }

    private ChatResponse answered(Taken answering, ChatResponse response) {
        return passage.answered(answering.step(), response, answering.started());
    }

    @Override
    public CancelledException cancelled() {
        Taken answering = taken;
        if (answering != null) {
            try {
                close();
                answering.events().next();
            } catch (CancelledException e) { // which knows the text so far
                return (CancelledException) passage.brokenOff(answering.step(), e, answering.started());
            }
        }
        return new CancelledException(Failure.of("the stream was closed")
                .adapter(chain.name())
                .model(request.model())
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
