package io.modelrunner.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.modelrunner.CancelledException;
import io.modelrunner.InvalidRequestException;
import io.modelrunner.ModelLoadException;
import io.modelrunner.ModelNotFoundException;
import io.modelrunner.OperationMissingException;
import io.modelrunner.TimedOutException;
import io.modelrunner.Timeouts;
import io.modelrunner.adapter.Preloader;
import io.modelrunner.adapter.Preloader.Purpose;
import io.modelrunner.testing.Recording;
import io.modelrunner.testing.Recordings;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A model is loaded before it is needed. */
@Timeout(30)
class PreloadTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @ParameterizedTest
    @CsvSource({
        "/engines/v1, CHAT, /engines/v1/chat/completions",
        "'', CHAT, /engines/v1/chat/completions",
        "/v1, EMBEDDING, /v1/embeddings",
        "'', EMBEDDING, /engines/v1/embeddings",
        "/engines/llama.cpp, RERANKING, /engines/llama.cpp/rerank",
        "'', RERANKING, /engines/rerank"
    })
    void recordedRequestGoesWhereTheModelIsUsed(String base, Purpose purpose, String path) {
        Recording recording = Recordings.load("inference/preload");
        try (ScriptedServer server = EndpointFormsTest.modelRunner().on(path, Script.replay(recording));
                HttpAdapter adapter = HttpAdapter.at(server.url() + base)) {
            preloader(adapter).preload("ai/tiny", purpose);
            assertThat(server.lastRequest().path()).isEqualTo(path);
            assertThat(server.lastRequest().header("x-preload-only")).contains("true");
            assertThat(JsonValues.object(server.lastRequest().body()))
                    .isEqualTo(JsonValues.object(recording.request().body()))
                    .isEqualTo(Map.of("model", "ai/tiny"));
        }
    }

    @ParameterizedTest
    @CsvSource({"'', llama.cpp", "/v1, llama.cpp"})
    void serverThatKnowsNothingOfItIsNamed(String base, String dialect) {
        try (ScriptedServer server = ScriptedServer.answering(Script.replay(Recordings.load("llama-cpp/unknown-path")))
                        .on("/engines/status", Script.replay(Recordings.load("llama-cpp/engines-status")))
                        .on("/health", Script.replay(Recordings.load("llama-cpp/health")));
                HttpAdapter adapter = HttpAdapter.at(server.url() + base)) {
            assertThatThrownBy(() -> preloader(adapter).preload("tiny", Purpose.CHAT))
                    .isInstanceOf(OperationMissingException.class)
                    .hasMessageContainingAll(dialect, server.url());
            assertThat(server.requests()).noneMatch(request -> request.method().equals("POST"));
        }
    }

    /** Trap 9: nobody pulls a model that is missing. */
    @Test
    void modelThatCannotBeLoadedIsTold() {
        assertThatThrownBy(() -> preload(Script.replay(Recordings.load("inference/model-cannot-load"))))
                .isInstanceOf(ModelLoadException.class);
        assertThatThrownBy(() -> preload(Script.replay(Recordings.load("inference/model-not-pulled"))))
                .isInstanceOf(ModelNotFoundException.class)
                .hasMessageContaining("docker model pull ai/tiny");
    }

    @Test
    void nameOfNoModelIsRefusedBeforeAnythingIsAsked() {
        try (ScriptedServer server = EndpointFormsTest.modelRunner();
                HttpAdapter adapter = HttpAdapter.at(server.url())) {
            assertThatThrownBy(() -> preloader(adapter).preload("", Purpose.CHAT))
                    .isInstanceOf(InvalidRequestException.class);
            assertThat(server.connectionsAccepted()).isZero();
        }
    }

    /** Trap 10: nothing comes, not even headers, for as long as the model loads. */
    @Test
    void loadingHasItsLimit() {
        Timeouts limits = Timeouts.builder().load(Duration.ofMillis(150)).build();
        try (ScriptedServer server =
                        EndpointFormsTest.modelRunner().on("/engines/v1/embeddings", exchange -> exchange.stall());
                HttpAdapter adapter =
                        HttpAdapter.builder(server.url()).timeouts(limits).build()) {
            assertThatThrownBy(() -> preloader(adapter).preload("ai/tiny", Purpose.EMBEDDING))
                    .isInstanceOfSatisfying(
                            TimedOutException.class, e -> assertThat(e.phase()).isEqualTo(Timeouts.Phase.LOAD));
        }
    }

    @Test
    void interruptEndsTheLoading() throws InterruptedException {
        endsTheLoading((adapter, loader) -> loader.interrupt());
    }

    @Test
    void closeOfTheAdapterEndsTheLoading() throws InterruptedException {
        endsTheLoading((adapter, loader) -> adapter.close());
    }

    private static void endsTheLoading(BiConsumer<HttpAdapter, Thread> end) throws InterruptedException {
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        try (ScriptedServer server =
                        EndpointFormsTest.modelRunner().on("/engines/v1/embeddings", exchange -> exchange.stall());
                HttpAdapter adapter = HttpAdapter.at(server.url() + "/engines/v1")) {
            Thread loader = new Thread(() ->
                    outcome.complete(catchThrowable(() -> preloader(adapter).preload("ai/tiny", Purpose.EMBEDDING))));
            loader.start();
            server.awaitRequests(3, SOON); // two of them ask the server what it is
            end.accept(adapter, loader);
            server.awaitClientClosed(SOON);
            loader.join(SOON.toMillis());
            assertThat(outcome).isCompletedWithValueMatching(CancelledException.class::isInstance);
        }
    }

    private static void preload(Script script) {
        try (ScriptedServer server = EndpointFormsTest.modelRunner().on("/engines/v1/chat/completions", script);
                HttpAdapter adapter = HttpAdapter.at(server.url())) {
            preloader(adapter).preload("ai/tiny", Purpose.CHAT);
        }
    }

    private static Preloader preloader(HttpAdapter adapter) {
        return adapter.power(Preloader.class).orElseThrow();
    }
}
