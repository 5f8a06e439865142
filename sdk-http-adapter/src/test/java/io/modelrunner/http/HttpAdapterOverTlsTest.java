package io.modelrunner.http;

/** The contract over TLS. */
class HttpAdapterOverTlsTest extends HttpAdapterContractTest {
    @Override
    Way way() {
        return Way.tls();
    }
}
