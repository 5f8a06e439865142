package io.modelrunner.http.archive;

import java.io.IOException;
import java.io.InputStream;

/** So many bytes of a stream. */
final class Prefix extends InputStream {
    private final InputStream in;
    private long left;

    Prefix(InputStream in, long length) {
        this.in = in;
        this.left = length;
    }

    @Override
    public int read() throws IOException {
        return left-- > 0 ? in.read() : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (left <= 0) {
            return -1;
        }
        int count = in.read(bytes, offset, (int) Math.min(left, length));
        left -= count;
        return count;
    }
}
