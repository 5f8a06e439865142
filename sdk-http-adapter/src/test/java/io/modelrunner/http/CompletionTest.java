package io.modelrunner.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.adapter.Completer;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.chat.CompletionRequest;
import io.modelrunner.chat.FinishReason;
import io.modelrunner.chat.Usage;
import io.modelrunner.testing.Recording;
import io.modelrunner.testing.Recordings;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A text is gone on with, whole or piece by piece. */
@Timeout(30)
class CompletionTest {
    private static final CompletionRequest HELLO = CompletionRequest.builder("ai/tiny", "Hello")
            .maxTokens(8)
            .temperature(0)
            .build();

    @Test
    void recordedCompletionIsAskedForAndReadAsItWas() {
        Recording recording = Recordings.load("inference/completion");
        try (ScriptedServer server = ScriptedServer.replay(recording);
                HttpAdapter adapter = HttpAdapter.at(server.url() + "/engines/v1")) {
            ChatResponse response = completer(adapter).complete(HELLO);
            assertThat(response.text()).isEqualTo("! How can I help you today?");
            assertThat(response.finishReason()).isEqualTo(FinishReason.LENGTH);
            assertThat(response.usage()).contains(Usage.of(1, 8).withCachedTokens(0));
            assertThat(response.timings().orElseThrow().completionTokens()).isEqualTo(8);
            assertThat(response.logprobs()).isEmpty();
            assertThat(response.warnings()).isEmpty();
            assertThat(response.timeline().attempts()).hasSize(1);
            assertThat(server.lastRequest().path()).isEqualTo("/engines/v1/completions");
            assertThat(JsonValues.object(server.lastRequest().body()))
                    .isEqualTo(JsonValues.object(recording.request().body()));
        }
    }

    @Test
    void recordedStreamComesInPieces() {
        Recording recording = Recordings.load("inference/completion-stream");
        try (ScriptedServer server = ScriptedServer.replay(recording);
                HttpAdapter adapter = HttpAdapter.at(server.url() + "/engines/v1");
                ChatStream stream = completer(adapter).streamCompletion(HELLO)) {
            List<String> pieces = new ArrayList<>();
            stream.forEach(event -> {
                if (event instanceof ChatEvent.Text text) {
                    pieces.add(text.text());
                }
            });
            assertThat(pieces).hasSizeGreaterThan(4).startsWith("!", " How", " can");
            ChatResponse response = stream.join();
            assertThat(response.text()).isEqualTo("! How can I help you today?");
            assertThat(response.finishReason()).isEqualTo(FinishReason.LENGTH);
            assertThat(response.warnings()).isEmpty();
            Map<String, @Nullable Object> sent =
                    JsonValues.object(server.lastRequest().body());
            assertThat(sent.remove("stream_options")).isEqualTo(Map.of("include_usage", true));
            assertThat(sent).isEqualTo(JsonValues.object(recording.request().body()));
        }
    }

    @Test
    void textOfTheLastChunkIsKept() {
        Script script = exchange -> exchange.events(
                        "{\"choices\":[{\"text\":\"one \",\"index\":0,\"finish_reason\":null}]}",
                        "{\"choices\":[{\"text\":\"two\",\"index\":0,\"finish_reason\":\"stop\"}]}",
                        "[DONE]")
                .end();
        try (ScriptedServer server = ScriptedServer.answering(script);
                HttpAdapter adapter = HttpAdapter.at(server.url() + "/v1");
                ChatStream stream = completer(adapter).streamCompletion(HELLO)) {
            assertThat(stream.join().text()).isEqualTo("one two");
        }
    }

    @Test
    void everySettingIsSent() {
        CompletionRequest request = CompletionRequest.builder("m", "a\"b")
                .stop("x")
                .seed(7)
                .topK(3)
                .extra("grammar", "root")
                .header("X-Trace", "7")
                .build();
        try (ScriptedServer server = ScriptedServer.replay(Recordings.load("inference/completion"));
                HttpAdapter adapter = HttpAdapter.at(server.url() + "/v1")) {
            completer(adapter).complete(request);
            assertThat(server.lastRequest().body())
                    .isEqualTo("{\"model\":\"m\",\"prompt\":\"a\\\"b\",\"top_k\":3,\"seed\":7,\"stop\":[\"x\"],"
                            + "\"grammar\":\"root\"}");
            assertThat(server.lastRequest().header("x-trace")).contains("7");
        }
    }

    private static Completer completer(HttpAdapter adapter) {
        return adapter.power(Completer.class).orElseThrow();
    }
}
