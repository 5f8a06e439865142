package io.modelrunner.testing;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThat;
import static io.modelrunner.testing.ModelRunnerAssertions.assertThatModelRunnerException;
import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.ModelNotFoundException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.TimedOutException;
import io.modelrunner.Timeouts;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatStream;
import java.time.Duration;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** Models that are missing, runners that are not there, and waits that come to their end. */
abstract class FailureContract extends CancellationContract {
    @Test
    void unknownModelIsNotFoundByChat() {
        ChatRequest unknown = unknown();
        assertNotFound(unknown, assertThatModelRunnerException(() -> adapter().chat(unknown)));
    }

    @Test
    void unknownModelIsNotFoundByStream() {
        ChatRequest unknown = unknown();
        assertNotFound(unknown, assertThat(adapter().stream(unknown)).fails());
    }

    private void assertNotFound(ChatRequest request, ModelRunnerExceptionAssert failure) {
        failure.isInstanceOf(ModelNotFoundException.class)
                .namesModel(request.model().text())
                .namesAdapter(adapter().name())
                .hasRemedyContaining("")
                .hasMessageContaining(request.model().text());
    }

    @Test
    void chatWithNowhereIsUnreachable() {
        try (LLMAdapter nowhere = nowhere()) {
            assertUnreachable(assertThatModelRunnerException(() -> nowhere.chat(secret())));
        }
    }

    @Test
    void streamFromNowhereFailsWithTheFirstPull() {
        try (LLMAdapter nowhere = nowhere();
                ChatStream stream = nowhere.stream(secret())) { // this far, nothing was sent
            assertUnreachable(assertThat(stream).fails());
        }
    }

    private ChatRequest secret() {
        return ChatRequest.builder(runner().model().text())
                .user("xyzzy-secret")
                .timeouts(PATIENCE)
                .build();
    }

    private static void assertUnreachable(ModelRunnerExceptionAssert failure) {
        failure.isInstanceOf(RunnerUnreachableException.class)
                .isWorthTryingElsewhere()
                .hasRemedyContaining("")
                .hasPartialText("")
                .satisfies(it -> assertThat(it.endpoint().orElse("")).doesNotContain("@"))
                .hasMessageNotContaining("xyzzy-secret");
    }

    @Test
    void answerTimesOut() {
        letAnswerTimeOut();
    }

    @Test
    void adapterWorksAfterATimeout() {
        letAnswerTimeOut();
        assertThat(adapter().chat(known())).isComplete();
    }

    private void letAnswerTimeOut() {
        Duration limit = Duration.ofMillis(50);
        ChatRequest request = endless(Timeouts.builder().answer(limit).build());
        long start = System.nanoTime();
        assertTimedOut(
                assertThatModelRunnerException(() -> adapter().chat(request)), Timeouts.Phase.ANSWER, limit, start);
    }

    @Test
    void firstTokenTimesOut() {
        Duration limit = Duration.ofMillis(1);
        ChatRequest request = endless(Timeouts.builder().firstToken(limit).build());
        TimedOutException thrown = null;
        for (int i = 0; i < 20 && thrown == null; i++) { // a token may come in time
            try (ChatStream stream = adapter().stream(request)) {
                stream.iterator().next();
            } catch (TimedOutException e) {
                thrown = e;
            }
        }
        assertTimedOut(assertThat(thrown), Timeouts.Phase.FIRST_TOKEN, limit, System.nanoTime());
    }

    @Test
    void totalTimesOut() {
        Duration limit = Duration.ofMillis(300);
        ChatRequest request = endless(Timeouts.builder().total(limit).build());
        long start = System.nanoTime();
        assertTimedOut(assertThat(adapter().stream(request)).fails(), Timeouts.Phase.TOTAL, limit, start);
    }

    private static void assertTimedOut(
            ModelRunnerExceptionAssert failure, Timeouts.Phase phase, Duration limit, long start) {
        Duration taken = Duration.ofNanos(System.nanoTime() - start);
        Assertions.assertThat(taken).isLessThan(limit.plus(AT_ONCE));
        failure.isWorthTryingElsewhere().isInstanceOfSatisfying(TimedOutException.class, late -> {
            Assertions.assertThat(late.phase()).isEqualTo(phase);
            Assertions.assertThat(late.limit()).isEqualTo(limit);
        });
    }
}
