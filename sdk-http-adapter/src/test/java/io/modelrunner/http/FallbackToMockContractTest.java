package io.modelrunner.http;

import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.fallback.Fallback;
import io.modelrunner.mock.MockAdapter;
import io.modelrunner.mock.MockReply;
import io.modelrunner.testing.RunnerUnderTest;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;

/** The contract of a chain whose first step answers, with a mock behind it. */
class FallbackToMockContractTest extends HttpAdapterContractTest {
    @Override
    public LLMAdapter newAdapter() {
        return Fallback.of(super.newAdapter(), mock());
    }

    private static MockAdapter mock() {
        String[] words = Collections.nCopies(10_000, "more ").toArray(String[]::new);
        return MockAdapter.builder()
                .models(ScriptedRunner.MODEL)
                .whenPromptContains(
                        ScriptedRunner.ENDLESS, MockReply.pieces(words).every(Duration.ofMillis(10)))
                .otherwise(MockReply.text("I am a mock."))
                .build();
    }

    @Override
    public RunnerUnderTest runner() {
        return super.runner().withAnswersBy("http");
    }

    @Override
    public Optional<LLMAdapter> adapterToNowhere() {
        return Optional.of(Fallback.of(HttpAdapter.at("http://127.0.0.1:1"), HttpAdapter.at("http://127.0.0.1:2")));
    }
}
