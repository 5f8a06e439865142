package io.modelrunner.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.chat.ChatRequest;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ManyCallersTest {
    private static final int CALLERS = 64;
    private static final int CALLS_EACH = 300;
    private static final String ANSWER =
            "{\"choices\":[{\"finish_reason\":\"stop\",\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Hi\"}}]}";

    @Test
    @Timeout(120)
    void callersAtOnceAllGetTheirAnswers() throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        try (ScriptedServer server = ScriptedServer.answering(Script.json(ANSWER));
                HttpAdapter adapter = HttpAdapter.at(server.url() + "/v1")) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                all.add(callers.submit(() -> {
                    for (int call = 0; call < CALLS_EACH; call++) {
                        assertThat(adapter.chat(ChatRequest.of("tiny", "Hello")).text())
                                .isEqualTo("Hi");
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get(100, TimeUnit.SECONDS);
            }
        } finally {
            callers.shutdownNow();
        }
    }
}
