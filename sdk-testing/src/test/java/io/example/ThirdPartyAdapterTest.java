package io.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.Capability;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.mock.MockAdapter;
import io.modelrunner.mock.MockReply;
import io.modelrunner.testing.LLMAdapterContract;
import io.modelrunner.testing.RunnerUnderTest;
import java.time.Duration;
import java.util.Collections;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;

/** The contract as others use it: from a package of their own, with what little they have. */
class ThirdPartyAdapterTest extends LLMAdapterContract {
    private static int tests;

    @Override
    protected LLMAdapter newAdapter() {
        String[] words = Collections.nCopies(10_000, "more ").toArray(String[]::new);
        return MockAdapter.builder()
                .whenPromptContains("Count", MockReply.pieces(words).every(Duration.ofMillis(10)))
                .otherwise(MockReply.text("Hello to you"))
                .build();
    }

    @Override
    protected RunnerUnderTest runner() {
        return RunnerUnderTest.of(
                ChatRequest.of("mock", "Hello"), "Hello to you", ChatRequest.of("mock", "Count to a million"));
    }

    @Override
    protected Set<Capability> requiredCapabilities() {
        return Set.of(Capability.SYSTEM_MESSAGES);
    }

    @AfterEach
    void count() {
        tests++;
    }

    @AfterAll
    static void allTestsOfTheContractWereRun() {
        assertThat(tests).isGreaterThan(55);
    }
}
