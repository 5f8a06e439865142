package io.modelrunner.decorator;

import io.modelrunner.CancelledException;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatStream;
import java.time.Duration;

/** A stream that waits for its turn with its first pull, and holds it to its end. */
final class LimitedStream implements ChatStream.Source {
    private final Turn turn;
    private final Duration longest;
    private final StreamBehind behind;
    private boolean begun;

    LimitedStream(Turn turn, Duration longest, ChatStream stream) {
        this.turn = turn;
        this.longest = longest;
        this.behind = new StreamBehind(stream);
    }

    @Override
    public ChatEvent next() {
        if (!begun) {
            begun = true;
            turn.begin(longest);
        }
        try {
            ChatEvent event = behind.next();
            return event instanceof ChatEvent.Completed completed && turn.hasWaited()
                    ? new ChatEvent.Completed(turn.told(completed.response()))
                    : event;
        } catch (ModelRunnerException e) {
            throw turn.told(e);
        }
    }

    @Override
    public CancelledException cancelled() {
        return (CancelledException) turn.told(behind.cancelled());
    }

    /** Called at the end of every stream, too. */
    @Override
    public void close() {
        try {
            behind.close();
        } finally {
            turn.end();
        }
    }
}
