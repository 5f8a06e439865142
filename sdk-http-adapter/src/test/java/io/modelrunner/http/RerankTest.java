package io.modelrunner.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.modelrunner.BrokenAnswerException;
import io.modelrunner.EngineUnavailableException;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.OperationMissingException;
import io.modelrunner.RequestRefusedException;
import io.modelrunner.retrieval.RerankRequest;
import io.modelrunner.retrieval.RerankResponse;
import io.modelrunner.retrieval.RerankResponse.Ranked;
import io.modelrunner.retrieval.Reranker;
import io.modelrunner.testing.Recording;
import io.modelrunner.testing.Recordings;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts are put in order, wherever the server has the operation and in whichever form it answers. */
@Timeout(30)
class RerankTest {
    private static final String QUERY = "What is Docker?";
    private static final List<String> TEXTS = List.of("Docker runs containers.", "The sky is blue.");
    private static final Script NOT_FOUND = Script.replay(Recordings.load("service/unknown-path"));
    private static final Script LLAMA_CPP_NOT_FOUND = Script.replay(Recordings.load("llama-cpp/unknown-path"));

    @ParameterizedTest
    @CsvSource({
        "inference/rerank, /engines/v1, DOCUMENTS, 2",
        "inference/rerank-alias, /v1, DOCUMENTS, 0",
        "llama-cpp/rerank, , DOCUMENTS, 2",
        "llama-cpp/rerank-texts, , TEXTS, 0"
    })
    void recordedRankingIsAskedForAndReadAsItWas(String name, String base, RerankRequest.Form form, int topN) {
        Recording recording = Recordings.load(name);
        String model = name.startsWith("llama") ? "tiny-rerank" : "ai/tiny-rerank";
        RerankRequest.Builder request =
                RerankRequest.builder(model, QUERY, TEXTS).form(form);
        if (topN > 0) {
            request.topN(topN);
        }
        try (ScriptedServer server = llamaCppAnd(recording.request().path(), Script.replay(recording));
                HttpAdapter adapter = HttpAdapter.at(server.url() + (base == null ? "" : base))) {
            RerankResponse response = reranker(adapter).rerank(request.build());
            assertThat(response.ranking())
                    .containsExactly(new Ranked(0, 0.4858131408691406), new Ranked(1, 0.06797755509614944));
            assertThat(response.promptTokens())
                    .isEqualTo(form == RerankRequest.Form.TEXTS ? OptionalInt.empty() : OptionalInt.of(28));
            assertThat(response.adapter()).isEqualTo("http");
            assertThat(response.model().text()).isEqualTo(model);
            assertThat(response.timeline().attempts()).hasSize(1);
            assertThat(server.lastRequest().path())
                    .isEqualTo(recording.request().path());
            assertThat(JsonValues.object(server.lastRequest().body()))
                    .isEqualTo(JsonValues.object(recording.request().body()));
        }
    }

    /** Trap 16: the ranking of Docker Model Runner stands beside the {@code v1} of the address, never below it. */
    @ParameterizedTest
    @CsvSource({
        "/engines, /engines/rerank",
        "/engines/v1, /engines/rerank",
        "/engines/llama.cpp, /engines/llama.cpp/rerank",
        "/engines/llama.cpp/v1, /engines/llama.cpp/rerank",
        "/v1, /rerank",
        "/prefix/engines/v1, /prefix/engines/rerank",
        "/prefix/v1, /prefix/rerank"
    })
    void addressThatNamesThePathIsAskedBesideIt(String form, String path) {
        try (ScriptedServer server = ScriptedServer.answering(NOT_FOUND).on(path, recorded("inference/rerank"));
                HttpAdapter adapter = HttpAdapter.at(server.url() + form)) {
            assertThat(rank(adapter).ranking()).hasSize(2);
            assertThat(server.requests()).hasSize(1);
        }
    }

    /**
     * Trap 16: Docker Model Runner has no path for ranking below {@code v1}: it takes the {@code v1} for an engine that is
     * missing.
     */
    @Test
    void bareAddressIsAskedWhereItsDialectHasIt() {
        try (ScriptedServer server =
                        EndpointFormsTest.modelRunner().on("/engines/rerank", recorded("inference/rerank"));
                HttpAdapter adapter = HttpAdapter.at(server.url())) {
            assertThat(rank(adapter).ranking()).hasSize(2);
            assertThat(server.requests()).noneMatch(request -> request.path().contains("v1/rerank"));
        }
        try (ScriptedServer server = llamaCppAnd("/v1/rerank", recorded("llama-cpp/rerank"));
                HttpAdapter adapter = HttpAdapter.at(server.url())) {
            assertThat(rank(adapter).ranking()).hasSize(2);
        }
    }

    @Test
    void bestComeFirstAndNoMoreThanWanted() {
        String body = "{\"results\":[{\"index\":1,\"relevance_score\":-3},{\"index\":0,\"relevance_score\":2e0},"
                + "{\"index\":2,\"relevance_score\":-0.5}]}";
        RerankRequest.Builder request = RerankRequest.builder("m", "q", List.of("a", "b", "c"));
        assertThat(rerank(Script.json(body), request.build()).ranking())
                .extracting(Ranked::index)
                .containsExactly(0, 2, 1);
        assertThat(rerank(Script.json(body), request.topN(2).build()).ranking())
                .extracting(Ranked::index)
                .containsExactly(0, 2);
        assertThat(rerank(Script.json(body), request.topN(9).build()).ranking()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not JSON",
                "{}",
                "[]",
                "\"text\"",
                "{\"results\":[]}",
                "{\"results\":[{\"index\":2,\"relevance_score\":1}]}",
                "{\"results\":[{\"index\":-1,\"relevance_score\":1}]}",
                "{\"results\":[{\"relevance_score\":1}]}",
                "{\"results\":[{\"index\":0}]}",
                "{\"results\":[{\"index\":0,\"relevance_score\":null}]}",
                "{\"results\":[{\"index\":0,\"relevance_score\":1},{\"index\":0,\"relevance_score\":2}]}",
                "[{\"index\":5,\"score\":1}]",
                "[{\"index\":0,\"score\":1}"
            })
    void answerThatRanksNothingIsBroken(String body) {
        assertThatThrownBy(() -> rerank(Script.json(body), RerankRequest.of("m", QUERY, TEXTS)))
                .isInstanceOf(BrokenAnswerException.class)
                .hasMessageContaining("a ranking");
    }

    /**
     * Trap 23: a model for chats that is asked to rank answers 200, with numbers that mean nothing; nobody can tell from them.
     */
    @Test
    void chatModelOfTheRunnerRanksWithoutMeaning() {
        RerankResponse response =
                rerank(recorded("inference/rerank-on-chat-model"), RerankRequest.of("ai/tiny", "a", List.of("b")));
        assertThat(response.ranking()).containsExactly(new Ranked(0, -0.5668929219245911));
        assertThat(response.promptTokens()).hasValue(2);
    }

    @Test
    void refusalIsWhatWasRecorded() {
        refused("llama-cpp/rerank-no-query", RequestRefusedException.class, 400);
        refused("llama-cpp/rerank-on-chat-model", OperationMissingException.class, 501);
        refused("inference/rerank-v1-path", EngineUnavailableException.class, 404);
    }

    private static void refused(String name, Class<? extends ModelRunnerException> type, int status) {
        ModelRunnerException e = catchThrowableOfType(
                ModelRunnerException.class, () -> rerank(recorded(name), RerankRequest.of("m", QUERY, TEXTS)));
        assertThat(e).isExactlyInstanceOf(type);
        assertThat(e.status()).hasValue(status);
    }

    private static ScriptedServer llamaCppAnd(String path, Script rerank) {
        return ScriptedServer.answering(LLAMA_CPP_NOT_FOUND)
                .on("/engines/status", recorded("llama-cpp/engines-status"))
                .on("/health", recorded("llama-cpp/health"))
                .on(path, rerank);
    }

    private static RerankResponse rank(HttpAdapter adapter) {
        return reranker(adapter).rerank(RerankRequest.of("ai/tiny-rerank", QUERY, TEXTS));
    }

    private static RerankResponse rerank(Script script, RerankRequest request) {
        try (ScriptedServer server = ScriptedServer.answering(script);
                HttpAdapter adapter = HttpAdapter.at(server.url() + "/v1")) {
            return reranker(adapter).rerank(request);
        }
    }

    private static Reranker reranker(HttpAdapter adapter) {
        return adapter.power(Reranker.class).orElseThrow();
    }

    private static Script recorded(String name) {
        return Script.replay(Recordings.load(name));
    }
}
