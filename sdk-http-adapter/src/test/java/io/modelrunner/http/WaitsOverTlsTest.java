package io.modelrunner.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

/** Waiting, over TLS: shaking hands is part of connecting. */
class WaitsOverTlsTest extends WaitsTest {
    @Override
    Way way() {
        return Way.tls();
    }

    @Test
    void connectWhenTheServerDoesNotShakeHands() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            timesOutConnecting(HttpAdapter.builder("https://localhost:" + silent.getLocalPort() + "/v1"));
        }
    }
}
