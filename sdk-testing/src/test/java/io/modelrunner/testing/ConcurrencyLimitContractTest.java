package io.modelrunner.testing;

import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.decorator.ConcurrencyLimit;
import java.util.Optional;

/** Calls that queue are calls like others. */
class ConcurrencyLimitContractTest extends MockAdapterContractTest {
    @Override
    protected LLMAdapter newAdapter() {
        return ConcurrencyLimit.of(mock().build(), 2); // one test reads two streams in turn
    }

    @Override
    protected Optional<LLMAdapter> adapterToNowhere() {
        return Optional.of(ConcurrencyLimit.of(new NowhereAdapter(), 2));
    }
}
