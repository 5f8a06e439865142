package io.modelrunner.http;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;
import org.jspecify.annotations.Nullable;

/**
 * A body that is made while it is sent, once, and may take as long as it moves on.
 *
 * <p>If the making fails, nobody waits for an answer to the half that was sent.
 */
final class Upload extends AbstractHttpEntity {
    /** Makes the body. */
    interface Writer {
        void writeTo(OutputStream out) throws IOException;
    }

    private final long length;
    private final Writer writer;
    private Runnable onProgress = () -> {};
    private Runnable onFailure = () -> {};
    private @Nullable Exception failure;

    /** @param length bytes, -1 if that is not known before */
    Upload(long length, Writer writer) {
        super(ContentType.create("application/x-tar"), null, length < 0);
        this.length = length;
        this.writer = writer;
    }

    /**
     * Says what to do whenever a piece is sent, and when no more can be made.
     *
     * @param failure must close the connection: HttpClient would end the body as if it were whole
     */
    void watch(Runnable progress, Runnable failure) {
        this.onProgress = progress;
        this.onFailure = failure;
    }

    /** {@return why the body could not be made, if it could not} */
    Optional<Exception> failure() {
        return Optional.ofNullable(failure);
    }

    @Override
    public void writeTo(OutputStream network) throws IOException {
        Sent sent = new Sent(network);
        try {
            writer.writeTo(sent);
        } catch (IOException | RuntimeException e) {
            if (sent.broken) {
                throw e;
            }
            failure = e;
            onFailure.run();
            throw e instanceof IOException io ? new UncheckedIOException(io) : (RuntimeException) e;
        }
    }

    @Override
    public boolean isRepeatable() {
        return false;
    }

    @Override
    public long getContentLength() {
        return length;
    }

    @Override
    public InputStream getContent() {
        throw new UnsupportedOperationException("it is made while it is sent");
    }

    @Override
    public boolean isStreaming() {
        return true;
    }

    @Override
    public void close() {
        // holds nothing
    }

    /** The way to the server; remembers when it broke. */
    private final class Sent extends FilterOutputStream {
        private boolean broken;

        Sent(OutputStream network) {
            super(network);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            onProgress.run();
            try {
                out.write(bytes, from, count);
            } catch (IOException | RuntimeException e) {
                broken = true;
                throw e;
            }
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void close() {
            // the connection goes on
        }
    }
}
