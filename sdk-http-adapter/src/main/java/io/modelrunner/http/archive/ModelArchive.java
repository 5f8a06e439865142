package io.modelrunner.http.archive;

import io.modelrunner.CancelledException;
import io.modelrunner.Failure;
import io.modelrunner.InvalidRequestException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;

/**
 * A GGUF file as the archive that Docker Model Runner loads.
 *
 * <p>The file is read twice: in a tar a file's name stands before its content, and here the name is the digest of the
 * content. Only a small buffer of it is ever in memory. Immutable and safe for use by several threads; the file must stay
 * as it is as long as archives of it are written.
 */
public final class ModelArchive {
    private static final int BUFFER = 128 << 10;

    private final Path gguf;
    private final long size;
    private final String digits;
    private final byte[] config;
    private final byte[] manifest;

    private ModelArchive(Path gguf, long size, String digits, GgufHeader header) {
        this.gguf = gguf;
        this.size = size;
        this.digits = digits;
        this.config = ModelPackage.config(header, digits);
        this.manifest = ModelPackage.manifest(config, size, digits);
    }

    /**
     * Makes the archive of a model, reading the whole file once.
     *
     * <p>Interrupting the thread ends the reading.
     *
     * @param gguf the file, a whole model; not null
     * @return the archive
     * @throws InvalidRequestException if it can't be read, or is not such a file
     * @throws CancelledException if the thread was interrupted; it still is
     */
    public static ModelArchive ofGguf(Path gguf) {
        try (ModelFile file = ModelFile.open(gguf)) {
            InputStream in = new BufferedInputStream(file, BUFFER);
            GgufHeader header = GgufHeader.read(new GgufInput(in, file.size(), gguf));
            in.transferTo(OutputStream.nullOutputStream());
            return new ModelArchive(gguf, file.size(), file.digits(), header);
        } catch (IOException e) {
            throw new CancelledException(Failure.of("the thread was interrupted while it read " + gguf)
                    .cause(e)
                    .build());
        }
    }

    /** {@return the id that the model will have: {@code sha256:} and the digest of its manifest} */
    public String id() {
        return Sha256.PREFIX + Sha256.digits(manifest);
    }

    /** {@return how many bytes {@link #writeTo} writes} */
    public long length() {
        return TarWriter.length(size)
                + TarWriter.length(config.length)
                + TarWriter.length(manifest.length)
                + TarWriter.END_LENGTH;
    }

    /**
     * Writes the archive, the same bytes each time.
     *
     * <p>If the file is no longer what it was, this is noticed before the manifest is written, and without that nobody
     * can load what was.
     *
     * @param out where to; not null; stays open
     * @throws IOException if {@code out} throws it, or the thread was interrupted
     * @throws InvalidRequestException if the file has changed or can't be read any more
     */
    public void writeTo(OutputStream out) throws IOException {
        TarWriter tar = new TarWriter(out);
        tar.begin(blob(digits), size);
        copyTo(tar);
        tar.file(blob(Sha256.digits(config)), config);
        tar.file(ManifestDigest.MANIFEST, manifest);
        tar.end();
    }

    private void copyTo(TarWriter tar) throws IOException {
        byte[] buffer = new byte[BUFFER];
        try (ModelFile file = ModelFile.open(gguf)) {
            if (file.size() != size) {
                throw file.changed();
            }
            for (long left = size; left > 0; ) {
                int count = file.read(buffer, 0, (int) Math.min(left, BUFFER));
                if (count < 0) {
                    throw file.changed();
                }
                tar.write(buffer, count);
                left -= count;
            }
            if (!file.digits().equals(digits)) {
                throw file.changed();
            }
        }
    }

    private static String blob(String digits) {
        return "blobs/sha256/" + digits;
    }
}
