package io.modelrunner.testing;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class LeakCheckTest {
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final Duration LONG = Duration.ofSeconds(10);

    @Test
    void openConnectionIsALeakUntilItIsClosed() throws Exception {
        try (ScriptedServer server = ScriptedServer.answering(Script.silence())) {
            LeakCheck check = LeakCheck.of(server);
            check.beforeEach(null); // what tests before this one have left is not its own
            check.check(SHORT);
            try (Socket socket = new Socket("127.0.0.1", server.port())) {
                socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes());
                server.awaitRequests(1, LONG);
                assertThatExceptionOfType(AssertionError.class)
                        .isThrownBy(() -> check.check(SHORT))
                        .withMessageContaining("1 open connections to " + server.url());
            }
            check.check(LONG);
        }
    }

    @Test
    void threadOfOursIsALeakUntilItEnds() throws Exception {
        LeakCheck check = LeakCheck.of();
        check.beforeEach(null);
        CountDownLatch end = new CountDownLatch(1);
        Thread thread = thread(end);
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> check.check(SHORT))
                .withMessageContaining("the thread model-runner-forgotten");
        end.countDown();
        thread.join();
        check.afterEach(null);
    }

    @Test
    void threadThatWasThereBeforeIsNoLeak() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        Thread thread = thread(end);
        LeakCheck check = LeakCheck.of();
        check.beforeEach(null);
        assertThatCode(() -> check.check(Duration.ZERO)).doesNotThrowAnyException();
        end.countDown();
        thread.join();
    }

    private static Thread thread(CountDownLatch end) {
        Thread thread = new Thread(
                () -> {
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "model-runner-forgotten");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
