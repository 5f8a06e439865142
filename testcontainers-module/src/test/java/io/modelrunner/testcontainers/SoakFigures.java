package io.modelrunner.testcontainers;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** What a soak test has counted. Safe for use by several threads. */
final class SoakFigures {
    private static final int MOST_FAILURES_KEPT = 10;
    private static final int SAMPLES = 100_000;
    private static final double MIB = 1 << 20;

    // All guarded by this.
    private final Map<String, Long> calls = new TreeMap<>();
    private final Map<String, Long> ends = new TreeMap<>();
    private final List<Throwable> unexpected = new ArrayList<>();
    private final long[] firstTokens = new long[SAMPLES];
    private final Random random = new Random(1);
    private long unexpectedCount;
    private long tokens;
    private long streamsBegun;

    /**
     * One call is over.
     *
     * @param kind what was done
     * @param end how it ended
     */
    synchronized void ended(String kind, String end) {
        calls.merge(kind, 1L, Long::sum);
        ends.merge(kind + " → " + end, 1L, Long::sum);
    }

    synchronized void unexpected(Throwable failure) {
        unexpectedCount++;
        if (unexpected.size() < MOST_FAILURES_KEPT) {
            unexpected.add(failure);
        }
    }

    synchronized void token() {
        tokens++;
    }

    synchronized void tokens(int count) {
        tokens += count;
    }

    /** Keeps a fair sample of all, in so much room as is given. */
    synchronized void firstToken(long nanos) {
        long place = streamsBegun < SAMPLES ? streamsBegun : (long) (random.nextDouble() * (streamsBegun + 1));
        if (place < SAMPLES) {
            firstTokens[(int) place] = nanos;
        }
        streamsBegun++;
    }

    synchronized List<Throwable> unexpected() {
        return List.copyOf(unexpected);
    }

    /** {@return how many calls there were} */
    synchronized long calls() {
        return calls.values().stream().mapToLong(Long::longValue).sum();
    }

    /** {@return the first token's time that so many of a hundred streams did not exceed} */
    private Duration percentile(int percent) {
        int count = (int) Math.min(streamsBegun, SAMPLES);
        long[] sorted = Arrays.copyOf(firstTokens, count);
        Arrays.sort(sorted);
        return count == 0 ? Duration.ZERO : Duration.ofNanos(sorted[Math.min(count - 1, count * percent / 100)]);
    }

    synchronized String report() {
        StringBuilder text = new StringBuilder("calls: " + calls() + ", of these " + calls + "\n");
        ends.forEach((end, count) ->
                text.append("  ").append(end).append(": ").append(count).append('\n'));
        text.append("tokens: ").append(tokens).append('\n');
        text.append("first token: p50 %d ms, p99 %d ms, of %d streams%n"
                .formatted(percentile(50).toMillis(), percentile(99).toMillis(), streamsBegun));
        return text.append("unexpected errors: ").append(unexpectedCount).toString();
    }

    /**
     * What the process holds.
     *
     * @param heapMib used after a collection
     * @param threads all that live
     * @param sockets connections to the runner
     */
    record Held(double heapMib, int threads, int sockets) {
        static Held now(int port) {
            System.gc();
            long used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
            int threads = ManagementFactory.getThreadMXBean().getThreadCount();
            return new Held(used / MIB, threads, OpenSockets.to(port));
        }

        @Override
        public String toString() {
            return "%.1f MiB of heap, %d threads, %d connections".formatted(heapMib, threads, sockets);
        }
    }
}
