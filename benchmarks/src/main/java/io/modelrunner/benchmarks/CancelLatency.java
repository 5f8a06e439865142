package io.modelrunner.benchmarks;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * How long it takes from a cancel in mid-stream until the server sees the connection close, for each way to cancel.
 *
 * <p>Arguments: how often each way is measured, 200 by default. The ways take turns, so that a busy moment of the machine
 * hits all of them.
 */
final class CancelLatency {
    private static final int CHUNKS = 100_000;
    private static final int PAUSE_MILLIS = 5;
    private static final int WARMUP = 20;

    private CancelLatency() {}

    /** Runs the measurement. */
    public static void main(String[] args) throws Exception {
        int times = args.length == 0 ? 200 : Integer.parseInt(args[0]);
        try (StubProcess server = new StubProcess(CHUNKS, PAUSE_MILLIS);
                CancelWays ways = new CancelWays(server)) {
            Map<CancelWays.Way, double[]> millis = new EnumMap<>(CancelWays.Way.class);
            CancelWays.possible().forEach(way -> millis.put(way, new double[times]));
            for (int i = -WARMUP; i < times; i++) {
                for (Map.Entry<CancelWays.Way, double[]> each : millis.entrySet()) {
                    long cancelled = ways.cancel(each.getKey());
                    each.getValue()[Math.max(0, i)] = (server.awaitClosed() - cancelled) / 1e6;
                }
            }
            System.out.println("ms until the server sees it                min  median     p99     max");
            millis.forEach((way, each) -> System.out.println(row(way.label(), each)));
        }
    }

    private static String row(String label, double[] millis) {
        Arrays.sort(millis);
        int last = millis.length - 1;
        return String.format(
                Locale.ROOT,
                "%-38s %7.3f %7.3f %7.3f %7.3f",
                label,
                millis[0],
                millis[last / 2],
                millis[(int) Math.ceil(last * 0.99)],
                millis[last]);
    }
}
