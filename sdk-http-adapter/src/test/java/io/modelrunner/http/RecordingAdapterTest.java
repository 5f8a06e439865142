package io.modelrunner.http;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.modelrunner.BrokenAnswerException;
import io.modelrunner.ModelNotFoundException;
import io.modelrunner.RequestRefusedException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.testing.RecordingAdapter;
import io.modelrunner.testing.Recordings;
import io.modelrunner.testing.ReplayAdapter;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class RecordingAdapterTest {
    private static final String CHUNK = "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hel\"}}]}";
    private static final String API = "/engines/v1";
    private static final ChatRequest HELLO =
            ChatRequest.builder("ai/tiny").user("Hello").temperature(0).build();

    @TempDir
    Path directory;

    @Test
    void conversationIsRecordedAndReplayed() throws IOException {
        try (ScriptedServer runner = ScriptedServer.answering(
                recorded("chat"),
                recorded("chat-stream"),
                recorded("chat-stream-engine-killed"),
                recorded("model-not-pulled"))) {
            try (LLMAdapter adapter = RecordingAdapter.of(runner.url() + API, directory, RecordingAdapterTest::keyed)) {
                assertThat(adapter.name()).isEqualTo("http");
                converse(adapter);
            }
            assertThat(runner.requests())
                    .hasSize(4)
                    .allMatch(request ->
                            request.header("authorization").orElse("").equals("Bearer very-secret"))
                    .allMatch(request -> request.header("host").orElse("").equals("127.0.0.1:" + runner.port()));
        }
        assertThat(files())
                .containsExactly(
                        "001-chat-completions.json",
                        "002-chat-completions.json",
                        "003-chat-completions.json",
                        "004-chat-completions.json");
        for (String file : files()) {
            assertThat(directory.resolve(file)).content().doesNotContain("very-secret");
        }
        try (LLMAdapter replay = ReplayAdapter.from(directory, HttpAdapter::at)) {
            converse(replay);
        }
    }

    private static void converse(LLMAdapter adapter) {
        assertThat(adapter.chat(HELLO)).isComplete().hasText("Hello! How can I help you today?");
        assertThat(adapter.stream(HELLO).join()).isComplete().hasText("Hello! How can I help you today?");
        assertThatExceptionOfType(BrokenAnswerException.class)
                .isThrownBy(() -> adapter.stream(asking("Broken?")).join())
                .satisfies(broken -> assertThat(broken.partialText()).isEqualTo("l"));
        assertThatExceptionOfType(ModelNotFoundException.class).isThrownBy(() -> adapter.chat(asking("Nobody?")));
    }

    @Test
    void fileHasTheFormatOfTheRecordings() throws IOException {
        try (ScriptedServer runner = ScriptedServer.replay(Recordings.load("inference/chat-stream-engine-killed"));
                LLMAdapter adapter = recording(runner)) {
            assertThatExceptionOfType(BrokenAnswerException.class)
                    .isThrownBy(() -> adapter.stream(HELLO).join());
        }
        assertThat(directory.resolve("001-chat-completions.json"))
                .content()
                .startsWith("""
                        {
                          "name": "%s/001-chat-completions",
                          "about": "",
                          "request": {
                            "method": "POST",
                            "path": "/engines/v1/chat/completions",
                            "headers": {
                              "Content-Type": "application/json; charset=UTF-8"
                            },
                            "body": "{\\"model\\":\\"ai/tiny\\",""".formatted(directory.getFileName()))
                .contains(
                        "    \"status\": 200,\n",
                        "      \"Transfer-Encoding\": \"chunked\"\n    },\n    \"body\": \"data: {")
                .endsWith("\\n\\n\",\n    \"truncatedBy\": \"server\"\n  }\n}\n");
    }

    @Test
    void everyRecordedAnswerIsWrittenByteForByte() {
        for (String name :
                List.of("chat", "chat-stream", "chat-tools-stream", "chat-bad-role", "chat-unknown-engine")) {
            Path files = directory.resolve(name);
            try (ScriptedServer runner = ScriptedServer.answering(recorded(name));
                    LLMAdapter adapter = RecordingAdapter.of(runner.url() + API, files, HttpAdapter::at)) {
                boolean refused =
                        Recordings.load("inference/" + name).response().status() != 200;
                if (refused) {
                    assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> adapter.chat(HELLO));
                } else {
                    adapter.stream(HELLO).forEach(event -> {});
                }
            } catch (BrokenAnswerException e) {
                assertThat(name).isEqualTo("chat"); // a whole answer is none of a stream
            }
            String body = Recordings.load("inference/" + name).response().body();
            assertThat(files.resolve("001-chat-completions.json"))
                    .content()
                    .contains(body.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"));
        }
    }

    @Test
    void answerIsPassedOnAsItComes() {
        Script inPieces = exchange -> {
            exchange.events(CHUNK).stall();
            exchange.event("{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}")
                    .event("[DONE]")
                    .end();
        };
        try (ScriptedServer runner = ScriptedServer.answering(inPieces);
                LLMAdapter adapter = recording(runner);
                ChatStream stream = adapter.stream(HELLO)) {
            Iterator<ChatEvent> events = stream.iterator();
            assertThat(events.next()).isEqualTo(new ChatEvent.Text("Hel"));
            runner.release();
            assertThat(events.next()).isInstanceOf(ChatEvent.Completed.class);
        }
    }

    @Test
    void cancelReachesTheRunnerAtOnceAndIsRecorded() {
        try (ScriptedServer runner = ScriptedServer.answering(
                        exchange -> exchange.events(CHUNK).stall());
                LLMAdapter adapter = recording(runner)) {
            ChatStream stream = adapter.stream(HELLO);
            stream.iterator().next();
            long start = System.nanoTime();
            stream.close();
            long seen = runner.awaitClientClosed(Duration.ofSeconds(20));
            assertThat(Duration.ofNanos(seen - start)).isLessThan(Duration.ofSeconds(20));
        }
        assertThat(directory.resolve("001-chat-completions.json"))
                .content()
                .contains("\"truncatedBy\": \"client\"", "Hel");
        try (LLMAdapter replay = ReplayAdapter.from(directory, HttpAdapter::at);
                ChatStream stream = replay.stream(HELLO)) {
            assertThat(stream.iterator().next()).isEqualTo(new ChatEvent.Text("Hel"));
        }
    }

    @Test
    void cancelBeforeTheAnswerReachesTheRunnerAndLeavesNoFile() throws Exception {
        try (ScriptedServer runner = ScriptedServer.answering(Script.silence());
                LLMAdapter adapter = recording(runner)) {
            ChatStream stream = adapter.stream(HELLO);
            Thread reader = new Thread(
                    () -> assertThatExceptionOfType(RuntimeException.class).isThrownBy(stream::join));
            reader.start();
            runner.awaitRequests(1, Duration.ofSeconds(20));
            stream.close();
            runner.awaitClientClosed(Duration.ofSeconds(20));
            reader.join(20_000);
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void answerThatEndsWithItsConnectionIsWhole() {
        String body = Recordings.load("inference/chat").response().body();
        try (ScriptedServer runner =
                        ScriptedServer.answering(exchange -> exchange.head(200, "Content-Type: application/json")
                                .send(body)
                                .cut());
                LLMAdapter adapter = recording(runner)) {
            assertThat(adapter.chat(HELLO)).isComplete();
        }
        try (LLMAdapter replay = ReplayAdapter.from(directory, HttpAdapter::at)) {
            assertThat(replay.chat(HELLO)).isComplete();
        }
    }

    @Test
    void answerThatIsNoneOfHttpBreaks() throws IOException {
        try (ScriptedServer runner = ScriptedServer.answering(
                        exchange -> exchange.raw("SSH-2.0\r\n").cut());
                LLMAdapter adapter = recording(runner)) {
            assertThatExceptionOfType(BrokenAnswerException.class).isThrownBy(() -> adapter.chat(HELLO));
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void addressWithoutPathIsRecordedWithItsQuestions() throws IOException {
        ScriptedRunner runner = new ScriptedRunner();
        runner.start();
        try (runner;
                LLMAdapter adapter = RecordingAdapter.of(runner.url(), directory, HttpAdapter::at)) {
            assertThat(adapter.health().isUp()).isTrue();
            assertThat(adapter.capabilities()).isNotEmpty();
            assertThat(adapter.power(HttpAdapter.class)).isPresent();
            assertThat(adapter.listModels()).hasSize(1);
        }
        assertThat(files())
                .contains("001-engines-status.json", "002-version.json")
                .anyMatch(name -> name.endsWith("-models.json"));
        try (LLMAdapter replay = ReplayAdapter.from(directory, HttpAdapter::at)) {
            assertThat(replay.listModels()).hasSize(1);
        }
    }

    @Test
    void noRunnerIsNoRecording() throws IOException {
        try (LLMAdapter adapter = RecordingAdapter.of("http://127.0.0.1:1/v1", directory, HttpAdapter::at)) {
            assertThatExceptionOfType(RunnerUnreachableException.class)
                    .isThrownBy(() -> adapter.chat(HELLO))
                    .withMessageContaining("http://127.0.0.1:1/v1");
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void secondConversationIsNotMixedIntoTheFirst() throws IOException {
        Files.writeString(directory.resolve("001-chat-completions.json"), "{}");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RecordingAdapter.of("http://127.0.0.1:1", directory, HttpAdapter::at))
                .withMessageContaining("delete them");
    }

    @Test
    void runnerBehindTlsOrASocketIsRefused() {
        for (String runner : List.of("https://runner.example/v1", "unix:///var/run/docker.sock?prefix=/v1")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> RecordingAdapter.of(runner, directory, HttpAdapter::at))
                    .withMessageContaining("behind TLS or a Unix socket");
        }
    }

    @Test
    void unrecordedRequestNamesTheFile() {
        try (ScriptedServer runner = ScriptedServer.answering(recorded("chat"));
                LLMAdapter adapter = recording(runner)) {
            adapter.chat(HELLO);
        }
        try (LLMAdapter replay = ReplayAdapter.from(directory, HttpAdapter::at)) {
            assertThatExceptionOfType(RequestRefusedException.class)
                    .isThrownBy(() -> replay.chat(asking("Who?")))
                    .withMessageContaining("the nearest is " + directory.getFileName() + "/001-chat-completions:");
        }
    }

    private static HttpAdapter keyed(String url) {
        return HttpAdapter.builder(url).apiKey("very-secret").build();
    }

    private static ChatRequest asking(String question) {
        return ChatRequest.of("ai/tiny", question);
    }

    private static Script recorded(String name) {
        return Script.replay(Recordings.load("inference/" + name));
    }

    private LLMAdapter recording(ScriptedServer runner) {
        return RecordingAdapter.of(runner.url() + API, directory, HttpAdapter::at);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
