package io.modelrunner.http.archive;

/** The numbers in headers of a tar; -1 for what is none, is negative or does not fit. */
final class TarNumbers {
    private TarNumbers() {}

    /** {@return the number in a field, octal digits or the binary form of GNU} */
    static long read(byte[] block, int at, int length) {
        return (block[at] & 0x80) == 0 ? octal(block, at, at + length) : binary(block, at, at + length);
    }

    /** {@return the number in decimal digits} */
    static long decimal(String digits) {
        return digits.matches("[0-9]{1,18}") ? Long.parseLong(digits) : -1;
    }

    private static long octal(byte[] block, int from, int to) {
        int first = from;
        while (first < to && isBlank(block[first])) {
            first++;
        }
        int last = to;
        while (last > first && isBlank(block[last - 1])) {
            last--;
        }
        long value = 0;
        for (int i = first; i < last; i++) {
            if (block[i] < '0' || block[i] > '7') {
                return -1;
            }
            value = value << 3 | (block[i] - '0');
        }
        return value;
    }

    private static long binary(byte[] block, int from, int to) {
        if ((block[from] & 0x40) != 0) {
            return -1;
        }
        long value = block[from] & 0x3f;
        for (int i = from + 1; i < to; i++) {
            if (value > Long.MAX_VALUE >> 8) {
                return -1;
            }
            value = value << 8 | (block[i] & 0xff);
        }
        return value;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == 0;
    }
}
