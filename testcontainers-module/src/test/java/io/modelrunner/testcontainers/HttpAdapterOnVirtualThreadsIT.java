package io.modelrunner.testcontainers;

import io.modelrunner.testing.OnVirtualThreads;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(OnVirtualThreads.class)
class HttpAdapterOnVirtualThreadsIT extends HttpAdapterContractIT {}
