package io.modelrunner.http;

import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.fallback.Fallback;
import io.modelrunner.testing.RunnerUnderTest;
import java.util.Optional;

/** The contract of a chain whose first step is not there. */
class FallbackFromDeadContractTest extends HttpAdapterContractTest {
    @Override
    public LLMAdapter newAdapter() {
        return Fallback.of(HttpAdapter.at("http://127.0.0.1:1"), super.newAdapter());
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
