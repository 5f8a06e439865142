package io.modelrunner.http;

import io.modelrunner.ModelRunnerException;
import io.modelrunner.store.PullEvent;
import io.modelrunner.store.PullStream;
import io.modelrunner.testing.ReceivedRequest;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/** Stand-ins for Docker Model Runner that are asked about models, and what they tell of transfers. */
final class Pulls {
    static final Duration SOON = Duration.ofSeconds(20);
    static final String LAYER = "sha256:" + "ab".repeat(32);
    static final String SUCCESS =
            "{\"type\":\"success\",\"message\":\"Model pulled successfully\",\"total\":0,\"layer\":{\"size\":0,\"current\":0},\"mode\":\"pull\"}\n";
    static final Script SUCCEEDING = lines(SUCCESS);
    static final Script MISSING =
            exchange -> exchange.answer(404, "text/plain", "error while getting model: get model: model not found\n");

    /** What an adapter asks to find out what a server is. */
    private static final Set<String> PROBES = Set.of("/engines/status", "/version");

    private Pulls() {}

    /** {@return a runner that answers all but the questions what it is by scripts, one after the other} */
    static ScriptedServer runner(Script first, Script... then) {
        return ScriptedServer.answering(first, then)
                .on("/engines/status", Script.json("{\"llama.cpp\":\"Running\"}"))
                .on("/version", Script.json("{\"version\":\"v1\"}"));
    }

    /** {@return a builder of an adapter that does not wait long between tries} */
    static HttpAdapter.Builder to(ScriptedServer server) {
        return HttpAdapter.builder(server.url()).transferPauses(Collections.nCopies(4, Duration.ofMillis(1)));
    }

    static Script lines(String... lines) {
        return exchange -> {
            exchange.head(200, "Content-Type: application/json", "Transfer-Encoding: chunked");
            for (String line : lines) {
                exchange.send(line);
            }
            exchange.end();
        };
    }

    static String progress(String layer, long total, long size, long current) {
        return "{\"type\":\"progress\",\"message\":\"Downloaded\",\"total\":" + total + ",\"layer\":{\"id\":\"" + layer
                + "\",\"size\":" + size + ",\"current\":" + current + "},\"mode\":\"pull\"}\n";
    }

    /** {@return a line of a pull of one layer of 100 bytes} */
    static String progress(long current) {
        return progress(LAYER, 100, 100, current);
    }

    static String step(String message) {
        return "{\"type\":\"progress\",\"message\":\"" + message
                + "\",\"total\":0,\"layer\":{\"size\":0,\"current\":0},\"mode\":\"pull\"}\n";
    }

    static String error(String message) {
        return "{\"type\":\"error\",\"message\":\"" + message
                + "\",\"total\":0,\"layer\":{\"size\":0,\"current\":0},\"mode\":\"pull\"}\n";
    }

    /** {@return method and path of each request but for those that find out what the server is} */
    static List<String> asked(ScriptedServer server) {
        return requests(server).stream()
                .map(request -> request.method() + " " + request.path())
                .toList();
    }

    /** {@return the requests but for those that find out what the server is} */
    static List<ReceivedRequest> requests(ScriptedServer server) {
        return server.requests().stream()
                .filter(request -> !PROBES.contains(request.path()))
                .toList();
    }

    /** {@return all events of a pull that succeeds} */
    static List<PullEvent> events(HttpAdapter adapter, String model) {
        List<PullEvent> events = new ArrayList<>();
        try (PullStream pull = new HttpModelStore(adapter).pull(model)) {
            pull.forEach(events::add);
        }
        return events;
    }

    /**
     * {@return what a pull fails with}
     *
     * @param events get what it tells before
     */
    static ModelRunnerException failure(HttpAdapter adapter, String model, List<PullEvent> events) {
        try (PullStream pull = new HttpModelStore(adapter).pull(model)) {
            pull.join(events::add);
        } catch (ModelRunnerException e) {
            return e;
        }
        throw new AssertionError("the pull succeeded");
    }

    /** {@return the events of a pull, of which the first progress was read} */
    static Iterator<PullEvent> halfway(PullStream pull) {
        Iterator<PullEvent> events = pull.iterator();
        PullEvent event = events.next();
        while (!(event instanceof PullEvent.LayerProgress)) {
            event = events.next();
        }
        return events;
    }
}
