package io.modelrunner.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.InternalServerErrorException;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.wait.strategy.WaitStrategyTarget;

@Timeout(60)
class AnswerWaitTest {
    private static final int PORT = 80;

    private final AtomicInteger looks = new AtomicInteger();
    private final AtomicInteger inspects = new AtomicInteger();
    private int looksInVain;
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/health", exchange -> {
            exchange.sendResponseHeaders(looks.incrementAndGet() > looksInVain ? 200 : 503, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void engineThatFailsIsNotTakenForTheEndOfTheContainer() {
        looksInVain = 5;
        await(() -> {
            throw new InternalServerErrorException("overloaded");
        });

        assertThat(looks).hasValue(6);
        assertThat(inspects).hasPositiveValue();
    }

    @Test
    void containerThatHasExitedIsNotWaitedFor() {
        looksInVain = Integer.MAX_VALUE;

        assertThatExceptionOfType(ContainerLaunchException.class)
                .isThrownBy(() -> await(() -> facts(false)))
                .withMessage("the container has exited");
    }

    @Test
    void engineIsAskedTwiceASecond() {
        looksInVain = 25;
        long begin = System.nanoTime();
        await(() -> facts(true));

        long halves = Duration.ofNanos(System.nanoTime() - begin).toMillis() / 500;
        assertThat(inspects.get()).isBetween(1, (int) halves + 1);
    }

    @Test
    void limitIsToldWithWhatHelps() {
        looksInVain = Integer.MAX_VALUE;
        AnswerWait wait = new AnswerWait("/health", PORT, Duration.ZERO);

        assertThatExceptionOfType(ContainerLaunchException.class)
                .isThrownBy(() -> wait.waitUntilReady(new Target(() -> facts(true))))
                .withMessage("GET /health was not answered with 200 within 0 s; the last answer: 503"
                        + "\n  → withStartupTimeout(Duration) allows more time");
    }

    private void await(Supplier<InspectContainerResponse> engine) {
        new AnswerWait("/health", PORT, Duration.ofSeconds(30)).waitUntilReady(new Target(engine));
    }

    private static InspectContainerResponse facts(boolean running) {
        return new InspectContainerResponse() {
            @Override
            public ContainerState getState() {
                return new ContainerState() {
                    @Override
                    public Boolean getRunning() {
                        return running;
                    }
                };
            }
        };
    }

    /** A container whose server is ours. */
    private final class Target implements WaitStrategyTarget {
        private final Supplier<InspectContainerResponse> engine;

        Target(Supplier<InspectContainerResponse> engine) {
            this.engine = engine;
        }

        @Override
        public String getContainerId() {
            return "0123";
        }

        @Override
        public InspectContainerResponse getCurrentContainerInfo() {
            inspects.incrementAndGet();
            return engine.get();
        }

        @Override
        public InspectContainerResponse getContainerInfo() {
            return engine.get();
        }

        @Override
        public List<Integer> getExposedPorts() {
            return List.of(PORT);
        }

        @Override
        public String getHost() {
            return "127.0.0.1";
        }

        @Override
        public Integer getMappedPort(int port) {
            return server.getAddress().getPort();
        }
    }
}
