package io.modelrunner.http.archive;

import java.io.InputStream;
import java.util.Arrays;

/** Some bytes, and zeros for ever after. */
final class Zeros extends InputStream {
    private final byte[] begin;
    private int at;

    Zeros(byte... begin) {
        this.begin = begin;
    }

    @Override
    public int read() {
        return at < begin.length ? begin[at++] & 0xff : 0;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
        int count = Math.min(length, begin.length - at);
        if (count > 0) {
            System.arraycopy(begin, at, bytes, offset, count);
            at += count;
            return count;
        }
        Arrays.fill(bytes, offset, offset + length, (byte) 0);
        return length;
    }
}
