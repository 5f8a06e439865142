package io.modelrunner.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.TimedOutException;
import io.modelrunner.Timeouts;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ProxyTest {
    private static final ChatRequest REQUEST = ChatRequest.of("m", "Hello");
    private static final Script ANSWER =
            Script.json("{\"choices\":[{\"finish_reason\":\"stop\",\"message\":{\"content\":\"Hi\"}}]}");

    private final ScriptedServer server = ScriptedServer.answering(ANSWER);

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void plainRequestsAreHandedOver() {
        String address = server.url() + "/v1";
        try (ScriptedServer proxy = ScriptedServer.answering(ANSWER);
                HttpAdapter adapter =
                        HttpAdapter.builder(address).proxy(proxy.url()).build()) {
            assertThat(adapter.chat(REQUEST).text()).isEqualTo("Hi");
            assertThat(proxy.lastRequest().path()).isEqualTo(address + "/chat/completions");
            assertThat(server.connectionsAccepted()).isZero();
        }
    }

    @Test
    void tlsGoesThroughATunnel() throws IOException {
        try (Relay tls = Relay.tls(Certificates.server("localhost"), server.port());
                TunnelProxy proxy = new TunnelProxy("HTTP/1.1 200 Connected\r\n\r\n", tls.port());
                HttpAdapter adapter = overTls(tls.port())
                        .proxy("127.0.0.1:" + proxy.port())
                        .apiKey("hunter2")
                        .build()) {
            assertThat(adapter.chat(REQUEST).text()).isEqualTo("Hi");
            assertThat(adapter.chat(REQUEST).text()).isEqualTo("Hi");
            assertThat(proxy.heads).hasSize(1);
            assertThat(proxy.heads.get(0))
                    .startsWith("CONNECT localhost:" + tls.port() + " HTTP/1.1")
                    .doesNotContain("hunter2");
            assertThat(server.lastRequest().header("authorization")).contains("Bearer hunter2");
        }
    }

    @Test
    void proxyThatRefuses() throws IOException {
        String refusal = "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 2\r\n\r\nno";
        try (TunnelProxy proxy = new TunnelProxy(refusal, 0);
                HttpAdapter adapter =
                        overTls(1).proxy("localhost:" + proxy.port()).build()) {
            RunnerUnreachableException e =
                    catchThrowableOfType(RunnerUnreachableException.class, () -> adapter.chat(REQUEST));
            assertThat(e)
                    .hasMessageContaining("through the proxy localhost:" + proxy.port())
                    .hasMessageContaining("407");
            assertThat(e.remedies().get(0).command()).contains("proxy");
        }
    }

    @Test
    void proxyThatIsNotThere() {
        try (HttpAdapter adapter =
                HttpAdapter.builder(server.url()).proxy("127.0.0.1:1").build()) {
            RunnerUnreachableException e =
                    catchThrowableOfType(RunnerUnreachableException.class, () -> adapter.chat(REQUEST));
            assertThat(e).hasMessageContaining("through the proxy 127.0.0.1:1: Connection refused");
        }
    }

    @Test
    void waitingForTheProxyIsPartOfConnecting() throws IOException {
        Timeouts limits = Timeouts.builder().connect(Duration.ofMillis(150)).build();
        try (TunnelProxy proxy = new TunnelProxy("", 0);
                HttpAdapter adapter = overTls(1)
                        .proxy("localhost:" + proxy.port())
                        .timeouts(limits)
                        .build()) {
            TimedOutException e = catchThrowableOfType(TimedOutException.class, () -> adapter.chat(REQUEST));
            assertThat(e.phase()).isEqualTo(Phase.CONNECT);
        }
    }

    @Test
    void socketsNeedNone() {
        try (Way way = Way.unix();
                HttpAdapter adapter = way.to(server, "/v1").proxy("127.0.0.1:1").build()) {
            assertThat(adapter.chat(REQUEST).text()).isEqualTo("Hi");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"proxy:3128", "http://proxy:3128", "http://proxy:3128/", " HTTP://Proxy:3128 "})
    void formsOfAnAddress(String address) {
        assertThat(ProxyAddress.parse(address)).hasToString("http://proxy:3128");
    }

    @Test
    void addressWithoutAPort() {
        assertThat(ProxyAddress.parse("http://proxy")).hasToString("http://proxy:80");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "https://proxy:1",
                "socks://proxy:1",
                "proxy:0",
                "proxy:70000",
                "http://proxy/path",
                "http://me:hunter2@proxy:1",
                "http://proxy?hunter2"
            })
    void addressesThatAreNone(String address) {
        InvalidRequestException e = catchThrowableOfType(
                InvalidRequestException.class,
                () -> HttpAdapter.builder("localhost").proxy(address));
        assertThat(e.field()).isEqualTo("proxy");
        assertThat(e).hasMessageNotContaining("hunter2").hasMessageContaining("host:port");
    }

    private static HttpAdapter.Builder overTls(int port) {
        return HttpAdapter.builder("https://localhost:" + port + "/v1")
                .timeouts(Timeouts.builder().connect(Way.SHAKING_HANDS).build())
                .caFile(Certificates.ca());
    }

    /** Answers every CONNECT in the same way, and if that was a yes, is from then on a wire to a port. */
    private static final class TunnelProxy implements AutoCloseable {
        final List<String> heads = new CopyOnWriteArrayList<>();
        private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final String answer;
        private final int target;

        TunnelProxy(String answer, int target) throws IOException {
            this.answer = answer;
            this.target = target;
            start(this::accept);
        }

        int port() {
            return listener.getLocalPort();
        }

        private void accept() {
            while (true) {
                try {
                    Socket client = listener.accept();
                    start(() -> serve(client));
                } catch (IOException closed) {
                    return;
                }
            }
        }

        private void serve(Socket client) {
            try (client) {
                // The client says nothing behind its request until it is answered, so nothing is lost in this reader.
                BufferedReader reader =
                        new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
                StringBuilder head = new StringBuilder();
                for (String line = reader.readLine(); line != null && !line.isEmpty(); line = reader.readLine()) {
                    head.append(line).append('\n');
                }
                heads.add(head.toString());
                client.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
                if (target == 0) {
                    client.getInputStream().transferTo(OutputStream.nullOutputStream());
                    return;
                }
                try (Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
                    start(() -> pass(server, client));
                    client.getInputStream().transferTo(server.getOutputStream());
                }
            } catch (IOException e) {
                // one of them has left
            }
        }

        private static void pass(Socket from, Socket to) {
            try {
                from.getInputStream().transferTo(to.getOutputStream());
                to.close();
            } catch (IOException e) {
                // one of them has left
            }
        }

        private static void start(Runnable work) {
            Thread thread = new Thread(work, "proxy");
            thread.setDaemon(true);
            thread.start();
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }
}
