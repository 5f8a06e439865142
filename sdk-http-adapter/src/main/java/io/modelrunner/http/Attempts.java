package io.modelrunner.http;

import io.modelrunner.AttemptTimeline;
import io.modelrunner.CancelledException;
import io.modelrunner.Failure;
import io.modelrunner.InvalidRequestException;
import io.modelrunner.ModelLoadingException;
import io.modelrunner.ModelName;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.Timeouts;
import io.modelrunner.Timeouts.Phase;
import java.time.Duration;
import java.util.function.Supplier;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.jspecify.annotations.Nullable;

/**
 * Sends a request, and sends it again where it is known that it never ran.
 *
 * <p>That is so when no connection came about (two more tries), when the server says that it is loading the model (until the
 * limit of the load phase), and when Docker Model Runner answers 500 with an empty body, because the engine had closed the
 * connection that it wanted to use (once; seen in 0.2 to 1 % of requests that follow a stream at once). Everything else is
 * the caller's to repeat.
 */
final class Attempts {
    private static final int MORE_CONNECTS = 2;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final HttpAdapter adapter;
    private final Timeouts limits;
    private final Cancellation cancellation = new Cancellation();
    private final long begin = System.nanoTime();
    private AttemptTimeline ended = AttemptTimeline.empty();
    private int connectFailures;
    private boolean emptyAnswer;
    private int emptyAnswers;

    Attempts(HttpAdapter adapter, Timeouts ofRequest) {
        this.adapter = adapter;
        this.limits = ofRequest.over(adapter.timeouts());
    }

    /** {@return what ends the request, from any thread} */
    Cancellation cancellation() {
        return cancellation;
    }

    /** {@return the tries that have ended} */
    AttemptTimeline ended() {
        return ended;
    }

    /** Refuses a request that is too long for the server, before a connection is made. */
    void checkSize(int bytes) {
        long most = adapter.maxRequestBytes();
        if (bytes > most) {
            throw new InvalidRequestException("request", "at most " + most + " bytes", bytes + " bytes");
        }
    }

    /**
     * {@return a call that was answered with status 200, its body not read yet}
     *
     * @param requests makes the request, anew for each try; may ask the server what it is
     * @param afterConnect {@link Phase#LOAD} for an answer that is streamed, {@link Phase#ANSWER} for others
     * @param model the model that is asked, null if none is
     */
    Call open(Supplier<HttpUriRequestBase> requests, Phase afterConnect, @Nullable ModelName model) {
        for (Duration pause = FIRST_PAUSE; ; pause = longer(pause)) {
            try {
                adapter.checkOpen();
                Call call = new Call(adapter, requests.get(), limitsLeft(afterConnect), afterConnect, model, this);
                check(call);
                return call;
            } catch (ModelRunnerException e) {
                if (!isWorthRepeating(e, pause)) {
                    throw e;
                }
                ended = e.timeline();
            }
            await(pause);
        }
    }

    private void check(Call call) {
        emptyAnswer = false;
        int status = call.send();
        if (status != 200) {
            byte[] body = call.readSome(HttpAdapter.LONGEST_ERROR);
            emptyAnswer = status == 500 && body.length == 0;
            throw Refusals.of(call, status, body);
        }
    }

    private boolean isWorthRepeating(ModelRunnerException failure, Duration pause) {
        if (failure instanceof ModelLoadingException) {
            return pause.compareTo(loadLeft()) < 0;
        }
        if (emptyAnswer) {
            return emptyAnswers++ == 0;
        }
        boolean noConnection = failure instanceof RunnerUnreachableException
                && failure.status().isEmpty();
        return noConnection && connectFailures++ < MORE_CONNECTS;
    }

    /** Waits before the next try; a cancel, an interrupt and the end of the adapter end the wait. */
    private void await(Duration pause) {
        try {
            if (!cancellation.pause(pause)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new CancelledException(
                Failure.of("the request to " + adapter.endpoint() + " was cancelled between two tries")
                        .adapter(adapter.name())
                        .endpoint(adapter.endpoint().toString())
                        .timeline(ended)
                        .build());
    }

    private Timeouts limitsLeft(Phase afterConnect) {
        boolean first = ended.attempts().isEmpty();
        return first || afterConnect != Phase.LOAD
                ? limits
                : limits.toBuilder().load(loadLeft()).build();
    }

    private Duration loadLeft() {
        Duration left = limits.of(Phase.LOAD).orElseThrow().minusNanos(System.nanoTime() - begin);
        return left.compareTo(Duration.ofMillis(1)) > 0 ? left : Duration.ofMillis(1);
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }
}
