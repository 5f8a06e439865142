package io.modelrunner.testing;

import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.decorator.Caching;
import java.util.Optional;

/** Answers from a cache are answers like others. */
class CachingContractTest extends MockAdapterContractTest {
    @Override
    protected LLMAdapter newAdapter() {
        return Caching.of(new WithoutWarnings(mock().build()));
    }

    @Override
    protected RunnerUnderTest runner() {
        return RunnerUnderTest.of(
                        ChatRequest.builder("ai/tiny")
                                .user("Hello")
                                .temperature(0)
                                .build(),
                        "Hello, I am a mock.",
                        ChatRequest.builder("ai/tiny")
                                .user("Talk without end")
                                .temperature(0)
                                .build())
                .withUnknownModel("ai/none");
    }

    @Override
    protected Optional<LLMAdapter> adapterToNowhere() {
        return Optional.of(Caching.of(new NowhereAdapter()));
    }
}
