package io.modelrunner.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.Timeouts;
import io.modelrunner.adapter.Health;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who is trusted, and what is said when it is somebody else. */
@Timeout(60)
class TlsTest {
    private static final ChatRequest REQUEST = ChatRequest.of("m", "Hello");
    private static final Script ANSWER =
            Script.json("{\"choices\":[{\"finish_reason\":\"stop\",\"message\":{\"content\":\"Hi\"}}]}");

    private final ScriptedServer server = ScriptedServer.answering(ANSWER);

    private Relay relay;

    @BeforeEach
    void listen() throws IOException {
        relay = Relay.tls(Certificates.server("localhost"), server.port());
    }

    @AfterEach
    void close() throws IOException {
        relay.close();
        server.close();
    }

    @Test
    void certificateOfACaThatIsTrusted() {
        answers(builder("localhost").caFile(Certificates.ca()));
        answers(builder("127.0.0.1").caFile(Certificates.ca()));
    }

    @Test
    void fileWithSeveralCertificates(@TempDir Path directory) throws IOException {
        Path both = directory.resolve("both.pem");
        Files.writeString(both, "stranger\n" + Files.readString(Certificates.stranger()));
        Files.writeString(both, Files.readString(both) + "ours\n" + Files.readString(Certificates.ca()));
        answers(builder("localhost").caFile(both));
    }

    @Test
    void contextThatIsGiven() {
        SSLContext context = CertificateFile.trusting(Certificates.ca());
        answers(builder("localhost").caFile(Certificates.stranger()).sslContext(context));
    }

    @Test
    void certificateOfAStrangersCa() {
        isNotTrusted(builder("localhost").caFile(Certificates.stranger()));
        isNotTrusted(builder("localhost").sslContext(CertificateFile.trusting(Certificates.stranger())));
    }

    @Test
    void certificateThatTheSystemDoesNotKnow() {
        isNotTrusted(builder("localhost"));
    }

    @Test
    void certificateOfAnotherHost() throws IOException {
        try (Relay elsewhere = Relay.tls(Certificates.server("elsewhere"), server.port())) {
            RunnerUnreachableException e = fails(
                    patient("https://localhost:" + elsewhere.port() + "/v1").caFile(Certificates.ca()));
            assertThat(e)
                    .hasMessageContaining("its certificate is for another host")
                    .hasMessageContaining("localhost");
            assertThat(e.remedies().get(0).command()).contains("host name that the certificate has");
        }
    }

    @Test
    void hostIsVerifiedWithAGivenContextToo() throws IOException {
        try (Relay elsewhere = Relay.tls(Certificates.server("elsewhere"), server.port())) {
            RunnerUnreachableException e = fails(patient("https://127.0.0.1:" + elsewhere.port() + "/v1")
                    .sslContext(CertificateFile.trusting(Certificates.ca())));
            assertThat(e).hasMessageContaining("its certificate is for another host");
        }
    }

    @Test
    void tlsToAServerThatSpeaksPlainHttp() {
        RunnerUnreachableException e = fails(patient("https://localhost:" + server.port() + "/v1"));
        assertThat(e).hasMessageContaining("TLS failed");
        assertThat(e.remedies().get(0).command()).contains("http:");
    }

    @Test
    void plainHttpToAServerThatSpeaksTls() {
        Script go = exchange -> exchange.answer(400, "text/plain", "Client sent an HTTP request to an HTTPS server.\n");
        try (ScriptedServer tlsOnly = ScriptedServer.answering(go)) {
            String secure = tlsOnly.url().replace("http:", "https:");
            wantsTls(fails(HttpAdapter.builder(tlsOnly.url() + "/v1")), secure + "/v1");
            wantsTls(fails(HttpAdapter.builder(tlsOnly.url())), secure);
            try (HttpAdapter adapter = HttpAdapter.at(tlsOnly.url())) {
                Health health = adapter.health();
                assertThat(health.isUp()).isFalse();
                assertThat(health.detail()).contains("TLS");
            }
        }
    }

    @Test
    void filesThatAreNone(@TempDir Path directory) throws IOException {
        Path empty = Files.createFile(directory.resolve("empty.pem"));
        Path text = Files.writeString(directory.resolve("text.pem"), "-----BEGIN CERTIFICATE-----\nno\n");
        isRefused(directory.resolve("none.pem"), "could not be read");
        isRefused(empty, "holds none");
        isRefused(text, "holds something else");
    }

    private static void isRefused(Path file, String why) {
        InvalidRequestException e = catchThrowableOfType(
                InvalidRequestException.class,
                () -> HttpAdapter.builder("https://localhost").caFile(file));
        assertThat(e.field()).isEqualTo("caFile");
        assertThat(e).hasMessageContainingAll(file.toString(), why);
    }

    private static void wantsTls(RunnerUnreachableException e, String address) {
        assertThat(e).hasMessageContaining("speaks TLS only");
        assertThat(e.remedies().get(0).command()).isEqualTo("use the address " + address);
    }

    private static void isNotTrusted(HttpAdapter.Builder builder) {
        RunnerUnreachableException e = fails(builder);
        assertThat(e).hasMessageContaining("its certificate is not trusted");
        assertThat(e.remedies().get(0).command()).contains("caFile");
        assertThat(e.remedies().get(0).when()).contains("ca.crt");
    }

    private HttpAdapter.Builder builder(String host) {
        return patient("https://" + host + ":" + relay.port() + "/v1");
    }

    private static HttpAdapter.Builder patient(String address) {
        return HttpAdapter.builder(address)
                .timeouts(Timeouts.builder().connect(Way.SHAKING_HANDS).build());
    }

    private static void answers(HttpAdapter.Builder builder) {
        try (HttpAdapter adapter = builder.build()) {
            assertThat(adapter.chat(REQUEST).text()).isEqualTo("Hi");
        }
    }

    private static RunnerUnreachableException fails(HttpAdapter.Builder builder) {
        try (HttpAdapter adapter = builder.build()) {
            ModelRunnerException e = catchThrowableOfType(ModelRunnerException.class, () -> adapter.chat(REQUEST));
            assertThat(e).isInstanceOf(RunnerUnreachableException.class);
            return (RunnerUnreachableException) e;
        }
    }
}
