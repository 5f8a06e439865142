package io.modelrunner.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.Timeouts;
import io.modelrunner.Timeouts.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
    private static final Duration SHORT = Duration.ofMillis(300);

    /** Where something else must come before its end, also on a machine that stops for a second or two. */
    private static final Duration LONG = Duration.ofSeconds(3);

    private final Watchdog watchdog = new Watchdog();

    @AfterEach
    void stop() {
        watchdog.close();
    }

    @Test
    void phaseThatTakesTooLongEndsTheCall() throws InterruptedException {
        Watched call = new Watched(Timeouts.builder().connect(SHORT).build());

        call.deadlines.enter(Phase.CONNECT);

        assertThat(call.ends()).isTrue();
        assertThat(call.deadlines.expired()).isEqualTo(Phase.CONNECT);
    }

    @Test
    void deadlineThatIsSoonerThanTheNextLookBringsItForward() throws InterruptedException {
        Watched patient =
                new Watched(Timeouts.builder().connect(Duration.ofHours(1)).build());
        Watched hasty = new Watched(Timeouts.builder().connect(SHORT).build());

        patient.deadlines.enter(Phase.CONNECT);
        hasty.deadlines.enter(Phase.CONNECT);

        assertThat(hasty.ends()).isTrue();
        assertThat(patient.deadlines.expired()).isNull();
    }

    @Test
    void laterDeadlineIsSeenAfterALookThatFoundNothing() throws InterruptedException {
        Watched call = new Watched(
                Timeouts.builder().connect(LONG).load(LONG.plus(SHORT)).build());

        call.deadlines.enter(Phase.CONNECT);
        call.deadlines.enter(Phase.LOAD);

        assertThat(call.ends()).isTrue();
        assertThat(call.deadlines.expired()).isEqualTo(Phase.LOAD);
    }

    @Test
    void totalGoesOnWhileThePhaseIsPaused() throws InterruptedException {
        Watched call = new Watched(Timeouts.builder().total(SHORT).build());

        call.deadlines.enter(Phase.BETWEEN_TOKENS);
        call.deadlines.pause();

        assertThat(call.ends()).isTrue();
        assertThat(call.deadlines.expired()).isEqualTo(Phase.TOTAL);
    }

    @Test
    void callsThatEndedOrPausedAreLeftAlone() throws InterruptedException {
        Timeouts timeouts = Timeouts.builder().connect(LONG).build();
        Watched ended = new Watched(timeouts);
        Watched paused = new Watched(timeouts);
        ended.deadlines.enter(Phase.CONNECT);
        ended.deadlines.end();
        paused.deadlines.enter(Phase.CONNECT);
        paused.deadlines.pause();

        // due after them: when it ends, theirs would have passed
        Watched later = new Watched(Timeouts.builder().connect(LONG.plus(SHORT)).build());
        later.deadlines.enter(Phase.CONNECT);

        assertThat(later.ends()).isTrue();
        assertThat(ended.deadlines.expired()).isNull();
        assertThat(paused.deadlines.expired()).isNull();
    }

    @Test
    void everyOneOfManyCallsEnds() throws InterruptedException {
        List<Watched> calls = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            Watched call = new Watched(
                    Timeouts.builder().connect(SHORT.plusMillis(i % 7)).build());
            call.deadlines.enter(Phase.CONNECT);
            calls.add(call);
        }

        for (Watched call : calls) {
            assertThat(call.ends()).isTrue();
        }
    }

    /** The deadlines of a streamed call, and whether they have ended it. */
    private final class Watched {
        private final CountDownLatch end = new CountDownLatch(1);
        private final Deadlines deadlines;

        Watched(Timeouts timeouts) {
            deadlines = new Deadlines(timeouts, true, watchdog, end::countDown);
        }

        boolean ends() throws InterruptedException {
            return end.await(20, TimeUnit.SECONDS);
        }
    }
}
