package io.modelrunner.store;

import static java.util.Objects.requireNonNull;

import io.modelrunner.CancelledException;
import io.modelrunner.ModelRunnerException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A model on its way to the runner, watched by the thread that wants it.
 *
 * <p>Nothing is sent before the first event is asked for. The last event is {@link PullEvent.Done}, or a
 * {@link ModelRunnerException} is thrown: what ends without the runner's word of success has failed.
 *
 * <p>One thread at a time may read. {@link #close()} may be called by any thread, at any time, any number of times; a reader
 * that waits is woken and gets a {@link CancelledException}; so it is when the reader is interrupted. Both end the pull,
 * unless somebody else in this JVM waits for the same model of the same runner. Close it, best by try-with-resources, unless it
 * was read to its end.
 */
public final class PullStream implements Iterable<PullEvent>, AutoCloseable {
    /** Where the events come from; what a store implements. */
    public interface Source {
        /**
         * {@return the next event} Called by one thread at a time, not again after {@link PullEvent.Done} or an exception.
         *
         * @throws ModelRunnerException if the pull failed; {@link CancelledException} once {@link #close()} was called
         */
        PullEvent next();

        /** Leaves the pull, and wakes a thread that waits in {@link #next()}; called by any thread, more than once. */
        void close();
    }

    private final Source source;
    private final AtomicBoolean taken = new AtomicBoolean();
    private volatile PullEvent.@Nullable Done done;
    private volatile @Nullable RuntimeException failure;

    private PullStream(Source source) {
        this.source = source;
    }

    /**
     * {@return a stream of what a source gives}
     *
     * @param source owned by the stream from now on; not null
     */
    public static PullStream of(Source source) {
        return new PullStream(requireNonNull(source, "source"));
    }

    /**
     * {@return the events, one pass}
     *
     * @throws IllegalStateException if the stream is being read already
     */
    @Override
    public Iterator<PullEvent> iterator() {
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
    public Stream<PullEvent> events() {
        int traits = Spliterator.ORDERED | Spliterator.NONNULL;
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(iterator(), traits), false)
                .onClose(this::close);
    }

    /**
     * Waits until the model is there.
     *
     * @return the last event
     * @throws ModelRunnerException if the pull failed, now or before
     */
    public PullEvent.Done join() {
        return join(event -> {});
    }

    /**
     * Waits until the model is there, and tells a listener of everything on the way.
     *
     * @param listener called by this thread for each event that was not read yet, the last one included; not null
     * @return the last event
     * @throws ModelRunnerException if the pull failed, now or before
     */
    public PullEvent.Done join(Consumer<? super PullEvent> listener) {
        requireNonNull(listener, "listener");
        taken.set(true);
        PullEvent.Done last = done;
        while (last == null) {
            listener.accept(advance());
            last = done;
        }
        return last;
    }

    /** {@return the last event once it was read, before that empty} */
    public Optional<PullEvent.Done> result() {
        return Optional.ofNullable(done);
    }

    /** Ends the pull, unless somebody else waits for it too; what was downloaded is kept by the runner. */
    @Override
    public void close() {
        source.close();
    }

    private PullEvent advance() {
        RuntimeException before = failure;
        if (before != null) {
            throw before;
        }
        try {
            PullEvent event = source.next();
            if (event instanceof PullEvent.Done last) {
                done = last;
                source.close();
            }
            return event;
        } catch (RuntimeException e) {
            failure = e;
            source.close();
            throw e;
        }
    }

    /** The one pass over the events. */
    private final class Events implements Iterator<PullEvent> {
        @Override
        public boolean hasNext() {
            return done == null;
        }

        @Override
        public PullEvent next() {
            if (!hasNext()) {
                throw new NoSuchElementException("the model is there");
            }
            return advance();
        }
    }
}
