package io.modelrunner.http;

import io.modelrunner.Capability;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.testing.LLMAdapterContract;
import io.modelrunner.testing.LeakCheck;
import io.modelrunner.testing.RunnerUnderTest;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract, against a server that answers by a script. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpAdapterContractTest extends LLMAdapterContract {
    private final Way way = way();
    private final ScriptedRunner runner = new ScriptedRunner(prefix());
    private HttpAdapter.Builder builder;

    @RegisterExtension
    final LeakCheck leaks = LeakCheck.of().watch("the scripted runner", runner::connectionsOpen);

    /** {@return how to get to the runner} */
    Way way() {
        return Way.tcp();
    }

    /** {@return what stands before all of the runner's paths} */
    String prefix() {
        return "";
    }

    @BeforeAll
    void start() {
        runner.start();
        builder = way.to(runner.server(), prefix());
    }

    @AfterAll
    void stop() {
        runner.close();
        way.close();
    }

    @Override
    public LLMAdapter newAdapter() {
        return builder.build();
    }

    final String runnerUrl() {
        return runner.url();
    }

    @Override
    public RunnerUnderTest runner() {
        return RunnerUnderTest.of(
                        ChatRequest.of(ScriptedRunner.MODEL, "Hello"),
                        ScriptedRunner.ANSWER,
                        ChatRequest.of(ScriptedRunner.MODEL, ScriptedRunner.ENDLESS))
                .withUnknownModel("ai/nosuch")
                .withIdleProbe(runner::isIdle);
    }

    @Override
    public Set<Capability> requiredCapabilities() {
        return EnumSet.allOf(Capability.class);
    }

    @Override
    public Optional<LLMAdapter> adapterToNowhere() {
        return Optional.of(HttpAdapter.at("http://127.0.0.1:1"));
    }
}
