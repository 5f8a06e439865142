package io.modelrunner.http;

import io.modelrunner.AttemptTimeline;
import io.modelrunner.BrokenAnswerException;
import io.modelrunner.CancelledException;
import io.modelrunner.Failure;
import io.modelrunner.InvalidRequestException;
import io.modelrunner.ModelLoadingException;
import io.modelrunner.ModelName;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.TimedOutException;
import io.modelrunner.Timeouts;
import io.modelrunner.Timeouts.Phase;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.jspecify.annotations.Nullable;

/**
 * Sends a request, and sends it again where it is known that it never ran.
 *
 * <p>That is so when no connection came about (two more tries), when the server says that it is loading the model (until the
 * limit of the load phase), and when Docker Model Runner answers 500 or 502 with an empty body, because the engine had closed
 * the connection that it wanted to use (once; each seen in up to 1 % of requests beside or right behind streams). Everything
 * else is the caller's to repeat.
 */
final class Attempts {
    private static final int MORE_CONNECTS = 2;
    static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration UNLIMITED = Duration.ofDays(365);

    /** A search ends by itself; this is for a machine that is too busy to let it. */
    private static final Duration LONGER_THAN_A_SEARCH = Duration.ofSeconds(10);

    /** A server that computes, or a machine that is busy, may take seconds to say what it is. */
    private static final Duration FOR_QUESTIONS = Duration.ofSeconds(10);

    private final HttpAdapter adapter;
    private final Timeouts limits;
    private final Cancellation cancellation;
    private AttemptTimeline ended;
    private long begin = System.nanoTime();
    private Phase whole = Phase.ANSWER;
    private @Nullable Site pinned;
    private boolean once;
    private @Nullable Site lost;
    private boolean movable;
    private boolean again;
    private int connectFailures;
    private boolean repeatable = true;
    private boolean emptyAnswer;
    private int emptyAnswers;

    Attempts(HttpAdapter adapter, Timeouts ofRequest) {
        this(adapter, ofRequest, AttemptTimeline.empty());
    }

    /** @param before tries of the same caller's request that have ended: those of other batches */
    Attempts(HttpAdapter adapter, Timeouts ofRequest, AttemptTimeline before) {
        this(adapter, ofRequest, before, new Cancellation());
    }

    /** @param cancellation ends it, and what else it is part of */
    Attempts(HttpAdapter adapter, Timeouts ofRequest, AttemptTimeline before, Cancellation cancellation) {
        this.cancellation = cancellation;
        this.adapter = adapter;
        this.limits = ofRequest.over(adapter.timeouts());
        this.ended = before;
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

    /** {@return what a request gives, its model brought before or between if the adapter's policy wants that} */
    Call bringing(ModelName model, Supplier<Call> request) {
        return adapter.pulling().with(model, cancellation, request);
    }

    /** Makes the exception for an answer that is an error. */
    interface Refused {
        ModelRunnerException of(Call call, int status, byte[] body);
    }

    /**
     * {@return a call that was answered with a status of success, its body not read yet}
     *
     * @param requests makes the request for a place, anew for each try; may ask the server what it is
     * @param afterConnect {@link Phase#LOAD} for an answer that is streamed, {@link Phase#ANSWER} for others
     * @param model the model that is asked, null if none is
     */
    Call open(Function<Site, HttpUriRequestBase> requests, Phase afterConnect, @Nullable ModelName model) {
        return open(requests, afterConnect, model, Refusals::of);
    }

    /**
     * {@return a call that was answered with success, its body not read yet}
     *
     * @param requests makes the request for a place, anew for each try; may ask the server what it is
     * @param afterConnect {@link Phase#LOAD} for an answer that is streamed, {@link Phase#ANSWER} for others
     * @param model the model that is asked, null if none is
     * @param refused makes the exception for an answer that is an error
     */
    Call open(
            Function<Site, HttpUriRequestBase> requests,
            Phase afterConnect,
            @Nullable ModelName model,
            Refused refused) {
        return repeated(
                site -> {
                    HttpUriRequestBase request = requests.apply(site);
                    Call call = new Call(
                            adapter, site, request, new Limits(limits, limitsLeft()), afterConnect, model, this);
                    repeatable =
                            request.getEntity() == null || request.getEntity().isRepeatable();
                    check(call, refused);
                    return call;
                },
                afterConnect,
                model);
    }

    /** {@return where the runner is, and what it speaks} */
    Spoken spoken() {
        return repeated(site -> new Spoken(site, site.dialect(this)), Phase.ANSWER, null);
    }

    /** A place and what is spoken there. */
    record Spoken(Site site, Dialect dialect) {}

    /**
     * Has all that is asked go to one place, also if the runner is found elsewhere meanwhile: what changes a runner must not change
     * one that nobody has looked at.
     *
     * @return this
     */
    Attempts at(Site site) {
        pinned = site;
        return this;
    }

    /**
     * Has nothing repeated, as the caller does that.
     *
     * @return this
     */
    Attempts once() {
        once = true;
        return this;
    }

    private <T> T repeated(Function<Site, T> attempt, Phase afterConnect, @Nullable ModelName model) {
        begin = System.nanoTime();
        whole = afterConnect == Phase.LOAD ? Phase.TOTAL : Phase.ANSWER;
        for (Duration pause = adapter.firstPause(); ; pause = longer(pause)) {
            try {
                adapter.checkOpen();
                return attempted(attempt);
            } catch (ModelRunnerException e) {
                // A pause may take longer than it should, and a try behind it be none.
                if (!isWorthRepeating(e, pause) || !pausesInTime(e, pause, model)) {
                    throw lost == null ? e : adapter.explained(e, lost);
                }
            }
            again = true;
        }
    }

    private <T> T attempted(Function<Site, T> attempt) {
        lost = null;
        Site site = pinned == null ? adapter.site(this) : pinned;
        try {
            return attempt.apply(site);
        } catch (ModelRunnerException e) {
            if (isUnanswered(e)) {
                lost = site;
                boolean elsewhere = adapter.lost(site);
                movable = elsewhere && pinned == null && isUnconnected(e);
            }
            throw e;
        }
    }

    /** Nothing came back: the runner may be gone. */
    private static boolean isUnanswered(ModelRunnerException failure) {
        return failure instanceof RunnerUnreachableException
                || (failure instanceof BrokenAnswerException && failure.status().isEmpty())
                || isUnconnected(failure);
    }

    /** No connection came about, so that nothing can have run. */
    private static boolean isUnconnected(ModelRunnerException failure) {
        if (failure instanceof TimedOutException late) {
            return late.phase() == Phase.CONNECT && !(late.getCause() instanceof Transport.NoPlaceException);
        }
        return failure instanceof RunnerUnreachableException && failure.status().isEmpty();
    }

    private void check(Call call, Refused refused) {
        emptyAnswer = false;
        int status = call.send();
        if (status < 200 || status > 202) { // 204 and the like have nothing to say, and no runner sends them
            byte[] body = call.readSome(HttpAdapter.LONGEST_ERROR);
            emptyAnswer = (status == 500 || status == 502) && body.length == 0;
            throw refused.of(call, status, body);
        }
    }

    private boolean pausesInTime(ModelRunnerException failure, Duration pause, @Nullable ModelName model) {
        ended = failure.timeline();
        await(pause, model);
        return isLeft(pause.dividedBy(2));
    }

    /** A try at the very end of a limit would tell of a wait of milliseconds in place of what the server said. */
    private boolean isLeft(Duration needed) {
        return needed.compareTo(left(whole)) < 0 && needed.compareTo(left(Phase.LOAD)) < 0;
    }

    private boolean isWorthRepeating(ModelRunnerException failure, Duration pause) {
        if (once || !isLeft(pause.multipliedBy(2))) {
            return false;
        }
        if (failure instanceof ModelLoadingException) {
            return repeatable;
        }
        if (emptyAnswer) {
            return repeatable && emptyAnswers++ == 0;
        }
        // What is wrong with a name, a certificate or a path does not mend itself; but the runner may be found
        // elsewhere.
        boolean refused =
                failure instanceof RunnerUnreachableException && failure.getCause() instanceof ConnectException;
        boolean moved = lost != null && movable;
        return (refused || moved) && connectFailures++ < MORE_CONNECTS;
    }

    /** {@return where a search found the runner to be, or what else came of it} The wait for it counts as any other. */
    <T> T await(CompletableFuture<T> search) {
        Duration most = left(whole);
        boolean itsOwn = most.compareTo(LONGER_THAN_A_SEARCH) < 0;
        Duration limit = itsOwn ? most : LONGER_THAN_A_SEARCH;
        again = true;
        try {
            return cancellation.await(search, limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException(failedSearch("the thread was interrupted while it waited for", e));
        } catch (CancellationException e) {
            throw new CancelledException(failedSearch("the request was cancelled while it waited for", e));
        } catch (TimeoutException e) {
            Phase phase = itsOwn ? whole : Phase.CONNECT;
            Duration set = itsOwn ? limits.of(whole).orElse(limit) : limit;
            throw new TimedOutException(failedSearch(set + " were not enough to find", e), phase, set);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CancellationException) {
                throw new CancelledException(failedSearch("the adapter was closed while a request waited for", e));
            }
            throw new IllegalStateException("the search for a model runner failed", e.getCause());
        }
    }

    private Failure failedSearch(String what, Exception cause) {
        return Failure.of(what + " " + adapter.where())
                .adapter(adapter.name())
                .timeline(ended)
                .cause(cause)
                .remedy("runner.diagnose()", "it shows what answers where, and what helps")
                .remedy("set MODEL_RUNNER_BASE_URL", "you know where the runner is")
                .build();
    }

    /** {@return how long the server may take to say what it is: not much longer than the request itself} */
    Duration forQuestions() {
        return forQuestions(limits.of(whole).orElse(UNLIMITED));
    }

    /** {@return what the tries before have left of that} */
    Duration leftForQuestions() {
        return forQuestions(left(whole));
    }

    private static Duration forQuestions(Duration limit) {
        Duration most = limit.compareTo(FOR_QUESTIONS) < 0 ? limit : FOR_QUESTIONS;
        return most.compareTo(DialectProbe.LIMIT) < 0 ? DialectProbe.LIMIT : most;
    }

    /** Waits before the next try; a cancel, an interrupt and the end of the adapter end the wait. */
    private void await(Duration pause, @Nullable ModelName model) {
        try {
            if (!adapter.pause(cancellation, pause)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new CancelledException(
                Failure.of("the request to " + adapter.where() + " was cancelled between two tries")
                        .adapter(adapter.name())
                        .endpoint(adapter.where())
                        .model(model)
                        .timeline(ended)
                        .build());
    }

    /** The tries share the limits, so that a caller waits no longer for several of them than for one. */
    private Timeouts limitsLeft() {
        if (!again) {
            return limits;
        }
        Timeouts.Builder left = limits.toBuilder().load(left(Phase.LOAD));
        limits.of(whole).ifPresent(limit -> left.limit(whole, left(whole)));
        return left.build();
    }

    /** At least the shortest limit that there is. */
    private Duration left(Phase phase) {
        Duration limit = limits.of(phase).orElse(UNLIMITED);
        Duration left = limit.minusNanos(System.nanoTime() - begin);
        return left.compareTo(SHORTEST) > 0 ? left : SHORTEST;
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }
}
