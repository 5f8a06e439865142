package io.modelrunner.testcontainers;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.modelrunner.BrokenAnswerException;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.TimedOutException;
import io.modelrunner.Timeouts;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.fallback.Fallback;
import io.modelrunner.http.HttpAdapter;
import java.time.Duration;
import java.util.Iterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The runner's network is cut: behind the port that Docker publishes, where somebody on this machine tells so, and on the straight
 * way to it, where nobody does.
 */
class CutNetworkIT extends FaultTestCase {
    private static final Duration LIMIT = Duration.ofSeconds(1);

    /** A kept connection is used for some seconds only, which a machine that stalls may need for the cut. */
    private static final int CUTS = 5;

    private static ChatRequest limited(ChatRequest request, Phase... phases) {
        Timeouts.Builder limits = Timeouts.builder();
        for (Phase phase : phases) {
            limits.limit(phase, LIMIT);
        }
        return request.toBuilder().timeouts(limits.build()).build();
    }

    private HttpAdapter straight() {
        assumeTrue(runner.isReachedItself(), "only on Linux is there a way to Docker's own network");
        return opened(HttpAdapter.at(runner.ownUrl()));
    }

    @Test
    void streamWhenThePublishedPortGoes() {
        Iterator<ChatEvent> events = begun(http(), ENDLESS);
        runner.cutNetwork();
        BrokenAnswerException e = failure(BrokenAnswerException.class, events);
        assertThat(e.partialText()).startsWith("la la");
    }

    @Test
    void streamWhenNobodyTells() {
        Iterator<ChatEvent> events = begun(straight(), limited(ENDLESS, Phase.BETWEEN_TOKENS));
        runner.cutNetwork();
        TimedOutException e = failure(TimedOutException.class, events);
        assertThat(e.phase()).isEqualTo(Phase.BETWEEN_TOKENS);
        assertThat(e.partialText()).startsWith("la la");
    }

    @ParameterizedTest
    @EnumSource
    void callBehindTheCutOfThePublishedPort(Way way) {
        HttpAdapter http = http();
        way.ask(http, PING);
        runner.cutNetwork();
        failure(RunnerUnreachableException.class, () -> way.ask(http, PING));
        runner.mendNetwork();
        assertThat(way.ask(http, PING)).hasText("pong");
    }

    /** The connection that was kept looks as it always did, so what is sent on it gets no answer. */
    @Test
    void callOnAKeptConnectionWhenNobodyTells() {
        HttpAdapter http = straight();
        ModelRunnerException e = failureBehindACut(http);
        for (int left = CUTS - 1; left > 0 && !isSent(e); left--) {
            runner.mendNetwork();
            e = failureBehindACut(http);
        }
        assertThat(e)
                .isInstanceOfSatisfying(
                        TimedOutException.class,
                        late -> assertThat(late.phase()).isEqualTo(Phase.ANSWER));
        assertThat(e.elsewhere()).isTrue();
        runner.mendNetwork();
        assertThat(http.chat(PING)).hasText("pong");
    }

    private ModelRunnerException failureBehindACut(HttpAdapter http) {
        http.chat(PING); // whose connection is kept
        runner.cutNetwork();
        return failure(ModelRunnerException.class, () -> http.chat(limited(PING, Phase.ANSWER)));
    }

    /** {@return whether there was a connection to send on} */
    private static boolean isSent(ModelRunnerException e) {
        boolean late = e instanceof TimedOutException timedOut && timedOut.phase() == Phase.CONNECT;
        return !late && !(e instanceof RunnerUnreachableException);
    }

    @ParameterizedTest
    @EnumSource
    void newConnectionWhenNobodyTells(Way way) {
        HttpAdapter http = straight();
        runner.cutNetwork();
        ModelRunnerException e = failure(ModelRunnerException.class, () -> way.ask(http, PING));
        // Which it is, is a matter of whether the system knows first that there is no way.
        assertThat(e).isInstanceOfAny(TimedOutException.class, RunnerUnreachableException.class);
        assertThat(e.elsewhere()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void chainGoesOnWhenNobodyTells(Way way) {
        assumeTrue(runner.isReachedItself(), "only on Linux is there a way to Docker's own network");
        Fallback chain = opened(Fallback.of(HttpAdapter.at(runner.ownUrl()), mock()));
        assertThat(way.ask(chain, PING)).hasText("pong");
        runner.cutNetwork();
        assertThat(way.ask(chain, limited(PING, Phase.LOAD, Phase.ANSWER))).hasText(MOCKED);
    }

    @Test
    void chainDoesNotMixTwoAnswers() {
        assumeTrue(runner.isReachedItself(), "only on Linux is there a way to Docker's own network");
        Fallback chain = opened(Fallback.of(HttpAdapter.at(runner.ownUrl()), mock()));
        Iterator<ChatEvent> events = begun(chain, limited(ENDLESS, Phase.BETWEEN_TOKENS));
        runner.cutNetwork();
        TimedOutException e = failure(TimedOutException.class, events);
        assertThat(e.partialText()).startsWith("la la").doesNotContain(MOCKED);
    }
}
