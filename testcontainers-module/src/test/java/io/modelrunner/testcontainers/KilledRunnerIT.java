package io.modelrunner.testcontainers;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.BrokenAnswerException;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.fallback.Fallback;
import io.modelrunner.http.HttpAdapter;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The process of llama.cpp is killed. */
class KilledRunnerIT extends FaultTestCase {
    @Test
    void streamWhenTheProcessIsKilled() {
        Iterator<ChatEvent> events = begun(http(), ENDLESS);
        runner.kill();
        BrokenAnswerException e = failure(BrokenAnswerException.class, events);
        assertThat(e.partialText()).startsWith("la la");
        assertThat(e.timeline().attempts()).hasSize(1);
    }

    @Test
    void wholeAnswerWhenTheProcessIsKilled() throws Exception {
        HttpAdapter http = http();
        CompletableFuture<ChatResponse> answer = inBackground(() -> http.chat(ENDLESS));
        runner.awaitComputing();
        runner.kill();
        ModelRunnerException e = answer.handle((response, failure) -> (ModelRunnerException) failure.getCause())
                .get(30, TimeUnit.SECONDS);
        assertThat(e).isInstanceOf(BrokenAnswerException.class);
        assertThat(e.timeline().attempts()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void callBehindTheKill(Way way) {
        HttpAdapter http = http();
        way.ask(http, PING); // so that there is a connection
        runner.kill();
        RunnerUnreachableException e = failure(RunnerUnreachableException.class, () -> way.ask(http, PING));
        assertThat(e.timeline().attempts()).hasSize(3);
        assertThat(e.elsewhere()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void chainGoesOnBehindTheKill(Way way) {
        try (LlamaCppContainer second = new LlamaCppContainer().withTinyModel()) {
            second.start();
            Fallback chain = opened(Fallback.of(HttpAdapter.at(runner.publishedUrl()), second.adapter()));
            assertThat(way.ask(chain, PING).timeline().attempts()).hasSize(1);
            runner.kill();
            ChatResponse response = way.ask(chain, PING);
            assertThat(response).hasText("pong");
            assertThat(response.timeline().attempts()).hasSize(4).last().returns("2", attempt -> attempt.step());
            chain.close();
        }
    }

    @Test
    void chainDoesNotMixTwoAnswers() {
        Fallback chain = opened(Fallback.of(HttpAdapter.at(runner.publishedUrl()), mock()));
        Iterator<ChatEvent> events = begun(chain, ENDLESS);
        runner.kill();
        BrokenAnswerException e = failure(BrokenAnswerException.class, events);
        assertThat(e.partialText()).startsWith("la la").doesNotContain(MOCKED);
        assertThat(e.causes()).hasSize(1);
        assertThat(chain.chat(PING)).hasText(MOCKED).wasAnsweredBy("mock");
    }
}
