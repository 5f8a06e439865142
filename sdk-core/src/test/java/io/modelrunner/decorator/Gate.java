package io.modelrunner.decorator;

import io.modelrunner.CancelledException;
import io.modelrunner.Failure;
import io.modelrunner.ModelName;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A call that is under way until the test ends it. */
final class Gate {
    private final String what;
    private final ModelName model;
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile RuntimeException failure;

    Gate(String what, ModelName model) {
        this.what = what;
        this.model = model;
    }

    /** {@return the text that is asked, or the kind of call} */
    String what() {
        return what;
    }

    void open() {
        ended.countDown();
    }

    void fail(RuntimeException e) {
        failure = e;
        ended.countDown();
    }

    /** Returns when the call is here, to wait for its end. */
    void awaitReached() {
        try {
            if (!reached.await(10, TimeUnit.SECONDS)) {
                throw new AssertionError("nobody waits for the end of " + what);
            }
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    void await() {
        reached.countDown();
        try {
            if (!ended.await(30, TimeUnit.SECONDS)) {
                throw new AssertionError("the test has not ended " + what);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw cancelled(model, "");
        }
        if (failure != null) {
            throw failure;
        }
    }

    static CancelledException cancelled(ModelName model, String partialText) {
        return new CancelledException(Failure.of("cancelled behind")
                .adapter(GatedAdapter.NAME)
                .model(model)
                .partialText(partialText)
                .build());
    }
}
