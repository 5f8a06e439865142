package io.modelrunner.http.archive;

import io.modelrunner.InvalidRequestException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;

/**
 * A file of the user's that is read from front to back and digested on the way.
 *
 * <p>What goes wrong with it is an {@link InvalidRequestException}, so that an {@link IOException} is always about
 * something else; only an interrupt comes as {@link ClosedByInterruptException}.
 */
final class ModelFile extends InputStream {
    private final Path path;
    private final FileChannel channel;
    private final long size;
    private final MessageDigest digest = Sha256.start();
    private long position;

    private ModelFile(Path path, FileChannel channel, long size) {
        this.path = path;
        this.channel = channel;
        this.size = size;
    }

    static ModelFile open(Path path) throws ClosedByInterruptException {
        try {
            // A pipe would wait for who writes into it.
            if (Files.exists(path) && !Files.isRegularFile(path)) {
                throw GgufInput.refused(path, "a file", "which is something else");
            }
            FileChannel channel = FileChannel.open(path);
            try {
                return new ModelFile(path, channel, channel.size());
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    /** {@return how long it was when it was opened} */
    long size() {
        return size;
    }

    /**
     * {@return the SHA-256 of the file, which was read to its end}
     *
     * @throws InvalidRequestException if that is not where its end was when it was opened
     */
    String digits() {
        if (position != size) {
            throw changed();
        }
        return Sha256.digits(digest);
    }

    /** {@return what to throw if it is not what it was} */
    InvalidRequestException changed() {
        return GgufInput.refused(path, "a file that stays as it is while it is read", "which has changed");
    }

    @Override
    public int read() throws ClosedByInterruptException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws ClosedByInterruptException {
        if (length == 0) {
            return 0;
        }
        try {
            int count = channel.read(ByteBuffer.wrap(bytes, offset, length));
            if (count > 0) {
                digest.update(bytes, offset, count);
                position += count;
            }
            return count;
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing was written, so nothing is lost.
        }
    }

    private static InvalidRequestException unreadable(Path path, IOException e) throws ClosedByInterruptException {
        if (e instanceof ClosedByInterruptException interrupt) {
            throw interrupt;
        }
        String why = e instanceof NoSuchFileException ? "which is not there" : "which can't be: " + e.getMessage();
        InvalidRequestException refused = GgufInput.refused(path, "a file that can be read", why);
        refused.addSuppressed(e);
        return refused;
    }
}
