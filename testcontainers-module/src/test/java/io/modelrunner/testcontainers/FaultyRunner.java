package io.modelrunner.testcontainers;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.ContainerNetwork;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;

/** Real llama.cpp to which something happens; its published port is the same for as long as it lives. */
final class FaultyRunner implements AutoCloseable {
    private static final String NETWORK = "bridge";
    private static final int OWN_PORT = 8080;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final LlamaCppContainer container;
    private final int port;
    private final String ownAddress;

    private FaultyRunner(LlamaCppContainer container, int port) {
        this.container = container;
        this.port = port;
        this.ownAddress = network().getIpAddress();
    }

    /** {@return a runner that has started, and whose answers have no end} */
    static FaultyRunner started() {
        int port = freePort();
        LlamaCppContainer container = LlamaCppContainer.withTinyModel().withArgs("--context-shift", "--parallel", "4");
        container.setPortBindings(List.of(port + ":" + OWN_PORT));
        // The usual look keeps its connection for some seconds, which would be counted here.
        container.waitingFor(new AtOnce());
        container.start();
        try {
            FaultyRunner runner = new FaultyRunner(container, port);
            runner.awaitAnswer();
            return runner;
        } catch (RuntimeException | Error e) {
            container.stop();
            throw e;
        }
    }

    /** Waits for nothing. */
    private static final class AtOnce extends AbstractWaitStrategy {
        @Override
        protected void waitUntilReady() {}
    }

    private static int freePort() {
        try (ServerSocket reserved = new ServerSocket(0)) {
            return reserved.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return its address by the port that Docker publishes: somebody on this machine passes on what comes there} */
    String publishedUrl() {
        return container.openAiBaseUrl();
    }

    /** {@return its address in Docker's own network, with nobody between who could tell that it is gone} */
    String ownUrl() {
        return "http://" + ownAddress + ":" + OWN_PORT + "/v1";
    }

    /** {@return whether it can be reached in Docker's own network, as is so on Linux alone} */
    boolean isReachedItself() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(ownAddress, OWN_PORT), 2_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** {@return how many connections this process has to it} */
    int connections() {
        return OpenSockets.to(port) + OpenSockets.to(OWN_PORT);
    }

    private DockerClient docker() {
        return container.getDockerClient();
    }

    private ContainerNetwork network() {
        return docker().inspectContainerCmd(container.getContainerId())
                .exec()
                .getNetworkSettings()
                .getNetworks()
                .get(NETWORK);
    }

    /** Its process ends without a word, as one that the system kills for want of memory. */
    void kill() {
        docker().killContainerCmd(container.getContainerId()).exec();
    }

    void restart() {
        docker().restartContainerCmd(container.getContainerId()).withTimeout(1).exec();
    }

    /** Restarts it and waits until it answers. */
    void restartAndWait() {
        restart();
        awaitAnswer();
    }

    void start() {
        docker().startContainerCmd(container.getContainerId()).exec();
        awaitAnswer();
    }

    /** It is frozen: the system goes on to accept connections for it, and what is sent there. */
    void pause() {
        docker().pauseContainerCmd(container.getContainerId()).exec();
    }

    void unpause() {
        docker().unpauseContainerCmd(container.getContainerId()).exec();
    }

    void cutNetwork() {
        docker().disconnectFromNetworkCmd()
                .withContainerId(container.getContainerId())
                .withNetworkId(NETWORK)
                .exec();
    }

    void mendNetwork() {
        docker().connectToNetworkCmd()
                .withContainerId(container.getContainerId())
                .withNetworkId(NETWORK)
                .exec();
        awaitAnswer();
    }

    /** Waits until it is at an answer. */
    void awaitComputing() {
        await("computed", () -> ask("/slots").contains("\"is_processing\":true"));
    }

    private void awaitAnswer() {
        await("answered", () -> !ask("/health").isEmpty());
    }

    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("the runner has not " + what + " for " + PATIENCE);
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    /** {@return what it says there; empty if it says nothing} */
    private String ask(String path) {
        try {
            URL url = URI.create(container.baseUrl() + path).toURL();
            HttpURLConnection connection = (HttpURLConnection) url.openConnection();
            connection.setConnectTimeout(2_000);
            connection.setReadTimeout(2_000);
            connection.setRequestProperty("Connection", "close");
            try (InputStream body = connection.getInputStream()) {
                return new String(body.readAllBytes(), UTF_8);
            } finally {
                connection.disconnect();
            }
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public void close() {
        container.stop();
    }
}
