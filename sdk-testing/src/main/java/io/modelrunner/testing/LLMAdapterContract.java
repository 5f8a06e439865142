package io.modelrunner.testing;

import io.modelrunner.Capability;
import io.modelrunner.adapter.LLMAdapter;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link LLMAdapter} keeps: discovery, options, chat, streaming, cancellation, failures, threads, lifecycle.
 *
 * <p>A new adapter is proven by a subclass of at most four methods:
 *
 * <pre>{@code
 * class MyAdapterTest extends LLMAdapterContract {
 *   static final MyRunner runner = …;   // a container, a child process, a ScriptedServer
 *
 *   @Override protected LLMAdapter newAdapter() {
 *     return new MyAdapter(runner.address());
 *   }
 *
 *   @Override protected RunnerUnderTest runner() {
 *     return RunnerUnderTest.of(
 *             ChatRequest.builder("tiny").user("Hello").temperature(0).build(),
 *             "Hello! How can I help?",
 *             ChatRequest.of("tiny", "Count to a million"))
 *         .withUnknownModel("no/such-model")
 *         .withIdleProbe(() -> runner.busySlots() == 0);
 *   }
 *
 *   @Override protected Set<Capability> requiredCapabilities() {
 *     return EnumSet.of(Capability.SAMPLING, Capability.USAGE);
 *   }
 *
 *   @Override protected Optional<LLMAdapter> adapterToNowhere() {
 *     return Optional.of(new MyAdapter("http://localhost:1"));
 *   }
 * }
 * }</pre>
 *
 * <p>A second class, {@code @ExtendWith(OnVirtualThreads.class) class MyAdapterOnVirtualThreadsTest extends MyAdapterTest {}},
 * runs it all on virtual threads. Add a {@link LeakCheck} to see that nothing is left open. A test of what the runner
 * can't show (no unknown model, no idle probe, no adapter to nowhere) is skipped and says so.
 */
@Timeout(180)
public abstract class LLMAdapterContract extends LifecycleContract {
    private LLMAdapter adapter;

    /** For subclasses. */
    protected LLMAdapterContract() {}

    /** {@return a new adapter to the runner} Called at least once for each test; the contract closes it. */
    @Override
    protected abstract LLMAdapter newAdapter();

    /** {@return what the tests need to know of the runner} */
    @Override
    protected abstract RunnerUnderTest runner();

    /** {@return what the adapter must declare at least} */
    @Override
    protected abstract Set<Capability> requiredCapabilities();

    /** {@return a new adapter whose runner is not there; empty if there is no such thing} The contract closes it. */
    @Override
    protected Optional<LLMAdapter> adapterToNowhere() {
        return Optional.empty();
    }

    /** {@return the adapter of this test} */
    @Override
    protected final LLMAdapter adapter() {
        return adapter;
    }

    @BeforeEach
    void openAdapter() {
        adapter = newAdapter();
    }

    @AfterEach
    void closeAdapter() {
        adapter.close();
    }
}
