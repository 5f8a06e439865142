package io.modelrunner.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.chat.ContentPart;
import io.modelrunner.chat.Message;
import io.modelrunner.http.HttpAdapter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.Test;

@RequiresDocker
class LlamaCppContainerIT {
    private static final ChatRequest HELLO = ChatRequest.builder(LlamaCppContainer.TINY)
            .user("Hello")
            .temperature(0)
            .build();
    private static final String RED_PICTURE =
            "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEklEQVR4nGP4z8CAFWEXHbQS" + "ACj/P8Fu7N9hAAAAAElFTkSuQmCC";

    @Test
    void tinyModelAnswersWholeAndStreamed() {
        try (LlamaCppContainer llama = started(LlamaCppContainer.withTinyModel());
                HttpAdapter adapter = llama.adapter();
                ChatStream stream = adapter.stream(HELLO)) {
            assertThat(adapter.health().isUp()).isTrue();
            assertThat(adapter.health().speaks()).contains("llama.cpp");
            assertThat(adapter.listModels())
                    .extracting(model -> model.name().text())
                    .containsExactly(LlamaCppContainer.TINY);
            assertThat(adapter.chat(HELLO).text()).isEqualTo("Hello! How can I help you today?");
            assertThat(stream.text())
                    .hasSizeGreaterThan(3)
                    .containsSubsequence("Hello")
                    .satisfies(pieces ->
                            assertThat(String.join("", pieces)).isEqualTo("Hello! How can I help you today?"));
        }
    }

    @Test
    void imageAloneServesTheTinyModel() {
        try (LlamaCppContainer llama = started(new LlamaCppContainer(LlamaCppContainer.IMAGE));
                HttpAdapter adapter = llama.adapter()) {
            assertThat(adapter.chat(HELLO).text()).isEqualTo("Hello! How can I help you today?");
        }
    }

    @Test
    void visionSeesRed() {
        ContentPart picture = ContentPart.image("image/png", Base64.getDecoder().decode(RED_PICTURE));
        ChatRequest request = ChatRequest.builder(LlamaCppContainer.TINY)
                .message(Message.user(ContentPart.text("Repeat after me:"), picture))
                .temperature(0)
                .build();
        try (LlamaCppContainer llama = started(LlamaCppContainer.withTinyVision());
                HttpAdapter adapter = llama.adapter()) {
            assertThat(adapter.chat(request).text()).isEqualTo("red");
        }
    }

    @Test
    void reasoningIsToldFromTheAnswer() {
        String thought = "root ::= \"<think>\\nI count to three.\\n</think>\\n\\n1, 2, 3\"";
        ChatRequest request = ChatRequest.builder(LlamaCppContainer.TINY)
                .user("Count from 1 to 3")
                .temperature(0)
                .extra("grammar", thought)
                .build();
        try (LlamaCppContainer llama = started(LlamaCppContainer.withTinyReasoning());
                HttpAdapter adapter = llama.adapter()) {
            assertThat(adapter.chat(request).reasoning()).contains("I count to three.\n");
        }
    }

    @Test
    void embeddingsAndRerankerAnswer() throws IOException, InterruptedException {
        try (LlamaCppContainer embeddings = started(LlamaCppContainer.withTinyEmbeddings());
                LlamaCppContainer reranker = started(LlamaCppContainer.withTinyReranker())) {
            assertThat(post(embeddings, "/embeddings", "{\"input\":\"Hello\"}")).isEqualTo(200);
            assertThat(post(reranker, "/rerank", "{\"query\":\"Hello\",\"documents\":[\"Hello you\"]}"))
                    .isEqualTo(200);
        }
    }

    private static LlamaCppContainer started(LlamaCppContainer container) {
        container.start();
        return container;
    }

    private static int post(LlamaCppContainer container, String path, String json)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(container.openAiBaseUrl() + path))
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
