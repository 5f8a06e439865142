package io.modelrunner.testing;

import io.modelrunner.Capability;
import io.modelrunner.adapter.LLMAdapter;
import java.util.EnumSet;
import java.util.Set;

/** What the mock does not declare, it refuses. */
class NarrowMockAdapterContractTest extends MockAdapterContractTest {
    @Override
    protected LLMAdapter newAdapter() {
        Set<Capability> missing = EnumSet.complementOf(EnumSet.of(Capability.OUTPUT_LIMITS));
        return mock().without(missing.toArray(Capability[]::new)).build();
    }

    @Override
    protected Set<Capability> requiredCapabilities() {
        return EnumSet.of(Capability.OUTPUT_LIMITS);
    }
}
