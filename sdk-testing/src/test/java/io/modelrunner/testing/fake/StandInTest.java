package io.modelrunner.testing.fake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.modelrunner.testing.Recordings;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class StandInTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String ASKED =
            "{\"model\": \"ai/tiny\",  \"messages\":[{\"role\":\"user\",\"content\":\"Grüße\"}], \"unknown\":1}";

    private final ByteArrayOutputStream told = new ByteArrayOutputStream();

    private FakeModelRunner start(String... args) {
        String[] all = new String[args.length + 2];
        all[0] = "--port";
        all[1] = "0";
        System.arraycopy(args, 0, all, 2, args.length);
        return StandIn.start(all, new PrintStream(told, true, UTF_8));
    }

    @Test
    void bannerBeginsAsTheRealOneAndSaysThatItIsNone() {
        try (ScriptedServer llama = ScriptedServer.answering(Script.json("{}"));
                FakeModelRunner runner = start("--model", "ai/tiny", "--chat-upstream", llama.url())) {
            String banner = new Asker(runner).get("/").body();
            assertThat(banner)
                    .startsWith(Recordings.load("service/banner").response().body())
                    .contains("not docker/model-runner", "stand-in", llama.url());
            assertThat(told.toString(UTF_8)).startsWith(banner).contains(runner.baseUrl());
        }
    }

    @Test
    void inferenceIsPassedOnByteForByte() {
        Script llama = Script.replay(Recordings.load("llama-cpp/chat-stream"));
        try (ScriptedServer server = ScriptedServer.answering(llama);
                FakeModelRunner runner = start("--model", "ai/tiny", "--chat-upstream", server.url())) {
            Asker.Answer answer = new Asker(runner)
                    .ask(
                            "POST",
                            "/engines/llama.cpp/v1/chat/completions?a=b",
                            Map.of("authorization", "Bearer key"),
                            ASKED.getBytes(UTF_8));
            assertThat(answer.body())
                    .isEqualTo(
                            Recordings.load("llama-cpp/chat-stream").response().body());
            assertThat(answer.contentType()).isEqualTo("text/event-stream");
            assertThat(server.lastRequest().path()).isEqualTo("/v1/chat/completions?a=b");
            assertThat(server.lastRequest().body()).isEqualTo(ASKED);
            assertThat(server.lastRequest().header("authorization")).contains("Bearer key");
            assertThat(new Asker(runner).get("/engines/ps").body()).contains("ai/tiny");
        }
    }

    @Test
    void eventsArePassedOnAsTheyComeAndSoIsTheClientsDeparture() throws Exception {
        try (ScriptedServer server = ScriptedServer.answering(
                        exchange -> exchange.events("{\"n\":1}").stall());
                FakeModelRunner runner = start("--model", "ai/tiny", "--chat-upstream", server.url())) {
            Socket client = new Socket("127.0.0.1", runner.server().port());
            byte[] body = ASKED.getBytes(UTF_8);
            String head = "POST /v1/chat/completions HTTP/1.1\r\nContent-Length: " + body.length + "\r\n\r\n";
            client.getOutputStream().write(head.getBytes(UTF_8));
            client.getOutputStream().write(body);
            StringBuilder read = new StringBuilder();
            InputStream in = client.getInputStream();
            while (read.indexOf("{\"n\":1}") < 0) {
                read.append((char) in.read());
            }
            assertThat(new Asker(runner).get("/engines/ps").body()).contains("in_use");
            client.close();
            server.awaitClientClosed(LIMIT);
        }
    }

    @Test
    void runnersOwnChecksComeFirst() {
        try (ScriptedServer server = ScriptedServer.answering(Script.json("{}"));
                FakeModelRunner runner = start("--model", "ai/tiny", "--chat-upstream", server.url())) {
            Asker asker = new Asker(runner);
            assertThat(asker.post("/v1/chat/completions", ASKED.replace("ai/tiny", "ai/other"))
                            .status())
                    .isEqualTo(404);
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void engineThatDiesIsACutAnswerAndOneThatIsNotThereAnEmpty502() {
        ScriptedServer server =
                ScriptedServer.answering(exchange -> exchange.events("{}").cut());
        try (FakeModelRunner runner = start("--model", "ai/tiny", "--chat-upstream", server.url())) {
            Asker asker = new Asker(runner);
            assertThat(asker.post("/v1/chat/completions", ASKED).whole()).isFalse();
            server.close();
            assertThat(asker.post("/v1/chat/completions", ASKED).status()).isEqualTo(502);
        }
    }

    @Test
    void whatHasNoEngineIsRefusedNotPretended() {
        try (ScriptedServer server = ScriptedServer.answering(Script.json("{}"));
                FakeModelRunner runner = start("--model", "ai/tiny", "--embedding-upstream", server.url())) {
            Asker asker = new Asker(runner);
            assertThat(asker.post("/v1/embeddings", ASKED).status()).isEqualTo(200);
            assertThat(asker.post("/v1/chat/completions", ASKED).body()).contains("has no engine for completion");
            assertThat(asker.post("/rerank", ASKED).body()).contains("has no engine for reranking");
            assertThat(asker.post("/api/chat", ASKED.replace("1}", "1,\"stream\":false}"))
                            .status())
                    .isEqualTo(501);
        }
    }

    @Test
    void modelOfAFileIsExportedAsItIs(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("model.gguf");
        Files.writeString(file, "GGUF and more");
        try (FakeModelRunner runner = start("--model", "ai/mine=" + file, "--offer", "ai/other")) {
            Asker asker = new Asker(runner);
            assertThat(asker.get("/models/ai/mine").body()).contains("\"format\":\"gguf\"", "13.00B");
            Map<String, byte[]> files =
                    Archive.files(asker.get("/models/ai/mine/export").bytes());
            assertThat(files.values()).anyMatch(content -> new String(content, UTF_8).equals("GGUF and more"));
            assertThat(files).containsKey("manifest.json");
            assertThat(asker.pull("{\"from\":\"ai/other\"}").body()).contains("success");
        }
    }

    @Test
    void modelOfAKindIsDescribedAsOneAndMadeOfTheFilesGiven(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("model.gguf"), "GGUF and more");
        Path projector = Files.writeString(directory.resolve("projector.gguf"), "GGUF eyes");
        try (FakeModelRunner runner = start(
                "--offer", "ai/mine:e=embedding:" + file, "--offer", "ai/eyes=vision:" + file + "," + projector)) {
            Asker asker = new Asker(runner);
            asker.pull("{\"from\":\"ai/mine:e\"}");
            assertThat(asker.get("/models/ai/mine:e").body()).contains("pooling_type", "13.00B");
            assertThat(asker.pull("{\"from\":\"ai/eyes\"}").body()).contains("\"total\":22");
            assertThat(Archive.files(asker.get("/models/ai/eyes/export").bytes())
                            .values())
                    .extracting(content -> new String(content, UTF_8))
                    .contains("GGUF and more", "GGUF eyes");
        }
    }

    @Test
    void listensWhenItsEnginesAreReady() {
        try (ScriptedServer llama = ScriptedServer.answering(Script.json(503, "{}"), Script.json("{}"));
                FakeModelRunner runner = start("--chat-upstream", llama.url(), "--await", "20")) {
            assertThat(llama.requests()).hasSize(2);
            assertThat(new Asker(runner).get("/engines/status").status()).isEqualTo(200);
        }
    }

    @Test
    void paceIsKeptAfterEachLineOfProgress() {
        try (FakeModelRunner runner = start("--offer", "ai/tiny", "--pace", "20")) {
            long begun = System.nanoTime();
            long lines = new Asker(runner)
                    .pull("{\"from\":\"ai/tiny\"}")
                    .body()
                    .lines()
                    .count();
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(20 * (lines - 1)));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--nonsense x",
                "--port",
                "--port x",
                "--port 70000",
                "--model no!name",
                "--pace soon",
                "--await -1"
            })
    void wrongArgumentsAreTold(String args) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StandIn.start(args.split(" ", -1), new PrintStream(told, true, UTF_8)));
    }
}
