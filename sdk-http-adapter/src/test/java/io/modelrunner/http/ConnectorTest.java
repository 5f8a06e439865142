package io.modelrunner.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.util.TimeValue;
import org.junit.jupiter.api.Test;

class ConnectorTest {
    @Test
    void requestThatIsCancelledBeforeThereIsASocketToClose() throws IOException {
        HttpGet request = new HttpGet("http://127.0.0.1:1");
        HttpClientContext context = HttpClientContext.create();
        context.setAttribute(Connector.REQUEST, request);
        ManagedHttpClientConnection connection = ManagedHttpClientConnectionFactory.INSTANCE.createConnection(null);
        request.cancel();
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> new Connector(null, null)
                        .connect(
                                connection,
                                new HttpHost("http", "127.0.0.1", 1),
                                null,
                                TimeValue.ZERO_MILLISECONDS,
                                SocketConfig.DEFAULT,
                                context))
                .withMessage("cancelled before it connected");
        assertThat(connection.getSocket().isClosed()).isTrue();
    }
}
