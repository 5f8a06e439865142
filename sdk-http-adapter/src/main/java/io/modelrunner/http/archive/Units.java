package io.modelrunner.http.archive;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Large numbers as {@code docker model} shows them: two decimals, unless both are zero, and the unit without a blank. */
final class Units {
    private static final long[] THOUSANDS = {
        1_000_000_000_000_000L, 1_000_000_000_000L, 1_000_000_000L, 1_000_000L, 1_000L
    };
    private static final String[] THOUSANDS_NAMES = {"Q", "T", "B", "M", "K"};

    /** Binary and decimal ones in turn: what is a little less than a mebibyte counts as megabytes there. */
    private static final long[] BYTES = {
        1L << 50,
        1_000_000_000_000_000L,
        1L << 40,
        1_000_000_000_000L,
        1L << 30,
        1_000_000_000L,
        1L << 20,
        1_000_000L,
        1L << 10,
        1_000L
    };

    private static final String[] BYTES_NAMES = {"PiB", "PB", "TiB", "TB", "GiB", "GB", "MiB", "MB", "KiB", "KB"};

    private Units() {}

    /** {@return such as {@code 361.82M}} */
    static String parameters(long count) {
        return text(count, THOUSANDS, THOUSANDS_NAMES, "");
    }

    /** {@return such as {@code 256.35MiB}} */
    static String bytes(long count) {
        return text(count, BYTES, BYTES_NAMES, "B");
    }

    private static String text(long count, long[] units, String[] names, String smallest) {
        for (int i = 0; i < units.length; i++) {
            if (count >= units[i]) {
                return rounded((double) count / units[i]) + names[i];
            }
        }
        return count + smallest;
    }

    private static String rounded(double value) {
        String text = new BigDecimal(value).setScale(2, RoundingMode.HALF_EVEN).toPlainString();
        return text.endsWith(".00") ? text.substring(0, text.length() - 3) : text;
    }
}
