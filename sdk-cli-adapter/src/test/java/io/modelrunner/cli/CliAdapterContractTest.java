package io.modelrunner.cli;

import io.modelrunner.Capability;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.testing.LLMAdapterContract;
import io.modelrunner.testing.LeakCheck;
import io.modelrunner.testing.RunnerUnderTest;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract, against a command that answers by a script. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CliAdapterContractTest extends LLMAdapterContract {
    private final ScriptedRunner runner = new ScriptedRunner();
    private final ScriptedDocker docker = ScriptedDocker.create();

    @RegisterExtension
    final LeakCheck leaks = LeakCheck.of();

    @BeforeAll
    void start() {
        docker.runner(runner.url());
        String model = "{\"id\":\"sha256:1\",\"tags\":[\"docker.io/" + ScriptedRunner.MODEL + ":latest\"]}";
        docker.on(Reply.silent().out("[" + model + "]\n"), "list", "--json");
    }

    @AfterAll
    void stop() {
        docker.close();
        runner.close();
    }

    final String runnerUrl() {
        return runner.url();
    }

    @Override
    public LLMAdapter newAdapter() {
        return CliAdapter.builder().docker(docker.executable()).build();
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
        return EnumSet.noneOf(Capability.class);
    }

    @Override
    public Optional<LLMAdapter> adapterToNowhere() {
        return Optional.of(
                CliAdapter.builder().docker(Path.of("/nowhere/docker")).build());
    }
}
