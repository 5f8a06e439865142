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
    private final ScriptedRunner runner = new ScriptedRunner();

    @RegisterExtension
    final LeakCheck leaks = LeakCheck.of().watch("the scripted runner", runner::connectionsOpen);

    @BeforeAll
    void start() {
        runner.start();
    }

    @AfterAll
    void stop() {
        runner.close();
    }

    @Override
    public LLMAdapter newAdapter() {
        return HttpAdapter.at(runner.url());
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
