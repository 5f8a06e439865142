package io.modelrunner.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Many streams at once, each at a pace, each on a thread of its own: do all finish, how late is a chunk, and what does it
 * take?
 *
 * <p>Arguments: the client, how many streams, how many chunks each has, the milliseconds between two chunks, how many rounds.
 * Threads are virtual where Java knows them. The first round opens the connections in a cold JVM; those behind it find both
 * ready. Each run of this is one client, so that threads and memory are its own.
 */
final class PacedStreams {
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final Client client;
    private final int chunks;
    private final long[] nanosLate;
    private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();

    private PacedStreams(Client client, int streams, int chunks) {
        this.client = client;
        this.chunks = chunks;
        this.nanosLate = new long[streams * chunks];
    }

    /** Runs the measurement. */
    public static void main(String[] args) throws Exception {
        Clients who = Clients.valueOf(args[0]);
        int streams = Integer.parseInt(args[1]);
        int chunks = Integer.parseInt(args[2]);
        System.out.println(
                "client round finished seconds  late ms: p50     p99     max  cpu us/chunk  threads  peak RSS MB");
        try (StubProcess server = StubProcess.paced(chunks, Long.parseLong(args[3]));
                Client client = who.at(server.url())) {
            for (int round = 1; round <= Integer.parseInt(args[4]); round++) {
                PacedStreams measured = new PacedStreams(client, streams, chunks);
                long begin = System.nanoTime();
                long cpuBefore = SYSTEM.getProcessCpuTime();
                measured.run(streams);
                double cpu = SYSTEM.getProcessCpuTime() - cpuBefore;
                double seconds = (System.nanoTime() - begin) / 1e9;
                System.out.println(
                        String.format(Locale.ROOT, "%-6s %5d %s", who, round, measured.row(streams, seconds, cpu)));
                measured.failures.stream().limit(1).forEach(Throwable::printStackTrace);
            }
        }
    }

    private void run(int streams) throws InterruptedException {
        Thread[] threads = new Thread[streams];
        for (int i = 0; i < streams; i++) {
            int stream = i;
            Runnable task = () -> read(stream);
            threads[i] = VirtualThreads.exist() ? VirtualThreads.unstarted(task) : new Thread(task);
        }
        for (Thread thread : threads) {
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void read(int stream) {
        int[] place = {stream * chunks};
        try {
            client.stream(sent -> nanosLate[place[0]++] = System.nanoTime() - Long.parseLong(sent));
            if (place[0] != (stream + 1) * chunks) {
                throw new IllegalStateException("an answer of " + (place[0] - stream * chunks) + " chunks");
            }
        } catch (RuntimeException e) {
            failures.add(e);
        }
    }

    private String row(int streams, double seconds, double cpuNanos) throws IOException {
        Arrays.sort(nanosLate);
        int last = nanosLate.length - 1;
        return String.format(
                Locale.ROOT,
                "%8d %7.1f %13.1f %7.1f %7.1f %13.1f %8d %12s",
                streams - failures.size(),
                seconds,
                nanosLate[last / 2] / 1e6,
                nanosLate[(int) Math.ceil(last * 0.99)] / 1e6,
                nanosLate[last] / 1e6,
                cpuNanos / nanosLate.length / 1e3,
                ManagementFactory.getThreadMXBean().getPeakThreadCount(),
                peakMemory());
    }

    /** {@return the most megabytes of memory that this process had so far, as Linux tells; null elsewhere} */
    private static @Nullable Long peakMemory() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return null;
        }
        String line = Files.readAllLines(status).stream()
                .filter(each -> each.startsWith("VmHWM:"))
                .findFirst()
                .orElseThrow();
        return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
    }
}
