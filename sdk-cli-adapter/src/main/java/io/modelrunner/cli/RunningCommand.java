package io.modelrunner.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A command that runs: its output, and its end.
 *
 * <p>Pipes can't be waited on with a limit, and a thread in one can't be interrupted; so threads of our own read them, and the caller
 * waits for these. {@code docker} runs the command proper as a child: to end one means to end both, the child first, as it goes on
 * alone otherwise (tried: a pull does to its end).
 */
final class RunningCommand implements AutoCloseable {
    private static final int PIECES = 64;
    private static final int PIECE = 8 * 1024;
    private static final int LONGEST_ERROR = 64 * 1024;
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long GRACE_MILLIS = 300;

    /**
     * How long output may come when {@code docker} has ended: a child that it left can hold the pipes for ever. Counted in looks: where
     * the machine stops for seconds, those who read the pipes had none of them.
     */
    private static final int REST_LOOKS = 20;

    /** What {@code docker} ends with when its child was killed; what it said of a child that it left means nothing. */
    private static final int LIKE_KILLED = 255;

    private static final byte[] END = {};

    private final Process process;
    private final Consumer<RunningCommand> onClose;
    private final BlockingQueue<byte[]> output = new ArrayBlockingQueue<>(PIECES);
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
    private final Set<ProcessHandle> children = ConcurrentHashMap.newKeySet();
    private final CountDownLatch errorsRead = new CountDownLatch(1);
    private volatile boolean stopped;
    private long looked = System.nanoTime() - 10 * LOOK_NANOS - 1;
    private int looksInVain;
    private boolean abandoned;
    private volatile boolean ended;

    /**
     * @param input is written to the command, which then finds the end of its input
     * @param onClose is told when nobody wants it any more
     */
    RunningCommand(Process process, byte[] input, Consumer<RunningCommand> onClose) {
        this.process = process;
        this.onClose = onClose;
        start("out", this::readOutput);
        start("err", this::readErrors);
        start("in", () -> write(input));
    }

    private static void start(String what, Runnable work) {
        Thread thread = new Thread(work, "model-runner-cli-" + what);
        thread.setDaemon(true);
        thread.start();
    }

    private void write(byte[] input) {
        try (OutputStream in = process.getOutputStream()) {
            in.write(input);
        } catch (IOException e) {
            // It wanted to read no further; what it says of that is on the other pipes.
        }
    }

    private void readOutput() {
        try (InputStream in = process.getInputStream()) {
            byte[] buffer = new byte[PIECE];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                byte[] piece = new byte[count];
                System.arraycopy(buffer, 0, piece, 0, count);
                put(piece);
            }
        } catch (IOException e) {
            // The pipe was closed, as the command was stopped.
        } finally {
            put(END);
        }
    }

    /** Hands a piece over, as soon as there is room; nobody wants it once the command was stopped. */
    private void put(byte[] piece) {
        try {
            while (!output.offer(piece, LOOK_NANOS, TimeUnit.NANOSECONDS)) {
                if (stopped) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void readErrors() {
        try (InputStream in = process.getErrorStream()) {
            byte[] buffer = new byte[PIECE];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                synchronized (errors) {
                    errors.write(buffer, 0, Math.min(count, LONGEST_ERROR - errors.size()));
                }
            }
        } catch (IOException e) {
            // The pipe was closed, as the command was stopped.
        } finally {
            errorsRead.countDown();
        }
    }

    /**
     * {@return the next piece of what the command writes, null behind the last}
     *
     * @param deadline until when to wait
     * @throws InterruptedException if interrupted; the command goes on
     * @throws ExpiredException if nothing came
     * @throws StoppedException if the command was stopped
     */
    byte @Nullable [] next(Deadline deadline) throws InterruptedException, ExpiredException, StoppedException {
        while (!ended) {
            if (stopped) {
                throw new StoppedException();
            }
            long left = deadline.left();
            byte[] piece = output.poll(Math.min(left, LOOK_NANOS), TimeUnit.NANOSECONDS);
            look(piece == null);
            if (left <= 0) {
                throw new ExpiredException(deadline); // also where there is more: it could come for ever
            }
            ended = piece == null ? isAbandoned() : piece.length == 0;
            looksInVain = piece == null ? looksInVain : 0;
            if (piece != null && !ended) {
                return piece;
            }
        }
        if (stopped) {
            throw new StoppedException();
        }
        return null;
    }

    /** {@return whether the command has ended for a while, and nothing came since, but its output is held open by a child} */
    private boolean isAbandoned() {
        if (process.isAlive()) {
            return false;
        }
        looksInVain++;
        if (looksInVain < REST_LOOKS) {
            return false;
        }
        children.forEach(ProcessHandle::destroyForcibly);
        abandoned = true;
        return true;
    }

    /** Takes note of the children now and then: they can't be found any more once their parent has died. */
    private void look(boolean idle) {
        long now = System.nanoTime();
        if (now - looked > (idle ? LOOK_NANOS : 10 * LOOK_NANOS)) {
            looked = now;
            process.descendants().forEach(children::add);
        }
    }

    /**
     * {@return the status the command ended with}
     *
     * @param deadline until when to wait
     * @throws InterruptedException if interrupted; the command goes on
     * @throws ExpiredException if it didn't end
     * @throws StoppedException if the command was stopped
     */
    int exitValue(Deadline deadline) throws InterruptedException, ExpiredException, StoppedException {
        boolean over = process.waitFor(Math.max(1, deadline.left()), TimeUnit.NANOSECONDS);
        if (over && !abandoned) {
            over = areErrorsRead(deadline) || deadline.left() > 0;
        }
        if (stopped) {
            throw new StoppedException();
        }
        if (!over) {
            throw new ExpiredException(deadline);
        }
        return abandoned && process.exitValue() == 0 ? LIKE_KILLED : process.exitValue();
    }

    private boolean areErrorsRead(Deadline deadline) throws InterruptedException {
        boolean read = false;
        for (int looks = 0; looks < REST_LOOKS && !read; looks++) {
            read = errorsRead.await(Math.max(1, Math.min(deadline.left(), LOOK_NANOS)), TimeUnit.NANOSECONDS);
        }
        return read;
    }

    /** {@return the beginning of what the command wrote to its error output} */
    String errors() {
        synchronized (errors) {
            return errors.toString(UTF_8);
        }
    }

    /** Ends the command and its children, from any thread; does nothing once it has ended. Does not block. */
    void stop() {
        stopped = true;
        process.descendants().forEach(children::add);
        children.forEach(ProcessHandle::destroyForcibly);
        boolean alive = process.isAlive();
        process.destroy(); // closes our ends of the pipes too, should a child hold the others
        if (alive) {
            start("stop", this::makeSure);
        }
    }

    private void makeSure() {
        try {
            if (!process.waitFor(GRACE_MILLIS, TimeUnit.MILLISECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
        }
    }

    /** Stops the command if it runs still. */
    @Override
    public void close() {
        if (process.isAlive() || !ended) {
            stop();
        }
        onClose.accept(this);
    }

    /** A wait came to its end. */
    static final class ExpiredException extends Exception {
        private static final long serialVersionUID = 1L;

        final transient Deadline deadline;

        ExpiredException(Deadline deadline) {
            this.deadline = deadline;
        }
    }

    /** The command was stopped on purpose. */
    static final class StoppedException extends Exception {
        private static final long serialVersionUID = 1L;
    }
}
