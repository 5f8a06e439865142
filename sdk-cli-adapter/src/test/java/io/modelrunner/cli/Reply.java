package io.modelrunner.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.modelrunner.testing.CliRecording;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What the scripted {@code docker} does for a command line: it writes, waits, or dies. Each step makes a new reply. */
final class Reply {
    /** What a step does. */
    enum Kind {
        OUT,
        ERR,
        OUT_FLOOD,
        ERR_FLOOD,
        PAUSE,
        UNTIL_RELEASED,
        STALL,
        CRASH,
        CRASH_OF_DOCKER,
        DEATH_OF_DOCKER
    }

    /**
     * One step.
     *
     * @param kind what it does
     * @param bytes what it writes
     * @param amount how much, or for how many milliseconds
     */
    record Step(Kind kind, byte[] bytes, long amount) {}

    private static final byte[] NOTHING = {};

    private final List<Step> steps;
    private final int exitCode;
    private final boolean readsStdin;

    private Reply(List<Step> steps, int exitCode, boolean readsStdin) {
        this.steps = steps;
        this.exitCode = exitCode;
        this.readsStdin = readsStdin;
    }

    /** {@return the reply that says nothing and exits 0} */
    static Reply silent() {
        return new Reply(List.of(), 0, true);
    }

    /** {@return the reply that does as was recorded, standard output first} */
    static Reply of(CliRecording run) {
        return silent().out(run.stdout()).err(run.stderr()).exit(run.exitCode());
    }

    Reply out(String text) {
        return out(text.getBytes(UTF_8));
    }

    /** Writes in one piece and flushes. */
    Reply out(byte... bytes) {
        return bytes.length == 0 ? this : then(Kind.OUT, bytes, 0);
    }

    /** Writes so many bytes at a time, flushes and waits after each piece: characters are cut wherever it falls. */
    Reply outInPiecesOf(int size, Duration pause, byte... bytes) {
        Reply reply = this;
        for (int from = 0; from < bytes.length; from += size) {
            reply = reply.out(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + size)))
                    .pause(pause);
        }
        return reply;
    }

    Reply err(String text) {
        return text.isEmpty() ? this : then(Kind.ERR, text.getBytes(UTF_8), 0);
    }

    /** Writes a text again and again until so many bytes are out; the last one may be cut. */
    Reply outFlood(String text, long total) {
        return then(Kind.OUT_FLOOD, text.getBytes(UTF_8), total);
    }

    /** As {@link #outFlood}, to standard error. */
    Reply errFlood(String text, long total) {
        return then(Kind.ERR_FLOOD, text.getBytes(UTF_8), total);
    }

    Reply pause(Duration time) {
        return then(Kind.PAUSE, NOTHING, time.toMillis());
    }

    /** Waits for {@link ScriptedDocker#release()}, five minutes at most. */
    Reply untilReleased() {
        return then(Kind.UNTIL_RELEASED, NOTHING, 0);
    }

    /** Does nothing more, and doesn't end for five minutes. */
    Reply stall() {
        return then(Kind.STALL, NOTHING, 0);
    }

    /** The plugin is killed: {@code docker} exits 255 without a word. */
    Reply crash() {
        return then(Kind.CRASH, NOTHING, 0);
    }

    /** {@code docker} itself and its plugin are killed, with SIGKILL. */
    Reply crashOfDocker() {
        return then(Kind.CRASH_OF_DOCKER, NOTHING, 0);
    }

    /** {@code docker} itself is killed; its plugin goes on if it pulls or pushes, and holds the pipes. */
    Reply deathOfDocker() {
        return then(Kind.DEATH_OF_DOCKER, NOTHING, 0);
    }

    Reply exit(int code) {
        return new Reply(steps, code, readsStdin);
    }

    /** {@return this, which ends without having read standard input} Only {@code run} and {@code purge} read it. */
    Reply withoutReadingStdin() {
        return new Reply(steps, exitCode, false);
    }

    /** {@return this, with a text in place of another wherever it is written} */
    Reply replacing(String text, String by) {
        List<Step> replaced = steps.stream()
                .map(step -> new Step(
                        step.kind,
                        new String(step.bytes, UTF_8).replace(text, by).getBytes(UTF_8),
                        step.amount))
                .toList();
        return new Reply(replaced, exitCode, readsStdin);
    }

    private Reply then(Kind kind, byte[] bytes, long amount) {
        List<Step> more = new ArrayList<>(steps);
        more.add(new Step(kind, bytes, amount));
        return new Reply(more, exitCode, readsStdin);
    }

    List<Step> steps() {
        return steps;
    }

    int exitCode() {
        return exitCode;
    }

    boolean readsStdin() {
        return readsStdin;
    }

    /** {@return what is written by steps of a kind, joined} */
    String written(Kind kind) {
        StringBuilder text = new StringBuilder();
        steps.stream().filter(step -> step.kind == kind).forEach(step -> text.append(new String(step.bytes, UTF_8)));
        return text.toString();
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(exitCode);
        out.writeBoolean(readsStdin);
        out.writeInt(steps.size());
        for (Step step : steps) {
            out.writeByte(step.kind.ordinal());
            out.writeLong(step.amount);
            out.writeInt(step.bytes.length);
            out.write(step.bytes);
        }
    }

    static Reply read(DataInput in) throws IOException {
        int exitCode = in.readInt();
        boolean readsStdin = in.readBoolean();
        List<Step> steps = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            Kind kind = Kind.values()[in.readByte()];
            long amount = in.readLong();
            byte[] bytes = new byte[in.readInt()];
            in.readFully(bytes);
            steps.add(new Step(kind, bytes, amount));
        }
        return new Reply(steps, exitCode, readsStdin);
    }
}
