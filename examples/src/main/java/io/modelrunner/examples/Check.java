package io.modelrunner.examples;

import io.modelrunner.CancelledException;
import io.modelrunner.EngineUnavailableException;
import io.modelrunner.Failure;
import io.modelrunner.OperationMissingException;
import io.modelrunner.UnsupportedOptionException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Something that a runner should be able to do.
 *
 * @param name what, in a word or two
 * @param limit how long it may take
 * @param step tries it
 */
record Check(String name, Duration limit, Step step) {
    private static final long LAST_WORDS_MILLIS = 5_000;

    /** Tries something. */
    interface Step {
        /** {@return what was seen, for people} Throws whatever shows that the runner can't do it. */
        String run(Subject subject);
    }

    /** What came of a check. */
    enum Verdict {
        PASSED("passed"),
        FAILED("failed"),
        NOT_OFFERED("not offered");

        private final String label;

        Verdict(String label) {
            this.label = label;
        }

        @Override
        public String toString() {
            return label;
        }
    }

    /** What came of a check, how long it took, and what was seen. */
    record Result(Verdict verdict, Duration took, String detail) {}

    /** Says that the runner does something else than it should. */
    static final class Unexpected extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unexpected(String seen) {
            super(seen);
        }
    }

    /** Says that the runner does not claim to be able to do it. */
    static final class NotOffered extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotOffered(String why) {
            super(why);
        }
    }

    /**
     * {@return what came of it} The step has a thread of its own, which is interrupted when the limit is over.
     *
     * @throws CancelledException if the way to the runner was closed meanwhile, or the calling thread is interrupted
     */
    Result run(Subject subject) {
        long start = System.nanoTime();
        FutureTask<String> task = new FutureTask<>(() -> step.run(subject));
        Thread thread = new Thread(task, "check " + name);
        thread.setDaemon(true);
        thread.start();
        try {
            String detail = task.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            return new Result(Verdict.PASSED, since(start), detail);
        } catch (ExecutionException e) {
            return failed(e.getCause() == null ? e : e.getCause(), since(start));
        } catch (TimeoutException e) {
            return new Result(Verdict.FAILED, since(start), "it took longer than " + limit.toMillis() + " ms");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException(
                    Failure.of("interrupted while " + name + " was checked").build());
        } finally {
            task.cancel(true);
            awaitEnd(thread);
        }
    }

    /** The next check is not to meet this one's last requests. */
    private static void awaitEnd(Thread thread) {
        try {
            thread.join(LAST_WORDS_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Result failed(Throwable e, Duration took) {
        if (e instanceof CancelledException ended) {
            throw ended;
        }
        if (e instanceof Unexpected || e instanceof NotOffered) {
            Verdict verdict = e instanceof Unexpected ? Verdict.FAILED : Verdict.NOT_OFFERED;
            return new Result(verdict, took, String.valueOf(e.getMessage()));
        }
        boolean offered = !(e instanceof OperationMissingException
                || e instanceof UnsupportedOptionException
                || e instanceof EngineUnavailableException);
        return new Result(offered ? Verdict.FAILED : Verdict.NOT_OFFERED, took, Notes.reason(e));
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
