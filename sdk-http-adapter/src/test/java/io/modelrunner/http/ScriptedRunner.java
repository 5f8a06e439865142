package io.modelrunner.http;

import io.modelrunner.testing.Exchange;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** A stand-in for Docker Model Runner with one model, which knows one answer and one that never ends. */
final class ScriptedRunner implements AutoCloseable {
    static final String MODEL = "ai/scripted";
    static final String ANSWER = "Hello! I am a script.";
    static final String ENDLESS = "Go on for ever";

    private static final String USAGE = "\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":3,\"total_tokens\":12}";

    private final String prefix;
    private final AtomicInteger computing = new AtomicInteger();
    private ScriptedServer server;

    ScriptedRunner() {
        this("");
    }

    /** @param prefix what stands before all paths; may be empty */
    ScriptedRunner(String prefix) {
        this.prefix = prefix;
    }

    void start() {
        String notFound = "error while getting model: get model '\"ai/nosuch\"': model not found\n";
        Script unknown = exchange -> exchange.answer(404, "text/plain; charset=utf-8", notFound);
        server = ScriptedServer.answering(unknown)
                .on(prefix + "/engines/status", Script.json("{\"llama.cpp\":\"Running: llama.cpp b1\"}"))
                .on(prefix + "/version", Script.json("{\"version\":\"v1\"}"))
                .on(
                        prefix + "/engines/v1/models",
                        Script.json("{\"object\":\"list\",\"data\":[{\"id\":\"" + MODEL + "\"}]}"))
                .on(prefix + "/engines/v1/chat/completions", exchange -> {
                    String body = exchange.request().body();
                    if (body.contains("ai/nosuch")) {
                        unknown.answer(exchange);
                    } else {
                        compute(exchange, body);
                    }
                });
    }

    private void compute(Exchange exchange, String body) throws IOException {
        computing.incrementAndGet();
        try {
            boolean streamed = body.contains("\"stream\":true");
            if (!body.contains(ENDLESS)) {
                answer(exchange, streamed);
            } else if (streamed) {
                exchange.events().pause(Duration.ofMillis(20)).repeat(chunk("on "), Duration.ofMillis(1));
            } else {
                exchange.stall();
            }
        } finally {
            computing.decrementAndGet();
        }
    }

    private static void answer(Exchange exchange, boolean streamed) throws IOException {
        if (!streamed) {
            String message = "{\"role\":\"assistant\",\"content\":\"" + ANSWER + "\"}";
            exchange.answer(
                    200,
                    "application/json",
                    "{\"choices\":[{\"finish_reason\":\"stop\",\"index\":0,\"message\":" + message + "}]," + USAGE
                            + "}");
            return;
        }
        exchange.events();
        for (String word : ANSWER.split("(?<= )")) {
            exchange.send(chunk(word));
        }
        exchange.event("{\"choices\":[{\"finish_reason\":\"stop\",\"index\":0,\"delta\":{}}]}")
                .event("{\"choices\":[]," + USAGE + "}")
                .event("[DONE]")
                .end();
    }

    private static String chunk(String text) {
        return "data: {\"choices\":[{\"finish_reason\":null,\"index\":0,\"delta\":{\"content\":\"" + text
                + "\"}}]}\n\n";
    }

    String url() {
        return server.url();
    }

    ScriptedServer server() {
        return server;
    }

    boolean isIdle() {
        return computing.get() == 0;
    }

    int connectionsOpen() {
        return server.connectionsOpen();
    }

    @Override
    public void close() {
        server.close();
    }
}
