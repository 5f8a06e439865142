package io.modelrunner.http;

import static io.modelrunner.http.Pulls.MISSING;
import static io.modelrunner.http.Pulls.SOON;
import static io.modelrunner.http.Pulls.SUCCEEDING;
import static io.modelrunner.http.Pulls.SUCCESS;
import static io.modelrunner.http.Pulls.asked;
import static io.modelrunner.http.Pulls.lines;
import static io.modelrunner.http.Pulls.progress;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.modelrunner.CancelledException;
import io.modelrunner.ModelNotFoundException;
import io.modelrunner.OperationMissingException;
import io.modelrunner.Timeouts;
import io.modelrunner.adapter.Completer;
import io.modelrunner.adapter.Preloader;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.chat.CompletionRequest;
import io.modelrunner.retrieval.EmbeddingRequest;
import io.modelrunner.retrieval.RerankRequest;
import io.modelrunner.store.NotInRegistryException;
import io.modelrunner.store.PullEvent;
import io.modelrunner.store.PullPolicy;
import io.modelrunner.testing.LeakCheck;
import io.modelrunner.testing.Recordings;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests for models that are absent, by the policy of the adapter. */
@Timeout(60)
class PullPolicyTest {
    private static final String MODEL = "ai/absent";
    private static final ChatRequest REQUEST = ChatRequest.of(MODEL, "Hello");
    private static final Script CHAT = Script.replay(Recordings.load("inference/chat"));
    private static final Script STREAM = Script.replay(Recordings.load("inference/chat-stream-usage"));

    /** The recorded answer for a model that is not there. */
    private static final Script NOT_PULLED = Script.replay(Recordings.load("inference/model-not-pulled"));

    private final List<PullEvent> told = Collections.synchronizedList(new ArrayList<>());

    @RegisterExtension
    final LeakCheck leaks = LeakCheck.of();

    static Stream<Arguments> requests() {
        return Stream.of(
                request("chat", "inference/chat", adapter -> adapter.chat(REQUEST)),
                request(
                        "stream",
                        "inference/chat-stream-usage",
                        adapter -> adapter.stream(REQUEST).join()),
                request(
                        "embed",
                        "inference/embeddings",
                        adapter -> new HttpEmbedder(adapter).embed(EmbeddingRequest.of(MODEL, "Hello"))),
                request(
                        "rerank",
                        "inference/rerank",
                        adapter -> new HttpReranker(adapter)
                                .rerank(RerankRequest.of(MODEL, "What is a container?", List.of("a", "b", "c")))),
                request(
                        "complete",
                        "inference/completion",
                        adapter -> adapter.power(Completer.class)
                                .orElseThrow()
                                .complete(CompletionRequest.of(MODEL, "Hello"))),
                request(
                        "preload",
                        "inference/preload",
                        adapter ->
                                adapter.power(Preloader.class).orElseThrow().preload(MODEL, Preloader.Purpose.CHAT)));
    }

    private static Arguments request(String name, String recording, Consumer<HttpAdapter> request) {
        return Arguments.argumentSet(name, Script.replay(Recordings.load(recording)), request);
    }

    @ParameterizedTest
    @MethodSource("requests")
    void absentModelIsPulledAndTheRequestSentAgain(Script answer, Consumer<HttpAdapter> request) {
        try (ScriptedServer server = runner(NOT_PULLED, answer);
                HttpAdapter adapter = adapter(server, PullPolicy.IF_MISSING)) {
            request.accept(adapter);
            assertThat(told)
                    .extracting(PullEvent::percent)
                    .isSorted()
                    .contains(50)
                    .last()
                    .isEqualTo(100);
            assertThat(told).last().isInstanceOf(PullEvent.Done.class);
            List<String> asked = asked(server);
            assertThat(asked).hasSize(3);
            assertThat(asked.get(1)).isEqualTo("POST /models/create");
            assertThat(asked.get(2)).isEqualTo(asked.get(0));
        }
    }

    @ParameterizedTest
    @MethodSource("requests")
    void absentModelIsNotFoundUnlessAskedFor(Script answer, Consumer<HttpAdapter> request) {
        try (ScriptedServer server = runner(NOT_PULLED, answer);
                HttpAdapter adapter = HttpAdapter.at(server.url())) {
            assertThatExceptionOfType(ModelNotFoundException.class).isThrownBy(() -> request.accept(adapter));
            assertThat(asked(server)).hasSize(1);
        }
    }

    @Test
    void presentModelIsNotPulledIfOnlyMissingOnesAre() {
        try (ScriptedServer server = runner(CHAT);
                HttpAdapter adapter = adapter(server, PullPolicy.IF_MISSING)) {
            adapter.chat(REQUEST);
            assertThat(told).isEmpty();
            assertThat(asked(server)).containsExactly("POST /engines/v1/chat/completions");
        }
    }

    @Test
    void modelThatIsMissingBehindThePullIsNotPulledAgain() {
        try (ScriptedServer server = runner(NOT_PULLED);
                HttpAdapter adapter = adapter(server, PullPolicy.IF_MISSING)) {
            assertThatExceptionOfType(ModelNotFoundException.class).isThrownBy(() -> adapter.chat(REQUEST));
            assertThat(asked(server)).hasSize(3);
        }
    }

    @Test
    void threadsThatNeedOneModelShareThePull() {
        Script halting = exchange -> exchange.head(200, "Transfer-Encoding: chunked")
                .send(progress(50))
                .stall()
                .send(SUCCESS)
                .end();
        try (ScriptedServer server = runner(NOT_PULLED, NOT_PULLED, CHAT).on("/models/create", halting);
                HttpAdapter adapter = adapter(server, PullPolicy.IF_MISSING)) {
            CompletableFuture<?> one = CompletableFuture.supplyAsync(() -> adapter.chat(REQUEST));
            CompletableFuture<?> two = CompletableFuture.supplyAsync(() -> adapter.chat(REQUEST));
            awaitTold(2);
            server.release();
            assertThat(one).succeedsWithin(SOON);
            assertThat(two).succeedsWithin(SOON);
            assertThat(asked(server)).filteredOn("POST /models/create"::equals).hasSize(1);
            assertThat(asked(server)).hasSize(5);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = PullPolicy.class,
            names = {"IF_MISSING", "ALWAYS"})
    @SuppressWarnings("try") // closed early: that is the test
    void closingTheStreamDuringThePullEndsThePull(PullPolicy policy) {
        Script halting = exchange -> exchange.head(200, "Transfer-Encoding: chunked")
                .send(progress(50))
                .stall();
        try (ScriptedServer server = runner(NOT_PULLED).on("/models/create", halting);
                HttpAdapter adapter = adapter(server, policy);
                ChatStream stream = adapter.stream(REQUEST)) {
            CompletableFuture<?> reader = CompletableFuture.supplyAsync(stream::join);
            awaitTold(1);
            stream.close();
            assertThat(reader).failsWithin(SOON).withThrowableThat().withCauseInstanceOf(CancelledException.class);
            server.awaitClientClosed(SOON);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = PullPolicy.class,
            names = {"IF_MISSING", "ALWAYS"})
    void failedPullIsTheFailureOfTheRequest(PullPolicy policy) {
        try (ScriptedServer server = runner(NOT_PULLED)
                        .on("/models/create", exchange -> exchange.answer(404, "text/plain", "Model not found"));
                HttpAdapter adapter = adapter(server, policy)) {
            assertThatExceptionOfType(NotInRegistryException.class).isThrownBy(() -> adapter.chat(REQUEST));
        }
    }

    @Test
    void alwaysPullsOnceForEachModelBeforeItsFirstUse() {
        try (ScriptedServer server = runner(CHAT);
                HttpAdapter adapter = adapter(server, PullPolicy.ALWAYS)) {
            adapter.chat(REQUEST);
            adapter.chat(REQUEST);
            adapter.chat(ChatRequest.of("ai/other", "Hello"));
            assertThat(asked(server))
                    .containsExactly(
                            "POST /models/create",
                            "POST /engines/v1/chat/completions",
                            "POST /engines/v1/chat/completions",
                            "POST /models/create",
                            "POST /engines/v1/chat/completions");
        }
    }

    @Test
    void alwaysPullsAgainWhatHasGoneMeanwhile() {
        try (ScriptedServer server = runner(CHAT, NOT_PULLED, CHAT);
                HttpAdapter adapter = adapter(server, PullPolicy.ALWAYS)) {
            adapter.chat(REQUEST);
            adapter.chat(REQUEST);
            assertThat(asked(server)).filteredOn("POST /models/create"::equals).hasSize(2);
        }
    }

    @Test
    void pullThatFailedIsTriedByTheNextRequest() {
        Script first = exchange -> exchange.answer(404, "text/plain", "Model not found");
        try (ScriptedServer server = Pulls.runner(first, SUCCEEDING, CHAT);
                HttpAdapter adapter = adapter(server, PullPolicy.ALWAYS)) {
            assertThatExceptionOfType(NotInRegistryException.class).isThrownBy(() -> adapter.chat(REQUEST));
            assertThat(adapter.chat(REQUEST).text()).isNotEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = PullPolicy.class,
            names = {"IF_MISSING", "ALWAYS"})
    void timeOfThePullIsNotThatOfTheRequest(PullPolicy policy) {
        Duration limit = Duration.ofSeconds(2); // a busy machine may stop for one
        Timeouts limits =
                Timeouts.builder().answer(limit).total(limit).load(limit).build();
        Script slow = exchange -> {
            exchange.head(200, "Transfer-Encoding: chunked");
            for (int i = 0; i < 5; i++) {
                exchange.pause(limit.dividedBy(4)).send(progress(i));
            }
            exchange.send(SUCCESS).end();
        };
        ChatRequest hasty = REQUEST.toBuilder().timeouts(limits).build();
        try (ScriptedServer server =
                        runner(NOT_PULLED, CHAT, NOT_PULLED, STREAM).on("/models/create", slow);
                HttpAdapter adapter = adapter(server, policy)) {
            assertThat(adapter.chat(hasty).text()).isNotEmpty();
            assertThat(adapter.stream(hasty.toBuilder().build()).join().text()).isNotEmpty();
        }
    }

    @Test
    void listenerThatThrowsEndsThePullAndTheRequest() {
        Script halting = exchange -> exchange.head(200, "Transfer-Encoding: chunked")
                .send(progress(50))
                .stall();
        try (ScriptedServer server = runner(NOT_PULLED).on("/models/create", halting);
                HttpAdapter adapter = Pulls.to(server)
                        .pull(PullPolicy.IF_MISSING, event -> {
                            if (event instanceof PullEvent.LayerProgress) {
                                throw new IllegalStateException("no more of that");
                            }
                        })
                        .build()) {
            assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> adapter.chat(REQUEST));
            server.awaitClientClosed(SOON);
        }
    }

    @Test
    void serverThatCannotPullSaysSo() {
        try (ScriptedServer server = ScriptedServer.answering(
                        exchange -> exchange.head(404, "Server: llama.cpp", "Content-Length: 0")
                                .end());
                HttpAdapter adapter = adapter(server, PullPolicy.ALWAYS)) {
            assertThatExceptionOfType(OperationMissingException.class)
                    .isThrownBy(() -> adapter.chat(REQUEST))
                    .withMessageContaining("llama.cpp")
                    .withMessageContaining("can't pull");
        }
    }

    @Test
    void modelThatIsMissingWhereNothingCanBePulledIsMissing() {
        try (ScriptedServer server = ScriptedServer.answering(exchange -> exchange.answer(
                                404, "application/json", "{\"error\":{\"message\":\"model 'ai/tiny' not found\"}}"))
                        .on("/v1/models", Script.json("{\"object\":\"list\",\"data\":[]}"));
                HttpAdapter adapter = adapter(server, PullPolicy.IF_MISSING)) {
            assertThatExceptionOfType(ModelNotFoundException.class)
                    .isThrownBy(() -> adapter.chat(REQUEST))
                    .satisfies(
                            e -> assertThat(e.getSuppressed()).hasOnlyElementsOfType(OperationMissingException.class));
        }
    }

    @Test
    void ollamaPullsTooByItsOwnWords() {
        Script unknown = Script.replay(Recordings.load("ollama/openai-chat-unknown-model"));
        try (ScriptedServer server = ScriptedServer.answering(
                                unknown, Script.replay(Recordings.load("ollama/openai-chat")))
                        .on("/engines/status", Script.replay(Recordings.load("ollama/dmr-status")))
                        .on("/api/version", Script.replay(Recordings.load("ollama/version")))
                        .on("/api/pull", Script.replay(Recordings.load("ollama/pull-present")));
                HttpAdapter adapter = adapter(server, PullPolicy.IF_MISSING)) {
            assertThat(adapter.chat(ChatRequest.of("tiny", "Hello")).text())
                    .isEqualTo("Hello! How can I help you today?");
            assertThat(told).last().isInstanceOf(PullEvent.Done.class);
        }
    }

    @Test
    void missingIsWhatTheRunnersOwnWordsSay() {
        try (ScriptedServer server = runner(MISSING, CHAT);
                HttpAdapter adapter = adapter(server, PullPolicy.IF_MISSING)) {
            assertThat(adapter.chat(REQUEST).text()).isNotEmpty();
        }
    }

    private void awaitTold(int progresses) {
        long end = System.nanoTime() + SOON.toNanos();
        while (count() < progresses && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertThat(count()).isEqualTo(progresses);
    }

    private long count() {
        synchronized (told) {
            return told.stream()
                    .filter(PullEvent.LayerProgress.class::isInstance)
                    .count();
        }
    }

    private HttpAdapter adapter(ScriptedServer server, PullPolicy policy) {
        return Pulls.to(server).pull(policy, told::add).build();
    }

    private static ScriptedServer runner(Script first, Script... then) {
        return Pulls.runner(first, then).on("/models/create", lines(progress(50), SUCCESS));
    }
}
