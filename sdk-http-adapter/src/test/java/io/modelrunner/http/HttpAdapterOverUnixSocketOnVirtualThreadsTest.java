package io.modelrunner.http;

import io.modelrunner.testing.OnVirtualThreads;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract over a socket in the file system, every test on a virtual thread. */
@ExtendWith(OnVirtualThreads.class)
class HttpAdapterOverUnixSocketOnVirtualThreadsTest extends HttpAdapterOverUnixSocketTest {}
