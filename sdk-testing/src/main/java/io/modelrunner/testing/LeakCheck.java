package io.modelrunner.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test that leaves a connection open, or a thread of ours alive.
 *
 * <pre>{@code
 * final ScriptedServer server = ScriptedServer.answering(…);
 * @RegisterExtension final LeakCheck leaks = LeakCheck.of(server);
 * }</pre>
 *
 * <p>It looks after the methods that come after each test, so close the adapter there. What ends within 10 seconds is no
 * leak. Threads are told by their names, which begin with {@code model-runner}; those that were there before the test are
 * not counted, but those of tests that run beside it are, so use it where tests run one after the other.
 */
public final class LeakCheck implements BeforeEachCallback, AfterEachCallback {
    private static final String OURS = "model-runner";
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(5);

    private final Map<String, IntSupplier> connections = new LinkedHashMap<>();
    private Set<Thread> before = Set.of();

    private LeakCheck() {}

    /**
     * {@return the check of threads, and of connections to servers}
     *
     * @param servers the servers to watch; may be none
     */
    public static LeakCheck of(ScriptedServer... servers) {
        LeakCheck check = new LeakCheck();
        for (ScriptedServer server : servers) {
            check.watch(server.url(), server::connectionsOpen);
        }
        return check;
    }

    /**
     * Watches one more server.
     *
     * @param name what a failure calls it
     * @param open tells how many connections to it are open
     * @return this
     */
    public LeakCheck watch(String name, IntSupplier open) {
        connections.put(name, open);
        return this;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        before = Thread.getAllStackTraces().keySet();
    }

    @Override
    public void afterEach(ExtensionContext context) throws InterruptedException {
        check(LIMIT);
    }

    void check(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        List<String> leaks = leaks();
        while (!leaks.isEmpty() && System.nanoTime() < end) {
            Thread.sleep(PAUSE.toMillis());
            leaks = leaks();
        }
        if (!leaks.isEmpty()) {
            throw new AssertionError("the test left behind: " + String.join("; ", leaks));
        }
    }

    private List<String> leaks() {
        List<String> leaks = new ArrayList<>();
        connections.forEach((server, open) -> {
            int count = open.getAsInt();
            if (count > 0) {
                leaks.add(count + " open connections to " + server);
            }
        });
        Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(OURS) && !before.contains(thread))
                .forEach(thread -> leaks.add("the thread " + thread.getName()));
        return leaks;
    }
}
