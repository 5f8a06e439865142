package io.modelrunner.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import io.modelrunner.Attempt;
import io.modelrunner.BrokenAnswerException;
import io.modelrunner.ContextOverflowException;
import io.modelrunner.InvalidRequestException;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.OperationMissingException;
import io.modelrunner.RequestRefusedException;
import io.modelrunner.retrieval.Embedder;
import io.modelrunner.retrieval.EmbeddingRequest;
import io.modelrunner.retrieval.EmbeddingResponse;
import io.modelrunner.testing.ReceivedRequest;
import io.modelrunner.testing.Recordings;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts become vectors: one for each, in their order, or an exception. */
@Timeout(30)
class EmbeddingsTest {
    private static final EmbeddingRequest HELLO = EmbeddingRequest.of("ai/tiny-embed", "Hello");
    private static final EmbeddingRequest TWO = EmbeddingRequest.of("ai/tiny-embed", "Hello", "Good morning");
    private static final List<String> FIVE = List.of("0", "1", "2", "3", "4");

    /** Answers each text, which is a number, with a vector of that number, the last first; a text is a token. */
    private static final Script NUMBERS = exchange -> {
        List<Object> texts =
                JsonValues.list(JsonValues.object(exchange.request().body()).get("input"));
        String data = IntStream.iterate(texts.size() - 1, place -> place >= 0, place -> place - 1)
                .mapToObj(place ->
                        entry(place, "[" + String.valueOf(texts.get(place)).strip() + ", 0.5]"))
                .collect(Collectors.joining(","));
        exchange.answer(200, "application/json", answer(data, texts.size()));
    };

    @ParameterizedTest
    @ValueSource(strings = {"inference/embeddings", "inference/embeddings-base64", "llama-cpp/embeddings-base64"})
    void recordedVectorIsReadInEitherForm(String name) {
        EmbeddingResponse response = embed(Script.replay(Recordings.load(name)), HELLO);
        assertHello(response.vectors().get(0));
        assertThat(response.vectors()).hasSize(1);
        assertThat(response.dimensions()).isEqualTo(128);
        assertThat(response.promptTokens()).hasValue(1);
        assertThat(response.adapter()).isEqualTo("http");
        assertThat(response.model()).isEqualTo(HELLO.model());
        assertThat(response.servedModel().orElseThrow()).endsWith("tiny-embed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"inference/embeddings-batch", "llama-cpp/embeddings"})
    void recordedBatchIsReadInOrder(String name) {
        EmbeddingResponse response = embed(Script.replay(Recordings.load(name)), TWO);
        assertThat(response.vectors()).hasSize(2);
        assertHello(response.vectors().get(0));
        assertThat(response.vectors().get(1))
                .hasSize(128)
                .isNotEqualTo(response.vectors().get(0));
        assertThat(response.promptTokens()).hasValue(3);
    }

    private static void assertHello(float[] vector) {
        assertThat(vector).hasSize(128);
        assertThat(vector[0]).isCloseTo(-0.038075693f, within(1e-6f));
        assertThat(vector[1]).isCloseTo(-0.07029593f, within(1e-6f));
        assertThat(vector[61]).isCloseTo(0.15949675f, within(1e-6f));
        double length = IntStream.range(0, vector.length)
                .mapToDouble(i -> vector[i] * vector[i])
                .sum();
        assertThat(length).isCloseTo(1, within(1e-5));
    }

    @Test
    void requestSaysWhatIsAskedAndNothingElse() {
        try (ScriptedServer server = ScriptedServer.answering(NUMBERS);
                HttpAdapter adapter = HttpAdapter.builder(server.url() + "/engines/v1")
                        .header("X-Team", "blue")
                        .build()) {
            embedder(adapter)
                    .embed(EmbeddingRequest.builder("ai/e", List.of("1"))
                            .header("X-Team", "red")
                            .header("X-Trace", "7")
                            .build());
            ReceivedRequest request = server.lastRequest();
            assertThat(request.method()).isEqualTo("POST");
            assertThat(request.path()).isEqualTo("/engines/v1/embeddings");
            assertThat(request.header("content-type").orElseThrow()).startsWith("application/json");
            assertThat(request.header("x-team")).contains("red");
            assertThat(request.header("x-trace")).contains("7");
            assertThat(request.body())
                    .isEqualTo("{\"model\":\"ai/e\",\"input\":[\"1\"],\"encoding_format\":\"base64\"}");
            embedder(adapter)
                    .embed(EmbeddingRequest.builder("ai/e", List.of("1"))
                            .base64(false)
                            .build());
            assertThat(server.lastRequest().body()).isEqualTo("{\"model\":\"ai/e\",\"input\":[\"1\"]}");
            assertThat(server.lastRequest().header("x-team")).contains("blue");
        }
    }

    @Test
    void textsGoInBatchesAndKeepTheirOrder() {
        try (ScriptedServer server = ScriptedServer.answering(NUMBERS);
                HttpAdapter adapter = HttpAdapter.at(server.url() + "/v1")) {
            EmbeddingResponse response = embedder(adapter)
                    .embed(EmbeddingRequest.builder("ai/e", FIVE).batchSize(2).build());
            assertThat(server.requests())
                    .extracting(request -> JsonValues.object(request.body()).get("input"))
                    .containsExactly(List.of("0", "1"), List.of("2", "3"), List.of("4"));
            assertInOrder(response, 5);
            assertThat(response.promptTokens()).hasValue(5);
            assertThat(response.timeline().attempts())
                    .hasSize(3)
                    .extracting(Attempt::outcome)
                    .containsOnly("answered");
        }
    }

    @Test
    void textsGoInRequestsThatTheServerTakes() {
        int most = 2_048;
        List<String> texts =
                IntStream.range(0, 20).mapToObj(i -> " ".repeat(300) + i).toList();
        try (ScriptedServer server = ScriptedServer.answering(NUMBERS);
                HttpAdapter adapter = HttpAdapter.builder(server.url() + "/v1")
                        .maxRequestBytes(most)
                        .build()) {
            EmbeddingResponse response = embedder(adapter)
                    .embed(EmbeddingRequest.builder("ai/e", texts).build());
            assertInOrder(response, 20);
            assertThat(server.requests())
                    .hasSizeBetween(4, 10)
                    .allSatisfy(request -> assertThat(request.body()).hasSizeLessThanOrEqualTo(most));
        }
    }

    @Test
    void textThatIsTooLongByItselfIsRefusedBeforeItIsSent() {
        EmbeddingRequest request = EmbeddingRequest.of("ai/e", "é".repeat(1_000));
        try (ScriptedServer server = ScriptedServer.answering(NUMBERS);
                HttpAdapter adapter = HttpAdapter.builder(server.url() + "/v1")
                        .maxRequestBytes(1_500)
                        .build()) {
            assertThatThrownBy(() -> embedder(adapter).embed(request))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContainingAll("1500 bytes", "2056 bytes");
            assertThat(server.connectionsAccepted()).isZero();
        }
    }

    @Test
    void failureOfALaterBatchTellsTheTriesBeforeIt() {
        EmbeddingRequest request =
                EmbeddingRequest.builder("ai/e", FIVE).batchSize(4).build();
        Script refusal = Script.replay(Recordings.load("inference/embeddings-too-long"));
        try (ScriptedServer server = ScriptedServer.answering(NUMBERS, refusal);
                HttpAdapter adapter = HttpAdapter.at(server.url() + "/v1")) {
            ModelRunnerException e = catchThrowableOfType(
                    ModelRunnerException.class, () -> embedder(adapter).embed(request));
            assertThat(e.timeline().attempts()).hasSize(2);
            assertThat(e.timeline().attempts().get(0).outcome()).isEqualTo("answered");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not JSON",
                "[]",
                "{}",
                "{\"data\":null}",
                "{\"data\":[]}",
                "{\"data\":[{\"index\":0,\"embedding\":[1]}]}",
                "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":0,\"embedding\":[2]}]}",
                "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":2,\"embedding\":[2]}]}",
                "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":1,\"embedding\":[2,3]}]}",
                "{\"data\":[{\"index\":0,\"embedding\":[]},{\"index\":1,\"embedding\":[]}]}",
                "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":1,\"embedding\":[null]}]}",
                "{\"data\":[{\"index\":0,\"embedding\":[[1]]},{\"index\":1,\"embedding\":[[1]]}]}",
                "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":1,\"embedding\":\"AACAPwA=\"}]}",
                "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":1,\"embedding\":\"?\"}]}",
                "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":1,\"embedding\":[1"
            })
    void answerWithoutAVectorForEachTextIsBroken(String body) {
        assertThatThrownBy(() -> embed(Script.json(body), TWO))
                .isInstanceOf(BrokenAnswerException.class)
                .hasMessageContaining("a vector for each text");
    }

    @Test
    void placeStandsForAnIndexThatIsMissing() {
        String body = "{\"data\":[{\"embedding\":[1,2]},{\"embedding\":\"AACAPwAAAEA=\"}]}";
        EmbeddingResponse response = embed(Script.json(body), TWO);
        assertThat(response.vectors()).containsExactly(new float[] {1, 2}, new float[] {1, 2});
        assertThat(response.promptTokens()).isEmpty();
        assertThat(response.servedModel()).isEmpty();
    }

    /** Trap 23: a text that is too long for the model is answered as a fault of the server, 500. */
    @Test
    void textThatIsTooLongForTheModelOverflowsItsContext() {
        ContextOverflowException runner = refused("inference/embeddings-too-long", ContextOverflowException.class, 500);
        assertThat(runner.promptTokens()).hasValue(3_001);
        ContextOverflowException llamaCpp =
                refused("llama-cpp/embeddings-too-long", ContextOverflowException.class, 500);
        assertThat(llamaCpp.promptTokens()).hasValue(701);
    }

    @Test
    void modelThatEmbedsNothingRefuses() {
        refused("inference/embeddings-empty", RequestRefusedException.class, 400);
        refused("inference/embeddings-on-chat-model", RequestRefusedException.class, 400);
        refused("llama-cpp/embeddings-on-chat-model", OperationMissingException.class, 501);
    }

    private static <E extends ModelRunnerException> E refused(String name, Class<E> type, int status) {
        E e = catchThrowableOfType(type, () -> embed(Script.replay(Recordings.load(name)), HELLO));
        assertThat(e).isExactlyInstanceOf(type);
        assertThat(e.status()).hasValue(status);
        assertThat(e.model()).contains(HELLO.model());
        assertThat(e.timeline().attempts()).hasSize(1);
        return e;
    }

    private static void assertInOrder(EmbeddingResponse response, int count) {
        assertThat(response.vectors()).hasSize(count);
        for (int i = 0; i < count; i++) {
            assertThat(response.vectors().get(i)).containsExactly(i, 0.5f);
        }
    }

    private static EmbeddingResponse embed(Script script, EmbeddingRequest request) {
        try (ScriptedServer server = ScriptedServer.answering(script);
                HttpAdapter adapter = HttpAdapter.at(server.url() + "/v1")) {
            return embedder(adapter).embed(request);
        }
    }

    private static Embedder embedder(HttpAdapter adapter) {
        return adapter.power(Embedder.class).orElseThrow();
    }

    private static String entry(int index, String vector) {
        return "{\"embedding\":" + vector + ",\"index\":" + index + ",\"object\":\"embedding\"}";
    }

    private static String answer(String data, int tokens) {
        return "{\"data\":[" + data + "],\"usage\":{\"prompt_tokens\":" + tokens + "}}";
    }
}
