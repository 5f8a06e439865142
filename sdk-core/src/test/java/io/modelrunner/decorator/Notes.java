package io.modelrunner.decorator;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.Answer;
import io.modelrunner.adapter.CallInfo;
import io.modelrunner.adapter.CallListener;
import io.modelrunner.chat.ChatResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Writes down what it is told. */
final class Notes implements CallListener {
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final List<CallInfo> calls = new CopyOnWriteArrayList<>();
    private final CountDownLatch first = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile Answer answer;
    private volatile RuntimeException failure;

    @Override
    public void onStart(CallInfo call) {
        note("start of " + call, call);
    }

    @Override
    public void onFirstToken(CallInfo call, Duration after) {
        assertThat(after).isPositive();
        note("first", call);
        first.countDown();
    }

    @Override
    public void onCompleted(CallInfo call, Answer given, Duration took) {
        assertThat(took).isPositive();
        answer = given;
        note("completed " + (given instanceof ChatResponse chat ? chat.text() : given), call);
        ended.countDown();
    }

    @Override
    public void onFailed(CallInfo call, RuntimeException e, Duration took) {
        assertThat(took).isPositive();
        failure = e;
        note("failed " + e.getClass().getSimpleName(), call);
        ended.countDown();
    }

    private void note(String line, CallInfo call) {
        lines.add(line);
        if (!calls.contains(call)) {
            calls.add(call);
        }
    }

    List<String> lines() {
        return lines;
    }

    /** {@return the calls that were told, each once} */
    List<CallInfo> calls() {
        return calls;
    }

    /** {@return the last answer} */
    Answer answer() {
        return answer;
    }

    /** {@return the last failure} */
    RuntimeException failure() {
        return failure;
    }

    /** {@return whether a first event was told} */
    boolean awaitFirst() throws InterruptedException {
        return first.await(10, TimeUnit.SECONDS);
    }

    /** {@return whether a call has ended} */
    boolean awaitEnd() throws InterruptedException {
        return ended.await(10, TimeUnit.SECONDS);
    }
}
