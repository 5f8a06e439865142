package io.modelrunner.http;

import io.modelrunner.Timeouts;
import io.modelrunner.testing.ScriptedServer;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** How an adapter in a test gets to a server that speaks plain HTTP over TCP. */
abstract class Way implements AutoCloseable {
    /** Takes its time on a busy machine. */
    static final Duration SHAKING_HANDS = Duration.ofSeconds(30);

    private final Deque<Closeable> opened = new ArrayDeque<>();

    /**
     * {@return a builder of an adapter to the server}
     *
     * @param path behind the address; may be empty
     */
    abstract HttpAdapter.Builder to(ScriptedServer server, String path);

    /** {@return straight on} */
    static Way tcp() {
        return new Way() {
            @Override
            HttpAdapter.Builder to(ScriptedServer server, String path) {
                return HttpAdapter.builder(server.url() + path);
            }
        };
    }

    /** {@return through a socket in the file system} */
    static Way unix() {
        return new Way() {
            @Override
            HttpAdapter.Builder to(ScriptedServer server, String path) {
                Path socket = socket();
                try {
                    opened(Relay.unix(socket, server.port()));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                return HttpAdapter.builder("unix://" + socket + "?prefix=/" + path);
            }
        };
    }

    /** {@return over TLS, by a certificate of a CA that is known from a file} */
    static Way tls() {
        return new Way() {
            @Override
            HttpAdapter.Builder to(ScriptedServer server, String path) {
                try {
                    Relay relay = opened(Relay.tls(Certificates.server("localhost"), server.port()));
                    return HttpAdapter.builder("https://localhost:" + relay.port() + path)
                            .timeouts(Timeouts.builder().connect(SHAKING_HANDS).build())
                            .caFile(Certificates.ca());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
    }

    /** {@return a file that is not there yet and has a short name, as those of sockets must be} */
    static Path socket() {
        try {
            Path directory = Files.createTempDirectory("s");
            Path socket = directory.resolve("s");
            directory.toFile().deleteOnExit();
            socket.toFile().deleteOnExit();
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Keeps what is closed with this. */
    <T extends Closeable> T opened(T end) {
        opened.push(end);
        return end;
    }

    @Override
    public void close() {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
