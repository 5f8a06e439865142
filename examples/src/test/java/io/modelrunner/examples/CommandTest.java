package io.modelrunner.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

@DisabledOnOs(OS.WINDOWS)
@Timeout(20)
class CommandTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

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
