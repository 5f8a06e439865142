package io.modelrunner.examples;

import java.util.Locale;

/** Counts of bytes for people. */
final class Bytes {
    private static final long KIB = 1024;
    private static final long MIB = KIB * KIB;
    private static final long GIB = KIB * MIB;

    private Bytes() {}

    static String shown(long count) {
        if (count >= GIB) {
            return shown(count, GIB, "GiB");
        }
        return count >= MIB ? shown(count, MIB, "MiB") : shown(count, KIB, "KiB");
    }

    private static String shown(long count, long unit, String name) {
        return String.format(Locale.ROOT, "%.1f %s", (double) count / unit, name);
    }
}
