package io.modelrunner.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.modelrunner.CancelledException;
import io.modelrunner.Failure;
import io.modelrunner.ModelName;
import io.modelrunner.store.PullEvent.Done;
import io.modelrunner.store.PullEvent.Progress;
import io.modelrunner.store.PullEvent.Step;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PullStreamTest {
    private static final ModelName MODEL = ModelName.of("ai/x");
    private static final Step STEP = new Step(MODEL, Progress.NONE, "Fetching file list...");
    private static final Done DONE = new Done(MODEL, new Progress(5, 5, 100), "Model pulled successfully");

    private final Scripted source = new Scripted(STEP, DONE);

    @Test
    void eventsComeInOrderAndTheLastOneIsTheEnd() {
        List<PullEvent> events = new ArrayList<>();
        try (PullStream pull = PullStream.of(source)) {
            assertThat(pull.result()).isEmpty();
            pull.forEach(events::add);
            assertThat(pull.result()).contains(DONE);
        }
        assertThat(events).containsExactly(STEP, DONE);
        assertThat(source.closed).isPositive();
    }

    @Test
    void nothingIsAskedForBeforeTheFirstEventIs() {
        try (PullStream pull = PullStream.of(source)) {
            assertThat(pull.iterator()).isNotNull();
            assertThat(source.asked).isZero();
        }
    }

    @Test
    void joinTellsTheListenerOfWhatWasNotReadYetAndAgainOfNothing() {
        List<PullEvent> events = new ArrayList<>();
        try (PullStream pull = PullStream.of(source)) {
            assertThat(pull.iterator().next()).isEqualTo(STEP);
            assertThat(pull.join(events::add)).isEqualTo(DONE);
            assertThat(pull.join(events::add)).isEqualTo(DONE);
        }
        assertThat(events).containsExactly(DONE);
        assertThat(source.asked).isEqualTo(2);
    }

    @Test
    void thereIsOnePass() {
        try (PullStream pull = PullStream.of(source)) {
            Iterator<PullEvent> events = pull.iterator();
            assertThatExceptionOfType(IllegalStateException.class).isThrownBy(pull::iterator);
            assertThatExceptionOfType(IllegalStateException.class).isThrownBy(pull::events);
            events.next();
            events.next();
            assertThat(events.hasNext()).isFalse();
            assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(events::next);
        }
    }

    @Test
    void streamClosesThePullWithIt() {
        try (PullStream pull = PullStream.of(source);
                Stream<PullEvent> events = pull.events()) {
            assertThat(events.findFirst()).contains(STEP);
            assertThat(source.closed).isZero();
        }
        assertThat(source.closed).isPositive();
    }

    @Test
    void failureIsToldEachTimeAndTheSourceIsAskedOnce() {
        Scripted failing = new Scripted(STEP);
        try (PullStream pull = PullStream.of(failing)) {
            CancelledException first = cancelled(pull);
            assertThat(cancelled(pull)).isSameAs(first);
            assertThat(failing.asked).isEqualTo(2);
            assertThat(failing.closed).isPositive();
            assertThat(pull.result()).isEmpty();
        }
    }

    @Test
    void nullIsRefused() {
        assertThatNullPointerException().isThrownBy(() -> PullStream.of(null));
        assertThatNullPointerException().isThrownBy(() -> {
            try (PullStream pull = PullStream.of(source)) {
                pull.join(null);
            }
        });
        assertThatNullPointerException().isThrownBy(() -> new Done(MODEL, Progress.NONE, null));
    }

    @Test
    void eventTellsOfTheWhole() {
        assertThat(DONE.completedBytes()).isEqualTo(5);
        assertThat(DONE.totalBytes()).isEqualTo(5);
        assertThat(DONE.percent()).isEqualTo(100);
        assertThat(STEP.percent()).isZero();
    }

    private static CancelledException cancelled(PullStream pull) {
        try {
            pull.join();
        } catch (CancelledException e) {
            return e;
        }
        throw new AssertionError("it did not fail");
    }

    /** Gives its events and then fails. */
    private static final class Scripted implements PullStream.Source {
        private final Queue<PullEvent> events;
        private int asked;
        private int closed;

        Scripted(PullEvent... events) {
            this.events = new ArrayDeque<>(List.of(events));
        }

        @Override
        public PullEvent next() {
            asked++;
            PullEvent event = events.poll();
            if (event == null) {
                throw new CancelledException(Failure.of("it was left").build());
            }
            return event;
        }

        @Override
        public void close() {
            closed++;
        }
    }
}
