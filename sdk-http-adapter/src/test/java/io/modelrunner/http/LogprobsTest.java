package io.modelrunner.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.TokenLogprob;
import io.modelrunner.testing.Recordings;
import io.modelrunner.testing.ScriptedServer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How likely the tokens of an answer were. */
@Timeout(30)
class LogprobsTest {
    private static final ChatRequest REQUEST =
            ChatRequest.builder("m").user("Hello").logprobs(1).build();

    @Test
    void recordedTokensHaveTheirLikelihoodAndAlternatives() {
        ChatRequest request =
                ChatRequest.builder("ai/tiny").user("Hello").logprobs(2).build();
        try (ScriptedServer server = ScriptedServer.replay(Recordings.load("inference/chat-logprobs"));
                HttpAdapter adapter = HttpAdapter.at(server.url() + "/engines/v1")) {
            ChatResponse response = adapter.chat(request);
            assertThat(response.logprobs())
                    .extracting(TokenLogprob::token)
                    .containsExactly("Hello", "!", " How", " can");
            TokenLogprob first = response.logprobs().get(0);
            assertThat(first.logprob()).isEqualTo(-0.0034061798360198736);
            assertThat(first.probability()).isCloseTo(0.9966, within(1e-4));
            assertThat(first.alternatives())
                    .containsExactly(
                            new TokenLogprob("Hello", -0.0034061798360198736, List.of()),
                            new TokenLogprob("{\"", -6.527105808258057, List.of()));
            assertThat(server.lastRequest().body()).contains("\"logprobs\":true,\"top_logprobs\":2");
        }
    }

    @Test
    void noAlternativesAreAskedForIfNoneAreWanted() {
        byte[] body = ChatRequestWriter.write(
                ChatRequest.builder("m").user("Hello").logprobs(0).build(), false);
        assertThat(new String(body, UTF_8)).contains("\"logprobs\":true").doesNotContain("top_logprobs");
    }

    @Test
    void streamedTokensAreKeptInOrder() {
        String body = chunk("Hel", "{\"content\":[" + token("Hel", -0.5, token("Hal", -1.5)) + "]}")
                + chunk("lo", "{\"content\":[" + token("l", -0.25, "") + "," + token("o", 0, "") + "]}")
                + chunk("!", "null")
                + "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
        ChatResponse response = InProcess.stream(REQUEST, body);
        assertThat(response.text()).isEqualTo("Hello!");
        assertThat(response.logprobs())
                .containsExactly(
                        new TokenLogprob("Hel", -0.5, List.of(new TokenLogprob("Hal", -1.5, List.of()))),
                        new TokenLogprob("l", -0.25, List.of()),
                        new TokenLogprob("o", 0, List.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "true",
                "[]",
                "[{\"token\":\"a\"}]",
                "{}",
                "{\"content\":null}",
                "{\"content\":{}}",
                "{\"content\":[null,1,[{\"token\":\"a\"}]]}",
                "{\"content\":[{\"logprob\":-1}]}",
                "{\"tokens\":[\"a\"],\"token_logprobs\":[-1]}"
            })
    void otherFormsSayNothing(String logprobs) {
        String body = "{\"choices\":[{\"logprobs\":" + logprobs
                + ",\"message\":{\"content\":\"Hello\"},\"finish_reason\":\"stop\"}]}";
        ChatResponse response = InProcess.chat(REQUEST, body);
        assertThat(response.text()).isEqualTo("Hello");
        assertThat(response.logprobs()).isEmpty();
    }

    private static String token(String text, double logprob, String alternatives) {
        return "{\"token\":\"" + text + "\",\"logprob\":" + logprob + ",\"top_logprobs\":[" + alternatives + "]}";
    }

    private static String token(String text, double logprob) {
        return token(text, logprob, "");
    }

    private static String chunk(String text, String logprobs) {
        return "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text + "\"},\"logprobs\":" + logprobs
                + ",\"finish_reason\":null}]}\n\n";
    }
}
