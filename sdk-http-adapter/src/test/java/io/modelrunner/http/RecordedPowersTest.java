package io.modelrunner.http;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.modelrunner.ContextOverflowException;
import io.modelrunner.EngineUnavailableException;
import io.modelrunner.ModelLoadException;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.OperationMissingException;
import io.modelrunner.RequestRefusedException;
import io.modelrunner.adapter.Completer;
import io.modelrunner.adapter.Preloader;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.chat.CompletionRequest;
import io.modelrunner.retrieval.Embedder;
import io.modelrunner.retrieval.EmbeddingRequest;
import io.modelrunner.retrieval.EmbeddingResponse;
import io.modelrunner.retrieval.RerankRequest;
import io.modelrunner.retrieval.RerankResponse;
import io.modelrunner.retrieval.Reranker;
import io.modelrunner.testing.Recording;
import io.modelrunner.testing.Recordings;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every recording of what is asked for beside chats, served byte for byte, becomes the value or the exception. */
@Timeout(30)
class RecordedPowersTest {
    private static final Map<String, Class<?>> VALUES = Map.ofEntries(
            Map.entry("inference/completion", ChatResponse.class),
            Map.entry("inference/completion-stream", ChatResponse.class),
            Map.entry("inference/embeddings", EmbeddingResponse.class),
            Map.entry("inference/embeddings-base64", EmbeddingResponse.class),
            Map.entry("inference/embeddings-batch", EmbeddingResponse.class),
            Map.entry("inference/preload", Optional.class),
            Map.entry("inference/rerank", RerankResponse.class),
            Map.entry("inference/rerank-alias", RerankResponse.class),
            Map.entry("inference/rerank-on-chat-model", RerankResponse.class),
            Map.entry("llama-cpp/embeddings", EmbeddingResponse.class),
            Map.entry("llama-cpp/embeddings-base64", EmbeddingResponse.class),
            Map.entry("llama-cpp/rerank", RerankResponse.class),
            Map.entry("llama-cpp/rerank-texts", RerankResponse.class));

    private static final Map<String, Class<? extends ModelRunnerException>> REFUSALS = Map.ofEntries(
            Map.entry("inference/embeddings-empty", RequestRefusedException.class),
            Map.entry("inference/embeddings-on-chat-model", RequestRefusedException.class),
            Map.entry("inference/embeddings-too-long", ContextOverflowException.class),
            Map.entry("inference/images-on-llama", ModelLoadException.class),
            Map.entry("inference/rerank-v1-path", EngineUnavailableException.class),
            Map.entry("inference/tokenize-not-proxied", OperationMissingException.class),
            Map.entry("llama-cpp/embeddings-on-chat-model", OperationMissingException.class),
            Map.entry("llama-cpp/embeddings-too-long", ContextOverflowException.class),
            Map.entry("llama-cpp/rerank-no-query", RequestRefusedException.class),
            Map.entry("llama-cpp/rerank-on-chat-model", OperationMissingException.class));

    /** Requests that the public API refuses to express, or has no words for: their answers are fed to another one. */
    private static final Set<String> UNSAYABLE = Set.of(
            "inference/embeddings-empty",
            "inference/images-on-llama",
            "inference/tokenize-not-proxied",
            "llama-cpp/rerank-no-query");

    static List<String> recordings() {
        Map<String, Object> all = new TreeMap<>(VALUES);
        all.putAll(REFUSALS);
        return List.copyOf(all.keySet());
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void answerIsWhatWasRecorded(String name) {
        Recording recording = Recordings.load(name);
        String path = recording.request().path();
        Script script = Script.replay(recording);
        try (ScriptedServer server = server(name).on(path, script).on(asked(path), script);
                HttpAdapter adapter = HttpAdapter.at(server.url() + base(path))) {
            Class<?> expected = VALUES.get(name);
            if (expected != null) {
                assertThat(ask(adapter, recording)).isInstanceOf(expected);
            } else {
                ModelRunnerException e =
                        catchThrowableOfType(ModelRunnerException.class, () -> ask(adapter, recording));
                assertThat(e).isExactlyInstanceOf(REFUSALS.get(name));
                assertThat(e.status()).hasValue(recording.response().status());
            }
            if (!UNSAYABLE.contains(name) && !recording.request().isPlaceholder()) {
                assertThat(comparable(server.lastRequest().body()))
                        .isEqualTo(comparable(recording.request().body()));
            }
        }
    }

    private static ScriptedServer server(String name) {
        return name.startsWith("llama-cpp/")
                ? ScriptedServer.answering(Script.replay(Recordings.load("llama-cpp/unknown-path")))
                        .on("/engines/status", Script.replay(Recordings.load("llama-cpp/engines-status")))
                        .on("/health", Script.replay(Recordings.load("llama-cpp/health")))
                : EndpointFormsTest.modelRunner();
    }

    /** {@return the address that leads to the path} Only a bare one leads to llama.cpp's own form of reranking. */
    private static String base(String path) {
        if (path.equals("/rerank")) {
            return "/v1";
        }
        return path.endsWith("/rerank") ? "" : path.substring(0, path.indexOf("/v1") + 3);
    }

    /** {@return the path that is asked in place of one that we never ask} */
    private static String asked(String path) {
        return switch (path) {
            case "/v1/rerank" -> "/engines/rerank";
            case "/engines/v1/images/generations", "/engines/v1/tokenize" -> "/engines/v1/chat/completions";
            default -> path;
        };
    }

    private static Object ask(HttpAdapter adapter, Recording recording) {
        String path = recording.request().path();
        Map<String, @Nullable Object> json =
                UNSAYABLE.contains(recording.name()) || recording.request().isPlaceholder()
                        ? Map.of("model", "m", "input", "a", "query", "a", "documents", List.of("a"))
                        : JsonValues.object(recording.request().body());
        String model = string(json.get("model"));
        if (recording.request().headers().containsKey("X-Preload-Only")) {
            adapter.power(Preloader.class).orElseThrow().preload(model, Preloader.Purpose.CHAT);
            return Optional.empty();
        } else if (path.endsWith("/embeddings")) {
            return embed(adapter, model, json);
        } else if (path.endsWith("/rerank")) {
            return rerank(adapter, model, json);
        } else if (path.endsWith("v1/completions")) {
            return complete(adapter, model, json);
        }
        return adapter.chat(ChatRequest.of(model, "Hello"));
    }

    private static Object embed(HttpAdapter adapter, String model, Map<String, @Nullable Object> json) {
        List<String> texts = json.get("input") instanceof List<?> list
                ? list.stream().map(RecordedPowersTest::string).toList()
                : List.of(string(json.get("input")));
        return adapter.power(Embedder.class)
                .orElseThrow()
                .embed(EmbeddingRequest.builder(model, texts)
                        .base64(json.containsKey("encoding_format"))
                        .build());
    }

    private static Object rerank(HttpAdapter adapter, String model, Map<String, @Nullable Object> json) {
        boolean documents = json.containsKey("documents");
        List<String> texts = JsonValues.list(json.get(documents ? "documents" : "texts")).stream()
                .map(RecordedPowersTest::string)
                .toList();
        RerankRequest.Builder request = RerankRequest.builder(model, string(json.get("query")), texts)
                .form(documents ? RerankRequest.Form.DOCUMENTS : RerankRequest.Form.TEXTS);
        if (json.get("top_n") instanceof Number most) {
            request.topN(most.intValue());
        }
        return adapter.power(Reranker.class).orElseThrow().rerank(request.build());
    }

    private static Object complete(HttpAdapter adapter, String model, Map<String, @Nullable Object> json) {
        CompletionRequest request = CompletionRequest.builder(model, string(json.get("prompt")))
                .maxTokens(8)
                .temperature(0)
                .build();
        Completer completer = adapter.power(Completer.class).orElseThrow();
        if (!json.containsKey("stream")) {
            return completer.complete(request);
        }
        try (ChatStream stream = completer.streamCompletion(request)) {
            return stream.join();
        }
    }

    /** The same, said in our way where there are several. */
    private static Map<String, @Nullable Object> comparable(String body) {
        Map<String, @Nullable Object> json = JsonValues.object(body);
        json.remove("stream_options");
        json.computeIfPresent("input", (name, input) -> input instanceof List<?> ? input : List.of(input));
        return json;
    }

    private static String string(@Nullable Object value) {
        return (String) requireNonNull(value);
    }
}
