package io.modelrunner.testcontainers;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.TimedOutException;
import io.modelrunner.Timeouts;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.fallback.Fallback;
import io.modelrunner.http.HttpAdapter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The runner is frozen: it accepts, and never answers, until it is thawed. */
class PausedRunnerIT extends FaultTestCase {
    private static final Duration LIMIT = Duration.ofSeconds(1);
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(30);

    /** llama.cpp closes a connection that was idle for 5 seconds, when it gets to it. */
    private static final Duration LONG = Duration.ofSeconds(6);

    private static ChatRequest limited(ChatRequest request, Phase phase) {
        // A frozen runner is connected to at once, but for a machine that stalls.
        Timeouts limits =
                Timeouts.builder().connect(CONNECT_LIMIT).limit(phase, LIMIT).build();
        return request.toBuilder().timeouts(limits).build();
    }

    @ParameterizedTest
    @CsvSource({"WHOLE, ANSWER", "STREAMED, LOAD"})
    void callThatIsNotAnswered(Way way, Phase phase) {
        HttpAdapter http = http();
        runner.pause();
        TimedOutException e = failure(TimedOutException.class, () -> way.ask(http, limited(PING, phase)));
        assertThat(e.phase()).isEqualTo(phase);
        runner.unpause();
        assertThat(way.ask(http, PING)).hasText("pong");
    }

    @Test
    void streamThatStops() {
        Iterator<ChatEvent> events = begun(http(), limited(ENDLESS, Phase.BETWEEN_TOKENS));
        runner.pause();
        TimedOutException e = failure(TimedOutException.class, events);
        assertThat(e.phase()).isEqualTo(Phase.BETWEEN_TOKENS);
        assertThat(e.partialText()).startsWith("la la");
    }

    @ParameterizedTest
    @CsvSource({"WHOLE, ANSWER", "STREAMED, LOAD"})
    void chainGoesOnWhenNothingIsAnswered(Way way, Phase phase) {
        Fallback chain = opened(Fallback.of(HttpAdapter.at(runner.publishedUrl()), mock()));
        runner.pause();
        assertThat(way.ask(chain, limited(PING, phase))).hasText(MOCKED);
        runner.unpause();
        assertThat(way.ask(chain, PING)).hasText("pong");
    }

    @Test
    void chainDoesNotMixTwoAnswers() {
        Fallback chain = opened(Fallback.of(HttpAdapter.at(runner.publishedUrl()), mock()));
        Iterator<ChatEvent> events = begun(chain, limited(ENDLESS, Phase.BETWEEN_TOKENS));
        runner.pause();
        TimedOutException e = failure(TimedOutException.class, events);
        assertThat(e.partialText()).startsWith("la la").doesNotContain(MOCKED);
    }

    @Test
    void firstCallsBehindALongPauseAreAnswered() throws Exception {
        HttpAdapter http = http();
        together(http, 4); // which leaves connections that are kept
        runner.pause();
        TimeUnit.NANOSECONDS.sleep(LONG.toNanos()); // it is the pause
        runner.unpause();
        for (ChatResponse response : together(http, 8)) {
            assertThat(response).hasText("pong");
            assertThat(response.timeline().attempts()).hasSize(1);
        }
    }

    private static List<ChatResponse> together(HttpAdapter http, int count) throws Exception {
        List<CompletableFuture<ChatResponse>> calls = new ArrayList<>();
        for (int call = 0; call < count; call++) {
            calls.add(inBackground(() -> http.chat(PING)));
        }
        List<ChatResponse> responses = new ArrayList<>();
        for (CompletableFuture<ChatResponse> call : calls) {
            responses.add(call.get(30, TimeUnit.SECONDS));
        }
        return responses;
    }
}
