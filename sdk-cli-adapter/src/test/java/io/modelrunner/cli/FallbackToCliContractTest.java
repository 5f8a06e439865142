package io.modelrunner.cli;

import io.modelrunner.Capability;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.fallback.Fallback;
import io.modelrunner.http.HttpAdapter;
import io.modelrunner.testing.RunnerUnderTest;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** The contract of both roads to one runner, HTTP before the command. */
class FallbackToCliContractTest extends CliAdapterContractTest {
    @Override
    public LLMAdapter newAdapter() {
        return Fallback.of(HttpAdapter.at(runnerUrl()), super.newAdapter());
    }

    @Override
    public RunnerUnderTest runner() {
        return super.runner().withAnswersBy("http");
    }

    @Override
    public Set<Capability> requiredCapabilities() {
        return EnumSet.allOf(Capability.class);
    }

    @Override
    public Optional<LLMAdapter> adapterToNowhere() {
        CliAdapter noCommand =
                CliAdapter.builder().docker(Path.of("/nowhere/docker")).build();
        return Optional.of(Fallback.of(HttpAdapter.at("http://127.0.0.1:1"), noCommand));
    }
}
