package io.modelrunner.cli;

import io.modelrunner.testing.Exchange;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** The runner behind a scripted {@code docker}: it gives one answer, and one that never ends, for one model. */
final class ScriptedRunner implements AutoCloseable {
    static final String MODEL = "ai/scripted";
    static final String ANSWER = "Hello! I am a script.";
    static final String ENDLESS = "Go on for ever";
    static final String MISSING = "error while getting model: get model '\"ai/nosuch\"': model not found\n";

    private static final String USAGE = "\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":3,\"total_tokens\":12}";
    private static final Duration BETWEEN_WORDS = Duration.ofMillis(30);

    private final AtomicInteger computing = new AtomicInteger();
    private final ScriptedServer server;

    ScriptedRunner() {
        Script chat = this::chat;
        server = ScriptedServer.answering(exchange -> exchange.answer(404, "text/plain", "404 page not found\n"))
                .on("/engines/v1/chat/completions", chat)
                .on("/v1/chat/completions", chat)
                .on("/engines/status", Script.json("{\"llama.cpp\":\"Running: llama.cpp b1\"}"))
                .on("/engines/v1/models", Script.json("{\"object\":\"list\",\"data\":[{\"id\":\"" + MODEL + "\"}]}"));
    }

    private void chat(Exchange exchange) throws IOException {
        String body = exchange.request().body();
        if (!body.contains("\"" + MODEL + "\"") && !body.contains("\"" + MODEL + ":latest\"")) {
            exchange.answer(404, "text/plain; charset=utf-8", MISSING);
            return;
        }
        computing.incrementAndGet();
        try {
            if (!body.contains("\"stream\":true")) {
                whole(exchange, body);
                return;
            }
            exchange.events();
            if (body.contains(ENDLESS)) {
                exchange.pause(Duration.ofMillis(20)).repeat("data: " + text("on ") + "\n\n", Duration.ofMillis(1));
            }
            for (String word : ANSWER.split("(?<= )")) {
                exchange.event(text(word)).pause(BETWEEN_WORDS); // so that they come as several pieces
            }
            exchange.event("{\"choices\":[{\"finish_reason\":\"stop\",\"index\":0,\"delta\":{}}]}");
            if (body.contains("include_usage")) { // the command does not ask for it
                exchange.event("{\"choices\":[]," + USAGE + "}");
            }
            exchange.event("[DONE]").end();
        } finally {
            computing.decrementAndGet();
        }
    }

    private static void whole(Exchange exchange, String body) throws IOException {
        if (body.contains(ENDLESS)) {
            exchange.stall();
        }
        String message = "{\"role\":\"assistant\",\"content\":\"" + ANSWER + "\"}";
        exchange.answer(
                200,
                "application/json",
                "{\"choices\":[{\"finish_reason\":\"stop\",\"index\":0,\"message\":" + message + "}]," + USAGE + "}");
    }

    /** {@return the event that carries a text, which needs no escaping} */
    static String text(String text) {
        return "{\"choices\":[{\"finish_reason\":null,\"index\":0,\"delta\":{\"content\":\"" + text + "\"}}]}";
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

    @Override
    public void close() {
        server.close();
    }
}
