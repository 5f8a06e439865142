package io.modelrunner.http;

/** Cancelling, over a socket in the file system. */
class CancelOverUnixSocketTest extends CancelTest {
    @Override
    Way way() {
        return Way.unix();
    }
}
