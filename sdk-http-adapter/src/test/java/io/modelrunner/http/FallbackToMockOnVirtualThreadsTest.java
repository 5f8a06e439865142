package io.modelrunner.http;

import io.modelrunner.testing.OnVirtualThreads;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(OnVirtualThreads.class)
class FallbackToMockOnVirtualThreadsTest extends FallbackToMockContractTest {}
