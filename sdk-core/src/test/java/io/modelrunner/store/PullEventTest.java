package io.modelrunner.store;

import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.modelrunner.ModelName;
import io.modelrunner.store.PullEvent.Progress;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class PullEventTest {
    private static final ModelName MODEL = ModelName.of("ai/tiny");
    private static final Progress NONE = Progress.NONE;

    @Test
    void nullIsRefusedByItsName() {
        refused("model", () -> new PullEvent.Started(null, NONE, 1), () -> new PullEvent.Step(null, NONE, "x"));
        refused("progress", () -> new PullEvent.Started(MODEL, null, 1), () -> new PullEvent.Done(MODEL, null, "x"));
        refused("layer", () -> new PullEvent.LayerProgress(MODEL, NONE, null, 1, 0));
        refused(
                "message",
                () -> new PullEvent.Step(MODEL, NONE, null),
                () -> new PullEvent.Warning(MODEL, NONE, null),
                () -> new PullEvent.Done(MODEL, NONE, null));
    }

    private static void refused(String name, ThrowingCallable... calls) {
        for (ThrowingCallable call : calls) {
            assertThatNullPointerException().isThrownBy(call).withMessage(name);
        }
    }
}
