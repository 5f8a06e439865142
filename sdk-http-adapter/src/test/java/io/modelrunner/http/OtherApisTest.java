package io.modelrunner.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.chat.ChatRequest;
import io.modelrunner.control.RunnerControl;
import io.modelrunner.testing.Recording;
import io.modelrunner.testing.Recordings;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The runner's layers for other protocols: each recording of them is read, or named as out of scope.
 *
 * <p>The layers say the same as the OpenAI protocol with other words. Who uses this library asks in the latter, and so meets
 * none of their traps: 24 (the form of Responses loses the history, tool calls and errors of streams) and 25 (that of Ollama
 * unloads at an empty prompt, tells sizes of 0 and no counts, and drops options).
 */
class OtherApisTest {
    private static final Map<String, List<String>> OUT_OF_SCOPE = Map.of(
            "responses",
            List.of("", "-stream", "-stream-context-overflow", "-stream-unknown-model", "-unknown-model"),
            "anthropic",
            List.of("", "-context-overflow", "-count-tokens", "-stream", "-unknown-model"),
            "ollama",
            List.of("-chat", "-chat-unknown-model", "-delete-unknown", "-generate", "-ps", "-show", "-tags"));

    /** By {@link RecordedDiscoveryTest}. */
    private static final String READ = "other-apis/ollama-version";

    @Test
    void everyRecordingIsReadOrNamed() {
        List<String> known = new ArrayList<>(List.of(READ));
        OUT_OF_SCOPE.forEach((layer, names) -> names.forEach(name -> known.add("other-apis/" + layer + name)));
        assertThat(Recordings.folder("other-apis"))
                .extracting(Recording::name)
                .containsExactlyInAnyOrderElementsOf(known);
    }

    @Test
    void layersOfTheRunnerAreNeverAsked() {
        try (ScriptedServer server = EndpointFormsTest.modelRunner()
                        .on("/models", Script.json("[]"))
                        .on("/engines/ps", Script.json("[]"))
                        .on("/engines/unload", Script.json("{\"unloaded_runners\":1}"));
                HttpAdapter adapter = HttpAdapter.at(server.url())) {
            adapter.chat(ChatRequest.of("ai/tiny", "Hello"));
            adapter.listModels();
            new HttpModelStore(adapter).list();
            RunnerControl control = adapter.power(RunnerControl.class).orElseThrow();
            control.running();
            control.unload("ai/tiny");
            assertThat(server.requests())
                    .extracting(request -> request.path())
                    .contains("/engines/v1/chat/completions", "/engines/unload")
                    .noneMatch(path ->
                            path.startsWith("/api/") || path.contains("responses") || path.contains("anthropic"));
        }
    }
}
