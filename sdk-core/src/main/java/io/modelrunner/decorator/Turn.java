package io.modelrunner.decorator;

import io.modelrunner.Attempt;
import io.modelrunner.AttemptTimeline;
import io.modelrunner.CancelledException;
import io.modelrunner.Failure;
import io.modelrunner.ModelName;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.TimedOutException;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.chat.ChatResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The turn of one call: waited for, taken, and given back; then told of in the timeline of what came of the call. */
final class Turn {
    private final Turns turns;
    private final String adapter;
    private final ModelName model;
    private final String key;
    private final int limit;
    private final CountDownLatch called = new CountDownLatch(1);

    /** Guarded by {@link #turns}. */
    Turns.State state = Turns.State.NEW;

    // Those of the calling thread.
    private Duration waited = Duration.ZERO;
    private Instant began = Instant.MIN;

    /**
     * @param adapter the name of the adapter that is asked
     * @param model the model that is asked, as typed
     * @param key what is the same for all spellings of it
     * @param limit how many calls of it may be under way at once
     */
    Turn(Turns turns, String adapter, ModelName model, String key, int limit) {
        this.turns = turns;
        this.adapter = adapter;
        this.model = model;
        this.key = key;
        this.limit = limit;
    }

    String key() {
        return key;
    }

    int limit() {
        return limit;
    }

    /** Waits for the turn and takes it; who calls this must {@link #end()}. */
    void begin(Duration longest) {
        Turns.State entered = turns.enter(this);
        if (entered == Turns.State.WAITING) {
            entered = await(longest);
        }
        if (entered == Turns.State.WAITING) {
            throw late(longest);
        }
        if (entered == Turns.State.OVER) {
            throw cancelled(turns.isClosed() ? "the adapter is closed" : "the stream was closed");
        }
    }

    private Turns.State await(Duration longest) {
        long start = System.nanoTime();
        boolean interrupted = false;
        try {
            boolean ignored = called.await(longest.toNanos(), TimeUnit.NANOSECONDS); // the state tells more
        } catch (InterruptedException e) {
            interrupted = true;
        }
        waited = Duration.ofNanos(System.nanoTime() - start);
        began = Instant.now();
        if (interrupted) {
            turns.leave(this);
            Thread.currentThread().interrupt();
            throw cancelled("the thread was interrupted while it waited for its turn");
        }
        return turns.stopWaiting(this);
    }

    /** Wakes the thread that waits. */
    void wake() {
        called.countDown();
    }

    /** Gives the turn back, or up; by any thread, at any time, any number of times. */
    void end() {
        turns.leave(this);
    }

    private TimedOutException late(Duration longest) {
        String what = "a call of " + model + " waited longer than " + longest + " (" + Phase.QUEUE.label()
                + ") for its turn: " + limit + " at once may be under way";
        Failure facts = facts(what)
                .remedy(
                        "Timeouts.builder()." + Phase.QUEUE.setter() + "(…)",
                        "the calls before it take their time, and it may wait")
                .remedy("ConcurrencyLimit.builder(…).perModel(…)", "the runner can do more at once")
                .build();
        return new TimedOutException(facts, Phase.QUEUE, longest);
    }

    private CancelledException cancelled(String what) {
        return new CancelledException(facts(what).build());
    }

    private Failure.Builder facts(String what) {
        Failure.Builder facts = Failure.of(what).adapter(adapter).model(model);
        return hasWaited() ? facts.timeline(told(AttemptTimeline.empty(), what)) : facts;
    }

    /** {@return whether the call had to wait} If it had not, there is nothing to tell. */
    boolean hasWaited() {
        return !waited.isZero();
    }

    /** {@return the answer, whose first try tells how long the call has waited} */
    ChatResponse told(ChatResponse response) {
        return hasWaited()
                ? response.toBuilder().timeline(told(response.timeline())).build()
                : response;
    }

    /** {@return the failure, whose first try tells how long the call has waited} */
    ModelRunnerException told(ModelRunnerException failure) {
        if (!hasWaited()) {
            return failure;
        }
        AttemptTimeline timeline = told(failure.timeline(), failure.what());
        ModelRunnerException told = failure.with(
                failure.failure().toBuilder(failure.what()).timeline(timeline).build());
        if (told.getClass() != failure.getClass()) {
            return failure; // of somebody else's kind, which counts for more than the time
        }
        told.setStackTrace(failure.getStackTrace());
        for (Throwable suppressed : failure.getSuppressed()) {
            told.addSuppressed(suppressed);
        }
        return told;
    }

    /** {@return the tries of an answer; the first tells how long the call has waited} */
    AttemptTimeline told(AttemptTimeline kept) {
        return told(kept, "answered");
    }

    private AttemptTimeline told(AttemptTimeline kept, String outcome) {
        List<Attempt> attempts = new ArrayList<>(kept.attempts());
        if (attempts.isEmpty()) { // of an adapter that keeps none
            Attempt.Builder only =
                    Attempt.builder(adapter, "", began, outcome).model(model).queued(waited);
            return kept.plus(only.took(Duration.between(began, Instant.now())).build());
        }
        Attempt first = attempts.get(0);
        attempts.set(0, first.toBuilder().queued(first.queued().plus(waited)).build());
        return new AttemptTimeline(attempts);
    }
}
