package io.modelrunner.cli;

import io.modelrunner.testing.Exchange;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** The runner behind a scripted {@code docker}: it streams one answer, and one that never ends, for one model. */
final class ScriptedRunner implements AutoCloseable {
    static final String MODEL = "ai/scripted";
    static final String ANSWER = "Hello! I am a script.";
    static final String ENDLESS = "Go on for ever";
    static final String MISSING = "error while getting model: get model '\"ai/nosuch\"': model not found\n";

    private static final Duration BETWEEN_WORDS = Duration.ofMillis(10);

    private final AtomicInteger computing = new AtomicInteger();
    private final ScriptedServer server;

    ScriptedRunner() {
        Script chat = this::chat;
        server = ScriptedServer.answering(exchange -> exchange.answer(404, "text/plain", "404 page not found\n"))
                .on("/engines/v1/chat/completions", chat)
                .on("/v1/chat/completions", chat);
    }

    private void chat(Exchange exchange) throws IOException {
        String body = exchange.request().body();
        if (!body.contains("\"" + MODEL + "\"") && !body.contains("\"" + MODEL + ":latest\"")) {
            exchange.answer(404, "text/plain; charset=utf-8", MISSING);
            return;
        }
        computing.incrementAndGet();
        try {
            exchange.events();
            if (body.contains(ENDLESS)) {
                exchange.pause(Duration.ofMillis(20)).repeat("data: " + text("on ") + "\n\n", Duration.ofMillis(1));
            }
            for (String word : ANSWER.split("(?<= )")) {
                exchange.event(text(word)).pause(BETWEEN_WORDS); // so that they come as several pieces
            }
            exchange.event("{\"choices\":[{\"finish_reason\":\"stop\",\"index\":0,\"delta\":{}}]}")
                    .event("[DONE]")
                    .end();
        } finally {
            computing.decrementAndGet();
        }
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
