package io.modelrunner.testing.fake;

import io.modelrunner.testing.Exchange;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Sends a stream piece by piece, until a fault strikes. */
final class EventSink {
    private final Exchange exchange;
    private final @Nullable Fault fault;
    private final Duration pace;
    private Runnable beforeTheLast = () -> {};
    private int sent;

    EventSink(Exchange exchange, @Nullable Fault fault, Duration pace) {
        this.exchange = exchange;
        this.fault = fault;
        this.pace = pace;
    }

    void send(String piece) throws IOException {
        if (fault != null && sent == fault.after()) {
            strike(fault);
        }
        exchange.send(piece);
        sent++;
        if (!pace.isZero()) {
            exchange.pause(pace);
        }
    }

    void event(String data) throws IOException {
        send("data: " + data + "\n\n");
    }

    /** Has something done when only the last event is to come: who has read that one may look at once at what is left. */
    EventSink beforeTheLast(Runnable action) {
        beforeTheLast = action;
        return this;
    }

    /** Takes note that the next event is the last one. */
    void lastComes() {
        beforeTheLast.run();
    }

    /** Ends the stream; a fault that was to come behind more events than there are strikes now. */
    void end() throws IOException {
        if (fault != null) {
            strike(fault);
        }
        exchange.end();
    }

    private void strike(Fault striking) throws IOException {
        striking.strike(exchange);
        throw new EOFException("the fault has ended the answer");
    }
}
