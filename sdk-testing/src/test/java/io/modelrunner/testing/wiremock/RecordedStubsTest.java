package io.modelrunner.testing.wiremock;

import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.github.tomakehurst.wiremock.WireMockServer;
import io.modelrunner.testing.Recording;
import io.modelrunner.testing.Recordings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordedStubsTest {
    private static final WireMockServer SERVER = new WireMockServer(options().dynamicPort());
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @BeforeAll
    static void start() {
        SERVER.start();
    }

    @AfterAll
    static void stop() {
        SERVER.stop();
    }

    @BeforeEach
    void reset() {
        SERVER.resetAll();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "service/banner",
                "models/list",
                "models/delete-one-tag",
                "models/pull",
                "models/pull-text-form",
                "models/pull-malformed",
                "models/inspect-by-escaped-slash",
                "engines/configure",
                "inference/chat",
                "inference/chat-stream",
                "inference/model-not-pulled",
                "inference/preload",
                "ollama/chat",
                "llama-cpp/loading-chat"
            })
    void stubAnswersAsWasRecorded(String name) throws Exception {
        RecordedStubs.of(name).forEach(SERVER::addStubMapping);
        Recording recording = Recordings.load(name);
        HttpResponse<String> answer = ask(recording, recording.request().body());
        assertThat(answer.statusCode()).isEqualTo(recording.response().status());
        assertThat(answer.body()).isEqualTo(recording.response().body());
        assertThat(answer.headers().firstValue("Content-Type"))
                .isEqualTo(recording.response().header("Content-Type"));
    }

    @Test
    void bodyMattersByItsMeaning() throws Exception {
        RecordedStubs.of("inference/chat").forEach(SERVER::addStubMapping);
        Recording chat = Recordings.load("inference/chat");
        assertThat(ask(chat, chat.request().body().replace(" ", "")).statusCode())
                .isEqualTo(200);
        assertThat(ask(chat, chat.request().body().replace("Hello", "Goodbye")).statusCode())
                .isEqualTo(404);
    }

    @Test
    void headerThatDecidesMatters() throws Exception {
        RecordedStubs.of("models/pull-text-form", "models/pull").forEach(SERVER::addStubMapping);
        Recording pull = Recordings.load("models/pull");
        assertThat(ask(pull, pull.request().body()).body()).startsWith("{\"type\":\"progress\"");
        Recording text = Recordings.load("models/pull-text-form");
        assertThat(ask(text, text.request().body()).body()).startsWith("{&#34;type");
    }

    @Test
    void anyBodyWillDoWhereOnlyANoteOfItIsLeft() throws Exception {
        RecordedStubs.of("models/load").forEach(SERVER::addStubMapping);
        assertThat(ask(Recordings.load("models/load"), "whatever").body()).contains("Model loaded successfully");
    }

    @Test
    void largeFileHasItsLength() throws Exception {
        RecordedStubs.of("models/export").forEach(SERVER::addStubMapping);
        assertThat(ask(Recordings.load("models/export"), "").body()).hasSize(1_036_800);
    }

    @Test
    void answerThatBreaksOffIsRefusedByNameAndLeftOutOfItsFolder() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RecordedStubs.of("inference/chat-stream-engine-killed"))
                .withMessageContaining("ScriptedServer");
        List<Recording> all = Recordings.folder("inference");
        assertThat(RecordedStubs.folder("inference"))
                .hasSize(all.size() - 1)
                .noneMatch(stub -> stub.getName().equals("inference/chat-stream-engine-killed"));
    }

    private static HttpResponse<String> ask(Recording recording, String body) throws Exception {
        Recording.Request asked = recording.request();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(SERVER.baseUrl() + asked.path()))
                .method(asked.method(), HttpRequest.BodyPublishers.ofString(body));
        asked.headers().forEach(request::header);
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
