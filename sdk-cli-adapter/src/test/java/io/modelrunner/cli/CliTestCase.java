package io.modelrunner.cli;

import io.modelrunner.chat.ChatRequest;
import io.modelrunner.discovery.Surroundings;
import io.modelrunner.testing.LeakCheck;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What tests of the adapter over a scripted {@code docker} share; after each, no process and no thread may be left. */
@DisabledOnOs(OS.WINDOWS) // the stand-in is a shell script
@Timeout(120)
abstract class CliTestCase {
    static final Duration SOON = Duration.ofSeconds(20);

    /** Nobody listens there. */
    static final String NOWHERE = "http://127.0.0.1:1";

    final ScriptedDocker docker = ScriptedDocker.create();

    @RegisterExtension
    final LeakCheck leaks = LeakCheck.of();

    @TempDir
    Path here;

    private final List<CliAdapter> adapters = new ArrayList<>();

    @AfterEach
    void nothingIsLeft() {
        adapters.forEach(CliAdapter::close);
        try (docker) {
            docker.awaitNoneRunning(SOON);
        }
    }

    /** {@return surroundings with no more than these variables, on a machine that is no container} */
    Surroundings surroundings(Map<String, String> environment) {
        return new Surroundings(environment, Path.of("/nowhere"), Path.of("/nowhere"));
    }

    CliAdapter.Builder builder() {
        return new CliAdapter.Builder(surroundings(Map.of())).docker(docker.executable());
    }

    /** {@return what a builder builds, closed after the test} */
    CliAdapter opened(CliAdapter.Builder builder) {
        CliAdapter adapter = builder.build();
        adapters.add(adapter);
        return adapter;
    }

    /** {@return a new adapter over the scripted docker, closed after the test} */
    CliAdapter adapter() {
        return opened(builder());
    }

    /** {@return what comes of a call on a thread of its own} */
    static <T> CompletableFuture<T> inBackground(Supplier<T> call) {
        return CompletableFuture.supplyAsync(call, work -> new Thread(work, "test").start());
    }

    static ChatRequest hello() {
        return ChatRequest.of("ai/tiny", "Hello");
    }

    /** {@return the command lines so far, without {@code docker model}} */
    List<List<String>> commands() {
        return docker.invocations().stream().map(Invocation::command).toList();
    }
}
