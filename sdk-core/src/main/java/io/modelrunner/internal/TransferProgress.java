package io.modelrunner.internal;

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
public final class TransferProgress {
    private static final int MOST_LAYERS = 1_000;

    private final Map<String, long[]> layers = new HashMap<>();
    private long announced;
    private long completed;
    private long total;
    private int percent;

    /**
     * {@return how far it is, now that a layer grew}
     *
     * @param layer the layer's id
     * @param size bytes of it
     * @param current bytes of it that are there, never more than its size
     * @param whole bytes of all layers, 0 if the server doesn't say
     */
    public Progress layer(String layer, long size, long current, long whole) {
        if (whole > 0 && whole != announced) {
            announced = whole;
            layers.clear();
        }
        if (layers.size() < MOST_LAYERS || layers.containsKey(layer)) {
            long[] known = layers.computeIfAbsent(layer, unknown -> new long[2]);
            known[0] = size;
            known[1] = Math.max(known[1], current);
        }
        return sum();
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

    /** {@return how far it is} */
    public Progress now() {
        return new Progress(completed, total, percent);
    }

    /** {@return that it is done} */
    public Progress done() {
        return new Progress(total, total, 100);
    }
}
