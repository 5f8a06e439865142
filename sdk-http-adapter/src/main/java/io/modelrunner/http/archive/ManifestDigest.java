package io.modelrunner.http.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * An archive that passes by, and the id of the model in it.
 *
 * <p>The runner answers a load without saying what it has loaded. Every byte comes out as it went in; what is no such archive
 * has no id, and the runner will say what is wrong with it. Needs no memory that grows with the archive. Not safe for use
 * by several threads.
 */
public final class ManifestDigest extends InputStream {
    /** The only name under which a runner finds a manifest. */
    static final String MANIFEST = "manifest.json";

    private final InputStream in;
    private final TarScanner tar = new TarScanner(MANIFEST);

    /**
     * Watches a stream.
     *
     * @param in the archive; not null; closed with this
     */
    public ManifestDigest(InputStream in) {
        this.in = in;
    }

    /** {@return the id of the model, if its manifest was in what was read so far} */
    public Optional<String> id() {
        return tar.digits().map(digits -> Sha256.PREFIX + digits);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = in.read(bytes, offset, length);
        if (count > 0) {
            tar.accept(bytes, offset, count);
        }
        return count;
    }

    @Override
    public int available() throws IOException {
        return in.available();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
