package io.modelrunner.cli;

import io.modelrunner.testing.OnVirtualThreads;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract once more, every test on a virtual thread. */
@ExtendWith(OnVirtualThreads.class)
class CliAdapterOnVirtualThreadsTest extends CliAdapterContractTest {}
