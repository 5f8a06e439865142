package io.modelrunner.testing;

import io.modelrunner.Capability;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.mock.MockAdapter;
import io.modelrunner.mock.MockReply;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.extension.RegisterExtension;

class MockAdapterContractTest extends LLMAdapterContract {
    @RegisterExtension
    final LeakCheck leaks = LeakCheck.of();

    static MockAdapter.Builder mock() {
        String[] words = Collections.nCopies(10_000, "more ").toArray(String[]::new);
        return MockAdapter.builder()
                .models("ai/tiny")
                .whenPromptContains("without end", MockReply.pieces(words).every(Duration.ofMillis(10)))
                .otherwise(MockReply.text("Hello, I am a mock."));
    }

    @Override
    protected LLMAdapter newAdapter() {
        return mock().build();
    }

    @Override
    protected RunnerUnderTest runner() {
        return RunnerUnderTest.of(
                        ChatRequest.of("ai/tiny", "Hello"),
                        "Hello, I am a mock.",
                        ChatRequest.of("ai/tiny", "Talk without end"))
                .withUnknownModel("ai/none");
    }

    @Override
    protected Set<Capability> requiredCapabilities() {
        return EnumSet.allOf(Capability.class);
    }

    @Override
    protected Optional<LLMAdapter> adapterToNowhere() {
        return Optional.of(new NowhereAdapter());
    }
}
