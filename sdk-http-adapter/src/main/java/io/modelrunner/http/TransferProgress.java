package io.modelrunner.http;

import io.modelrunner.store.PullEvent.Progress;
import java.util.HashMap;
import java.util.Map;

/**
 * Sums up how far a transfer is.
 *
 * <p>What servers say of it is no sum: a layer that the registry sent from the start again has more than its size, Hugging Face's
 * files are counted a second time as layers with another total (read in the source), a repetition begins anew. Seen from outside it
 * goes forward only.
 */
final class TransferProgress {
    private static final int MOST_LAYERS = 1_000;

    private final Map<String, long[]> layers = new HashMap<>();
    private long announced;
    private long completed;
    private long total;
    private int percent;

    /** {@return how far it is, now that a layer grew} */
    Progress layer(TransferLine line, String layer) {
        if (line.total() > 0 && line.total() != announced) {
            announced = line.total();
            layers.clear();
        }
        if (layers.size() < MOST_LAYERS || layers.containsKey(layer)) {
            long[] known = layers.computeIfAbsent(layer, unknown -> new long[2]);
            known[0] = line.size();
            known[1] = Math.max(known[1], current(line));
        }
        return sum();
    }

    /** {@return the bytes of a layer that are there, never more than it has} */
    static long current(TransferLine line) {
        return Math.min(line.current(), line.size());
    }

    private Progress sum() {
        long there = 0;
        long sizes = 0;
        for (long[] layer : layers.values()) {
            sizes += layer[0];
            there += layer[1];
        }
        long whole = announced > 0 ? announced : sizes;
        completed = Math.max(completed, Math.min(there, whole));
        total = Math.max(whole, completed);
        if (total > 0) {
            percent = Math.max(percent, (int) Math.min(99, completed * 100.0 / total));
        }
        return now();
    }

    Progress now() {
        return new Progress(completed, total, percent);
    }

    /** {@return that it is done} */
    Progress done() {
        return new Progress(total, total, 100);
    }
}
