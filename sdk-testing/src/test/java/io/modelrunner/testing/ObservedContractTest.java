package io.modelrunner.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.Answer;
import io.modelrunner.adapter.CallInfo;
import io.modelrunner.adapter.CallListener;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.decorator.Observed;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;

/** Calls that somebody watches are calls like others, and each that began has ended. */
class ObservedContractTest extends MockAdapterContractTest {
    private final List<CallInfo> begun = new CopyOnWriteArrayList<>();
    private final List<CallInfo> ended = new CopyOnWriteArrayList<>();

    private final CallListener listener = new CallListener() {
        @Override
        public void onStart(CallInfo call) {
            begun.add(call);
        }

        @Override
        public void onCompleted(CallInfo call, Answer answer, Duration took) {
            ended.add(call);
        }

        @Override
        public void onFailed(CallInfo call, RuntimeException failure, Duration took) {
            ended.add(call);
        }
    };

    @Override
    protected LLMAdapter newAdapter() {
        return Observed.by(mock().build(), listener);
    }

    @Override
    protected Optional<LLMAdapter> adapterToNowhere() {
        return Optional.of(Observed.by(new NowhereAdapter(), listener));
    }

    @AfterEach
    void everyCallHasEndedOnce() {
        long end = System.nanoTime() + LONG.toNanos();
        while (ended.size() < begun.size() && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertThat(ended).containsExactlyInAnyOrderElementsOf(begun);
    }
}
