package io.modelrunner.testing;

import java.io.IOException;
import java.time.Duration;

/** What a {@link ScriptedServer} does with a request. */
@FunctionalInterface
public interface Script {
    /**
     * Answers a request, wholly, in part or not at all.
     *
     * <p>When this returns before the response is whole, the connection is cut; else it stays for the next request.
     *
     * @param exchange the request and the ways to answer it
     * @throws IOException if the connection has ended, which is no failure of the script
     */
    void answer(Exchange exchange) throws IOException;

    /**
     * {@return the script that gives a whole answer of JSON with status 200}
     *
     * @param body the answer
     */
    static Script json(String body) {
        return exchange -> exchange.answer(200, "application/json", body);
    }

    /**
     * {@return the script that gives a whole answer of JSON}
     *
     * @param status the status code
     * @param body the answer
     */
    static Script json(int status, String body) {
        return exchange -> exchange.answer(status, "application/json", body);
    }

    /**
     * {@return the script that streams events and, at the end, {@code [DONE]}}
     *
     * @param data what follows {@code data: } in each event
     */
    static Script events(String... data) {
        return exchange -> exchange.events(data).event("[DONE]").end();
    }

    /**
     * {@return the script that streams one event again and again until the client closes the connection}
     *
     * @param data what follows {@code data: } in each event
     * @param pause the time between two
     */
    static Script endless(String data, Duration pause) {
        return exchange -> exchange.events().repeat("data: " + data + "\n\n", pause);
    }

    /** {@return the script that reads the request and says nothing until the client closes the connection} */
    static Script silence() {
        return Exchange::stall;
    }

    /**
     * {@return the script that answers as was recorded: status, headers and body, in chunks where it came in chunks}
     *
     * <p>A body that the server cut is cut, as is one that is shorter than its {@code Content-Length}; one that the
     * recorder cut ends in silence. In place of a body that was not recorded come as many zero bytes.
     *
     * @param recording what is answered to any request
     */
    static Script replay(Recording recording) {
        return exchange -> Replay.answer(exchange, recording.response());
    }
}
