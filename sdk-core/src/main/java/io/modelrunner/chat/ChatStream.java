package io.modelrunner.chat;

import static java.util.Objects.requireNonNull;

import io.modelrunner.CancelledException;
import io.modelrunner.Failure;
import io.modelrunner.ModelRunnerException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * An answer that arrives piece by piece, pulled by the thread that wants it.
 *
 * <p>Nothing is sent before the first pull. The last event is {@link ChatEvent.Completed}, or a
 * {@link ModelRunnerException} is thrown: an answer that ends early is never mistaken for a whole one. Read it one way:
 * by {@link #iterator()}, {@link #events()}, {@link #text()} or {@link #publisher(Executor)}; {@link #join()} takes what
 * is left at any time.
 *
 * <p>One thread at a time may read. {@link #close()} may be called by any thread, at any time, any number of times; a
 * reader that waits is woken at once and gets a {@link CancelledException}. Interrupting the reader does the same and
 * leaves its interrupt flag set. The stream owns a connection from the first pull to its end: close it, best by
 * try-with-resources, unless it was read to its end.
 */
public final class ChatStream implements Iterable<ChatEvent>, AutoCloseable {
    /** Where the events of a stream come from; what an adapter implements. */
    public interface Source {
        /**
         * {@return the next event} Called by one thread at a time, not again after {@link ChatEvent.Completed} or an
         * exception. Blocks until there is an event, for as long as the request's timeouts allow.
         *
         * @throws ModelRunnerException if the answer failed; {@link CancelledException} once {@link #close()} was called
         */
        ChatEvent next();

        /** {@return what a reader is told who pulls after the stream was closed} Called by the reading thread. */
        default CancelledException cancelled() {
            return new CancelledException(Failure.of("the stream was closed").build());
        }

        /**
         * Ends the answer and whatever it holds, and wakes a thread that waits in {@link #next()}; called by any thread,
         * more than once, and also after the end. Does not block.
         */
        void close();
    }

    private final Source source;
    private final AtomicBoolean taken = new AtomicBoolean();
    private volatile boolean closed;
    private volatile @Nullable ChatResponse response;
    private volatile @Nullable Throwable failure;

    private ChatStream(Source source) {
        this.source = source;
    }

    /**
     * {@return a stream of what a source gives}
     *
     * @param source owned by the stream from now on; not null
     */
    public static ChatStream of(Source source) {
        return new ChatStream(requireNonNull(source, "source"));
    }

    /**
     * {@return the events, one pass}
     *
     * @throws IllegalStateException if the stream is being read already
     */
    @Override
    public Iterator<ChatEvent> iterator() {
        if (!taken.compareAndSet(false, true)) {
            throw new IllegalStateException("this stream can be read once, and is being read already");
        }
        return new Events();
    }

    /**
     * {@return the events as a stream; closing it closes this}
     *
     * @throws IllegalStateException if the stream is being read already
     */
    public Stream<ChatEvent> events() {
        int traits = Spliterator.ORDERED | Spliterator.NONNULL;
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(iterator(), traits), false)
                .onClose(this::close);
    }

    /**
     * {@return the pieces of the answer's text; closing it closes this}
     *
     * @throws IllegalStateException if the stream is being read already
     */
    public Stream<String> text() {
        Function<ChatEvent, Stream<String>> piece =
                event -> event instanceof ChatEvent.Text text ? Stream.of(text.text()) : Stream.empty();
        return events().flatMap(piece);
    }

    /**
     * Reads what is left.
     *
     * @return the whole answer, what was read before included
     * @throws ModelRunnerException if the answer failed, now or before
     */
    public ChatResponse join() {
        taken.set(true);
        ChatResponse whole = response;
        while (whole == null) {
            advance();
            whole = response;
        }
        return whole;
    }

    /** {@return the whole answer once {@link ChatEvent.Completed} was read, before that empty} */
    public Optional<ChatResponse> response() {
        return Optional.ofNullable(response);
    }

    /**
     * {@return the events as a publisher for one subscriber} It reads only what was requested, on threads of the
     * executor; cancelling the subscription closes the stream.
     *
     * @param executor runs the reading, which blocks; not null
     * @throws IllegalStateException if the stream is being read already
     */
    public Flow.Publisher<ChatEvent> publisher(Executor executor) {
        return new EventPublisher(iterator(), this, requireNonNull(executor, "executor"));
    }

    /**
     * {@return the events as a publisher for one subscriber, read on a daemon thread of its own}
     *
     * @throws IllegalStateException if the stream is being read already
     */
    public Flow.Publisher<ChatEvent> publisher() {
        return publisher(task -> {
            Thread thread = new Thread(task, "model-runner-publisher");
            thread.setDaemon(true);
            thread.start();
        });
    }

    /** Ends the answer: the connection is closed, the runner stops computing, a waiting reader is woken. */
    @Override
    public void close() {
        closed = true;
        source.close();
    }

    private ChatEvent advance() {
        Throwable before = failure;
        if (before != null) {
            throw unchecked(before);
        }
        try {
            if (closed) {
                throw source.cancelled();
            }
            ChatEvent event = source.next();
            if (event instanceof ChatEvent.Completed completed) {
                response = completed.response();
                source.close();
            }
            return event;
        } catch (RuntimeException | Error e) {
            Throwable told = told(e);
            failure = told;
            source.close();
            throw unchecked(told);
        }
    }

    /** What the reader is told: a stream that was closed is cancelled, however its source took it. */
    private Throwable told(Throwable e) {
        if (!closed || e instanceof CancelledException || e instanceof Error) {
            return e;
        }
        if (!(e instanceof ModelRunnerException known)) {
            return source.cancelled();
        }
        return new CancelledException(Failure.of("the stream was closed")
                .adapter(known.adapter().orElse(null))
                .endpoint(known.endpoint().orElse(null))
                .model(known.model().orElse(null))
                .partialText(known.partialText())
                .timeline(known.timeline())
                .build());
    }

    private static RuntimeException unchecked(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return (RuntimeException) e;
    }

    /** The one pass over the events. */
    private final class Events implements Iterator<ChatEvent> {
        @Override
        public boolean hasNext() {
            return response == null;
        }

        @Override
        public ChatEvent next() {
            if (!hasNext()) {
                throw new NoSuchElementException("the answer is complete");
            }
            return advance();
        }
    }
}
