package io.modelrunner.http;

/** Cancelling, over TLS. */
class CancelOverTlsTest extends CancelTest {
    @Override
    Way way() {
        return Way.tls();
    }
}
