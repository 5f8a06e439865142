package io.modelrunner.testcontainers;

import io.modelrunner.Capability;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.http.HttpAdapter;
import io.modelrunner.testing.LLMAdapterContract;
import io.modelrunner.testing.LeakCheck;
import io.modelrunner.testing.RunnerUnderTest;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The HTTP adapter keeps the contract when a real server answers. */
class HttpAdapterContractIT extends LLMAdapterContract {
    private static final String MODEL_RUNNER = "Docker Model Runner";

    // With a context that moves on, the model never comes to an end. Each slot has a context of its own, or else they
    // share one, and several long answers at a time are too long for it.
    @RegisterExtension
    static final RealRunner server = RealRunner.of(new LlamaCppContainer()
            .withTinyModel()
            .withArgs("--context-shift", "--parallel", "4", "--ctx-size", "8192", "--no-kv-unified"));

    @RegisterExtension
    final LeakCheck leaks = LeakCheck.of();

    @Override
    public LLMAdapter newAdapter() {
        return server.adapter();
    }

    @Override
    public RunnerUnderTest runner() {
        ChatRequest.Builder request = ChatRequest.builder(server.model().text()).temperature(0);
        ChatRequest endless = ChatRequest.builder(server.model().text())
                .user("Repeat: la la la la la la la la la la la la")
                .temperature(0)
                .extra("ignore_eos", true)
                .build();
        RunnerUnderTest runner = RunnerUnderTest.of(
                        request.user("Hello").build(), "Hello! How can I help you today?", endless)
                .withIdleProbe(server::isIdle);
        // llama.cpp itself answers whatever model is named.
        return speaks().contains(MODEL_RUNNER) ? runner.withUnknownModel("ai/no-such-model") : runner;
    }

    private static String speaks() {
        try (HttpAdapter adapter = server.adapter()) {
            return adapter.health().speaks().orElse("");
        }
    }

    @Override
    public Set<Capability> requiredCapabilities() {
        return EnumSet.allOf(Capability.class);
    }

    @Override
    public Optional<LLMAdapter> adapterToNowhere() {
        return Optional.of(HttpAdapter.at("http://localhost:1"));
    }
}
