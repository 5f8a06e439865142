package io.modelrunner.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.http.HttpAdapter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.testcontainers.DockerClientFactory;

/** From nothing but the image to the first token: how long that takes, beside a plain {@code docker run}. */
@RequiresDocker
@Timeout(120)
class FirstTokenIT {
    private static final int TIMES = 5;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final ChatRequest HELLO = ChatRequest.of(LlamaCppContainer.TINY, "Hello");

    @Test
    void tinyModelIsSoonThere() {
        assertThat(byTestcontainers()).isLessThan(LIMIT);
    }

    @Test
    @EnabledIfSystemProperty(named = "model-runner.it.measure", matches = "true")
    void measured() throws IOException, InterruptedException {
        for (int i = 0; i < TIMES; i++) {
            System.out.printf(
                    "start to first token: by this module %d ms, by docker run %d ms%n",
                    byTestcontainers().toMillis(), byCommand().toMillis());
        }
    }

    private static Duration byTestcontainers() {
        long start = System.nanoTime();
        try (LlamaCppContainer llama = new LlamaCppContainer().withTinyModel()) {
            llama.start();
            awaitToken(llama.adapter());
            return Duration.ofNanos(System.nanoTime() - start);
        }
    }

    private static Duration byCommand() throws IOException, InterruptedException {
        long start = System.nanoTime();
        String id = run(
                "docker", "run", "--detach", "--publish-all", TinyImage.name().asCanonicalNameString());
        try {
            String port =
                    run("docker", "port", id, "8080/tcp").lines().findFirst().orElseThrow();
            String address = "http://" + DockerClientFactory.instance().dockerHostIpAddress() + ":"
                    + port.substring(port.lastIndexOf(':') + 1);
            try (HttpAdapter adapter = HttpAdapter.at(address)) {
                while (!adapter.health().isUp()) {
                    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LIMIT);
                    LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
                }
                awaitToken(adapter);
            }
            return Duration.ofNanos(System.nanoTime() - start);
        } finally {
            run("docker", "rm", "--force", id);
        }
    }

    private static void awaitToken(HttpAdapter adapter) {
        try (ChatStream stream = adapter.stream(HELLO)) {
            assertThat(stream.text().iterator().next()).isNotEmpty();
        }
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return output.strip();
    }
}
