package io.modelrunner.decorator;

import io.modelrunner.CancelledException;
import io.modelrunner.Failure;
import io.modelrunner.adapter.CallInfo;
import io.modelrunner.adapter.CallListener;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatStream;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A stream whose listener is told of its start, its first token and its end. */
final class ObservedStream implements ChatStream.Source {
    /** Who may tell the end: the reader while it reads, else whoever comes first. */
    private enum State {
        NEW,
        IDLE,
        READING,
        ENDED
    }

    private final CallListener listener;
    private final Supplier<CallInfo> begin;
    private final StreamBehind behind;
    private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
    private volatile boolean closed;
    private volatile @Nullable Call call;
    private boolean begun; // the reading thread's alone

    /** @param begin gives the call, which begins then */
    ObservedStream(CallListener listener, Supplier<CallInfo> begin, ChatStream stream) {
        this.listener = listener;
        this.begin = begin;
        this.behind = new StreamBehind(stream);
    }

    /** What is told, and when it began. */
    private record Call(CallInfo info, long start) {}

    @Override
    public ChatEvent next() {
        Call told = call;
        if (told == null) {
            told = start();
        } else if (!state.compareAndSet(State.IDLE, State.READING)) {
            return behind.next(); // which was closed, and says so
        }
        ChatEvent event;
        try {
            event = behind.next();
        } catch (RuntimeException | Error e) {
            state.set(State.ENDED);
            listener.onFailed(told.info(), Observed.exception(e), Observed.since(told.start()));
            throw e;
        }
        tell(told, event);
        return event;
    }

    private Call start() {
        Call told = new Call(begin.get(), System.nanoTime());
        listener.onStart(told.info());
        call = told;
        state.set(State.READING);
        return told;
    }

    private void tell(Call told, ChatEvent event) {
        if (event instanceof ChatEvent.Completed completed) {
            state.set(State.ENDED);
            listener.onCompleted(told.info(), completed.response(), Observed.since(told.start()));
            return;
        }
        if (!begun) {
            begun = true;
            listener.onFirstToken(told.info(), Observed.since(told.start()));
        }
        state.set(State.IDLE);
        if (closed) { // while this thread read, so that the one that closed has left it to this one
            cancelled(told);
        }
    }

    private void cancelled(@Nullable Call told) {
        if (told != null && state.compareAndSet(State.IDLE, State.ENDED)) {
            CancelledException why = new CancelledException(Failure.of("the stream was closed")
                    .adapter(told.info().adapter())
                    .model(told.info().model())
                    .build());
            listener.onFailed(told.info(), why, Observed.since(told.start()));
        }
    }

    @Override
    public CancelledException cancelled() {
        return behind.cancelled();
    }

    @Override
    public void close() {
        closed = true;
        behind.close();
        cancelled(call);
    }
}
