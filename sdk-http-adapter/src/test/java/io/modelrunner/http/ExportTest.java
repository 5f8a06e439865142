package io.modelrunner.http;

import static io.modelrunner.http.Pulls.SOON;
import static io.modelrunner.http.Pulls.asked;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.management.ThreadMXBean;
import io.modelrunner.BrokenAnswerException;
import io.modelrunner.ModelNotFoundException;
import io.modelrunner.TimedOutException;
import io.modelrunner.Timeouts;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.testing.Exchange;
import io.modelrunner.testing.LeakCheck;
import io.modelrunner.testing.Recordings;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models that leave as archives: nothing is kept in memory, and half of one is never taken for a whole. */
@Timeout(120)
class ExportTest {
    private static final String MODEL = "ai/mine";

    @RegisterExtension
    final LeakCheck leaks = LeakCheck.of();

    @Test
    void exportPassesThroughAndIsNotKept() {
        long size = 1L << 30;
        Counting counting = new Counting();
        Script endless = exchange -> {
            exchange.head(200, "Content-Type: application/x-tar", "Content-Length: " + size);
            byte[] piece = new byte[1 << 20];
            for (long sent = 0; sent < size; sent += piece.length) {
                exchange.raw(piece);
            }
            exchange.end();
        };
        try (ScriptedServer server = Pulls.runner(endless);
                HttpAdapter adapter = Pulls.to(server).build()) {
            long before = allocated();
            new HttpModelStore(adapter).export(MODEL, counting);
            assertThat(allocated() - before).isLessThan(size / 8);
            assertThat(counting.bytes).isEqualTo(size);
            assertThat(counting.closed).isFalse();
            assertThat(asked(server)).containsExactly("GET /models/ai/mine:latest/export");
        }
    }

    /** {@return how many bytes this thread has taken of the memory so far} */
    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    @Test
    void receiverThatFailsEndsTheExportAndItsConnection() {
        OutputStream full = new OutputStream() {
            private int left = 1 << 20;

            @Override
            public void write(int b) throws IOException {
                write(new byte[1], 0, 1);
            }

            @Override
            public void write(byte[] bytes, int from, int count) throws IOException {
                left -= count;
                if (left < 0) {
                    throw new IOException("the disk of the caller is full");
                }
            }
        };
        try (ScriptedServer server = Pulls.runner(exchange -> endless(exchange));
                HttpAdapter adapter = Pulls.to(server).build()) {
            assertThatExceptionOfType(UncheckedIOException.class)
                    .isThrownBy(() -> new HttpModelStore(adapter).export(MODEL, full))
                    .withMessageContaining("the disk of the caller is full");
            server.awaitClientClosed(SOON);
        }
    }

    private static void endless(Exchange exchange) throws IOException {
        exchange.head(200, "Transfer-Encoding: chunked").repeat("x".repeat(60_000), Duration.ofNanos(1));
    }

    @Test
    void slowReceiverIsNoStall() {
        Timeouts limits =
                Timeouts.builder().betweenTokens(Duration.ofSeconds(2)).build();
        OutputStream slow = new OutputStream() {
            @Override
            public void write(int b) {
                write(new byte[1], 0, 1);
            }

            @Override
            public void write(byte[] bytes, int from, int count) {
                // the receiver itself is what is slow here
                try {
                    new CountDownLatch(1).await(2_200, TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        };
        Script two = exchange -> exchange.head(200, "Transfer-Encoding: chunked")
                .send("one")
                .pause(Duration.ofMillis(20))
                .send("two")
                .end();
        try (ScriptedServer server = Pulls.runner(two);
                HttpAdapter adapter = Pulls.to(server).timeouts(limits).build()) {
            new HttpModelStore(adapter).export(MODEL, slow);
        }
    }

    @Test
    void exportThatStallsEndsWithinItsLimit() {
        Timeouts limits =
                Timeouts.builder().betweenTokens(Duration.ofMillis(150)).build();
        Script stalling = exchange ->
                exchange.head(200, "Transfer-Encoding: chunked").send("one").stall();
        try (ScriptedServer server = Pulls.runner(stalling);
                HttpAdapter adapter = Pulls.to(server).timeouts(limits).build()) {
            assertThatExceptionOfType(TimedOutException.class)
                    .isThrownBy(() -> new HttpModelStore(adapter).export(MODEL, new ByteArrayOutputStream()))
                    .satisfies(e -> assertThat(e.phase()).isEqualTo(Phase.BETWEEN_TOKENS));
            server.awaitClientClosed(SOON);
        }
    }

    @ParameterizedTest
    @CsvSource({"Transfer-Encoding: chunked", "Content-Length: 1000"})
    void exportThatIsCutIsBroken(String framing) {
        Script cut = exchange -> exchange.head(200, framing).send("one").cut();
        try (ScriptedServer server = Pulls.runner(cut);
                HttpAdapter adapter = Pulls.to(server).build()) {
            assertThatExceptionOfType(BrokenAnswerException.class)
                    .isThrownBy(() -> new HttpModelStore(adapter).export(MODEL, new ByteArrayOutputStream()));
        }
    }

    @Test
    void refusedExportWritesNothing() {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        try (ScriptedServer server = Pulls.runner(Script.replay(Recordings.load("models/export-unknown")));
                HttpAdapter adapter = Pulls.to(server).build()) {
            assertThatExceptionOfType(ModelNotFoundException.class)
                    .isThrownBy(() -> new HttpModelStore(adapter).export(MODEL, archive));
            assertThat(archive.size()).isZero();
        }
    }

    /** Counts what it gets. */
    private static final class Counting extends OutputStream {
        private long bytes;
        private boolean closed;

        @Override
        public void write(int b) {
            bytes++;
        }

        @Override
        public void write(byte[] some, int from, int count) {
            bytes += count;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
