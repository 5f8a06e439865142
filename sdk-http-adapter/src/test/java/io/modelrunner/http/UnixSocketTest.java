package io.modelrunner.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.testing.ScriptedServer;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class UnixSocketTest {
    private final Path file = Way.socket();

    private ServerSocketChannel listener;
    private UnixSocket socket;
    private SocketChannel peer;

    @BeforeEach
    void connect() throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(file);
        listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address);
        socket = new UnixSocket();
        socket.connect(address);
        peer = listener.accept();
    }

    @AfterEach
    void close() throws IOException {
        socket.close();
        peer.close();
        listener.close();
    }

    @Test
    void bytesArriveAsTheyAreSent() throws Exception {
        byte[] sent = new byte[3_000_000];
        new Random(1).nextBytes(sent);
        FutureTask<Void> echo = new FutureTask<>(this::echo, null);
        new Thread(echo).start();
        FutureTask<byte[]> received =
                new FutureTask<>(() -> socket.getInputStream().readNBytes(sent.length));
        new Thread(received).start();
        socket.getOutputStream().write(sent);
        assertThat(received.get(30, TimeUnit.SECONDS)).isEqualTo(sent);
        socket.close();
        echo.get(30, TimeUnit.SECONDS);
    }

    private void echo() {
        ByteBuffer buffer = ByteBuffer.allocate(10_000);
        try {
            while (peer.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    peer.write(buffer);
                }
                buffer.clear();
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aLookAtAnIdleConnectionDoesNotWait() throws IOException {
        socket.setSoTimeout(1);
        assertThatExceptionOfType(SocketTimeoutException.class)
                .isThrownBy(() -> socket.getInputStream().read());
        socket.setSoTimeout(0);
        peer.write(ByteBuffer.wrap(new byte[] {(byte) 200}));
        assertThat(socket.getInputStream().read()).isEqualTo(200);
        peer.close();
        socket.setSoTimeout(1);
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void closeEndsAWriteThatNobodyReads() throws Exception {
        FutureTask<Void> writing = new FutureTask<>(() -> {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> socket.getOutputStream().write(new byte[10_000_000]));
            return null;
        });
        new Thread(writing).start();
        ByteBuffer first = ByteBuffer.allocate(1);
        assertThat(peer.read(first)).isEqualTo(1); // so it has begun
        socket.close();
        writing.get(10, TimeUnit.SECONDS);
        assertThat(socket.isClosed()).isTrue();
    }

    @Test
    void missingFile() {
        Path missing = Way.socket();
        RunnerUnreachableException e = fails("unix://" + missing + "?prefix=/exp/vDD4.40");
        assertThat(e)
                .hasMessageContaining("unix://" + missing + "?prefix=/exp/vDD4.40")
                .hasMessageContaining("there is no such file");
        assertThat(e.remedies().get(0).command()).isEqualTo("check the path " + missing);
    }

    @Test
    void fileThatNobodyListensAt() throws IOException {
        listener.close();
        RunnerUnreachableException e = fails("unix://" + file);
        assertThat(e).hasMessageContaining("Connection refused");
        assertThat(e.remedies()).isNotEmpty();
    }

    @Test
    void fileThatWeMayNotWriteTo() throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
        assumeThat(Files.isWritable(file)).as("not the superuser").isFalse();
        RunnerUnreachableException e = fails("unix://" + file);
        assertThat(e).hasMessageContaining("no permission");
        assertThat(e.remedies().get(0).command()).isEqualTo("ls -l " + file);
    }

    @Test
    void pathThatIsTooLongForASocket() {
        assertThat(fails("unix:///" + "a".repeat(200))).hasMessageContaining("no such file");
    }

    @Test
    void connectionIsUsedAgain() {
        ScriptedRunner runner = new ScriptedRunner("/exp");
        runner.start();
        ScriptedServer server = runner.server();
        try (Way way = Way.unix();
                HttpAdapter adapter = way.to(server, "/exp").build()) {
            for (int i = 0; i < 5; i++) {
                assertThat(adapter.listModels()).hasSize(1);
            }
            assertThat(server.connectionsAccepted()).isEqualTo(1);
            assertThat(server.lastRequest().header("host")).contains("localhost");
        } finally {
            runner.close();
        }
    }

    private static RunnerUnreachableException fails(String address) {
        try (HttpAdapter adapter = HttpAdapter.at(address)) {
            return catchThrowableOfType(RunnerUnreachableException.class, adapter::listModels);
        }
    }
}
