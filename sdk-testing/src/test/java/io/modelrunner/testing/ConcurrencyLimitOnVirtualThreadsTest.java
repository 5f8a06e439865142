package io.modelrunner.testing;

import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(OnVirtualThreads.class)
class ConcurrencyLimitOnVirtualThreadsTest extends ConcurrencyLimitContractTest {}
