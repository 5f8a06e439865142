package io.modelrunner.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

@DisabledOnOs(OS.WINDOWS)
@Timeout(60)
class CommandTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final List<String> errors = new CopyOnWriteArrayList<>();

    @Test
    void tellsExitOutputAndErrors() throws IOException {
        Command.Result result = bash(LIMIT, "echo to out; echo to err >&2; echo über; exit 3");

        assertThat(result).isEqualTo(new Command.Result(3, "to out\nüber"));
        assertThat(result.succeeded()).isFalse();
        assertThat(errors).containsExactly("to err");
    }

    @Test
    void standardInputIsEmpty() throws IOException {
        assertThat(bash(LIMIT, "cat; echo done").output()).isEqualTo("done");
    }

    @Test
    void outputLargerThanAPipeDoesNotBlock() throws IOException {
        assertThat(bash(LIMIT, "head -c 300000 /dev/zero | tr '\\0' x").output())
                .hasSize(300_000);
    }

    @Test
    void outputIsWholeWhereItIsReadSlowly() throws IOException {
        List<String> words = List.of("bash", "-c", "echo one; echo two");

        assertThat(Command.run(LIMIT, line -> stall(), errors::add, words).output())
                .isEqualTo("one\ntwo");
    }

    /** As a machine does that has other things to do. */
    private static void stall() {
        LockSupport.parkNanos(Duration.ofMillis(1_500).toNanos());
    }

    @Test
    void whatTakesTooLongIsEnded() {
        assertThatThrownBy(() -> bash(Duration.ofMillis(100), "sleep 60"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("took longer than");
    }

    @Test
    void interruptEndsTheWait() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> bash(LIMIT, "sleep 60")).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void missingCommandIsAnIOException() {
        assertThatThrownBy(() -> Command.run(LIMIT, errors::add, List.of("no-such-command-here")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no-such-command-here");
    }

    private Command.Result bash(Duration limit, String script) throws IOException {
        return Command.run(limit, errors::add, List.of("bash", "-c", script));
    }
}
