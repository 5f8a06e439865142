package io.modelrunner.testcontainers;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.dockerjava.api.DockerClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;

/** Real llama.cpp to which something happens; its published port is the same for as long as it lives. */
final class FaultyRunner implements AutoCloseable {
    private static final int OWN_PORT = 8080;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int LOOK_MILLIS = 10_000;
    private static final int PORTS_TO_TRY = 5;

    /** Systems choose the ports of connections above these: one of those may be in use while the runner is down. */
    private static final int LOWEST_PORT = 20_000;

    private static final int HIGHEST_PORT = 29_999;

    private final Network network;
    private final LlamaCppContainer container;
    private final int port;
    private final String ownAddress;

    private FaultyRunner(Network network, LlamaCppContainer container, int port) {
        this.network = network;
        this.container = container;
        this.port = port;
        this.ownAddress = ownAddress();
    }

    /** {@return a runner that has started, and whose answers have no end} */
    static FaultyRunner started() {
        for (int left = PORTS_TO_TRY - 1; ; left--) {
            int port = freePort();
            try {
                return started(port);
            } catch (ContainerLaunchException e) {
                // Somebody else may take it between our look and Docker's.
                if (left == 0 || !String.valueOf(e.getMessage()).contains(":" + port)) {
                    throw e;
                }
            }
        }
    }

    private static FaultyRunner started(int port) {
        // Its own network: where others come and go, one of them gets the address of a runner that is cut off.
        Network network = Network.newNetwork();
        LlamaCppContainer container = new LlamaCppContainer()
                .withTinyModel()
                .withNetwork(network)
                .withArgs("--context-shift", "--parallel", "4");
        container.setPortBindings(List.of(port + ":" + OWN_PORT));
        // The usual look keeps its connection for some seconds, which would be counted here.
        container.waitingFor(new AtOnce());
        try {
            container.start();
            FaultyRunner runner = new FaultyRunner(network, container, port);
            runner.awaitAnswer();
            return runner;
        } catch (RuntimeException | Error e) {
            container.stop();
            network.close();
            throw e;
        }
    }

    /** Waits for nothing. */
    private static final class AtOnce extends AbstractWaitStrategy {
        @Override
        protected void waitUntilReady() {}
    }

    private static int freePort() {
        int port;
        do {
            port = ThreadLocalRandom.current().nextInt(LOWEST_PORT, HIGHEST_PORT + 1);
        } while (!isFree(port));
        return port;
    }

    private static boolean isFree(int port) {
        try (ServerSocket reserved = new ServerSocket(port)) {
            return reserved.isBound();
        } catch (IOException e) {
            return false;
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
        return isListening(ownAddress, OWN_PORT);
    }

    private static boolean isListening(String host, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), LOOK_MILLIS);
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

    private String ownAddress() {
        return docker().inspectContainerCmd(container.getContainerId())
                .exec()
                .getNetworkSettings()
                .getNetworks()
                .values()
                .iterator()
                .next()
                .getIpAddress();
    }

    /** Its process ends without a word, as one that the system kills for want of memory; nobody listens for it any more. */
    void kill() {
        docker().killContainerCmd(container.getContainerId()).exec();
        await("given up its port", () -> !isListening(container.getHost(), port));
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
                .withNetworkId(network.getId())
                .exec();
    }

    void mendNetwork() {
        docker().connectToNetworkCmd()
                .withContainerId(container.getContainerId())
                .withNetworkId(network.getId())
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
            connection.setConnectTimeout(LOOK_MILLIS);
            connection.setReadTimeout(LOOK_MILLIS);
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
        network.close();
    }
}
