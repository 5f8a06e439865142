package io.modelrunner.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.modelrunner.BrokenAnswerException;
import io.modelrunner.ContextOverflowException;
import io.modelrunner.Model;
import io.modelrunner.ModelName;
import io.modelrunner.ModelNotFoundException;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.OperationMissingException;
import io.modelrunner.RequestRefusedException;
import io.modelrunner.adapter.Completer;
import io.modelrunner.adapter.Health;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.CompletionRequest;
import io.modelrunner.chat.FinishReason;
import io.modelrunner.retrieval.EmbeddingRequest;
import io.modelrunner.retrieval.EmbeddingResponse;
import io.modelrunner.store.ModelStore;
import io.modelrunner.store.NotInRegistryException;
import io.modelrunner.store.PullEvent;
import io.modelrunner.store.PullStream;
import io.modelrunner.store.PurgeConfirmation;
import io.modelrunner.store.RegistryUnavailableException;
import io.modelrunner.testing.LeakCheck;
import io.modelrunner.testing.Recording;
import io.modelrunner.testing.Recordings;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every recording of Ollama becomes what it should, by an adapter that was told of its address alone. */
@Timeout(60)
class RecordedOllamaTest {
    private static final String HELLO = "Hello! How can I help you today?";
    private static final String REDIRECTED = "localhost:5001/redir/tiny:latest";

    /**
     * Ollama's own form of chats and completions, which the adapter never asks for: it speaks to Ollama in the form of OpenAI,
     * recorded as {@code openai-chat…}. No reader of ours is held against these; the fake runner is.
     */
    private static final Set<String> OWN_FORM = Set.of("chat", "chat-stream", "generate");

    /** Loading and unloading, which have no other form: read by {@link OtherControlsTest}. */
    private static final Set<String> OF_THE_CONTROL = Set.of("chat-unknown-model", "embed", "ps", "ps-empty", "unload");

    private static final Map<String, Consumer<Replayed>> TESTS = tests();

    @RegisterExtension
    final LeakCheck leaks = LeakCheck.of();

    /** An Ollama that answers as was recorded. */
    private record Replayed(Recording recording, ScriptedServer server, HttpAdapter adapter) {
        ModelStore store() {
            return new HttpModelStore(adapter);
        }

        /** {@return what was asked last; it went where the recorded request did} */
        String body() {
            assertThat(server.lastRequest().method())
                    .isEqualTo(recording.request().method());
            assertThat(server.lastRequest().path())
                    .isEqualTo(recording.request().path());
            return server.lastRequest().body();
        }
    }

    private static Map<String, Consumer<Replayed>> tests() {
        Map<String, Consumer<Replayed>> tests = new LinkedHashMap<>();
        probes(tests);
        models(tests);
        changes(tests);
        pulls(tests);
        chats(tests);
        refusedChats(tests);
        others(tests);
        return tests;
    }

    private static void probes(Map<String, Consumer<Replayed>> tests) {
        Consumer<Replayed> isOllama = it -> {
            Health health = it.adapter().health();
            assertThat(health.speaks()).contains("Ollama");
            assertThat(health.version()).contains("0.0.0");
        };
        tests.put("version", isOllama);
        tests.put("dmr-status", isOllama);
        tests.put("banner", isOllama);
        tests.put(
                "dmr-list",
                it -> refusal(
                        it,
                        OperationMissingException.class,
                        store -> new RunnerStore(it.adapter(), it.adapter().site(attempts(it))).list()));
    }

    private static Attempts attempts(Replayed it) {
        return new Attempts(it.adapter(), it.adapter().timeouts());
    }

    private static void models(Map<String, Consumer<Replayed>> tests) {
        tests.put("tags", it -> {
            List<Model> models = it.store().list();
            assertThat(models).extracting(Model::name).contains(ModelName.of("tiny:latest"), ModelName.of(REDIRECTED));
            Model first = models.get(0);
            assertThat(first.bytes()).hasValue(1_028_486);
            assertThat(first.id()).isPresent();
            assertThat(first.created()).isPresent();
            assertThat(first.format()).contains("gguf");
            assertThat(first.architecture()).contains("llama");
            assertThat(first.parameters()).contains("935K");
            assertThat(first.quantization()).contains("Q8_0");
            assertThat(it.body()).isEmpty();
        });
        tests.put("tags-empty", it -> assertThat(it.store().list()).isEmpty());
        tests.put("show", it -> {
            Model model = it.store().inspect("tiny");
            assertThat(model.name()).isEqualTo(ModelName.of("tiny"));
            assertThat(model.contextTokens()).hasValue(2_048);
            assertThat(model.metadata()).containsEntry("general.architecture", "llama");
            assertThat(model.quantization()).contains("Q8_0");
            assertSame(it);
        });
        tests.put("show-unknown", it -> {
            refusal(it, ModelNotFoundException.class, store -> store.inspect("nosuch"));
            assertSame(it);
        });
        tests.put(
                "openai-models",
                it -> assertThat(it.adapter().listModels())
                        .extracting(Model::name)
                        .containsExactly(ModelName.of(REDIRECTED), ModelName.of("tiny:latest")));
        // Nothing here asks for one model in this form; it is no list.
        tests.put(
                "openai-model",
                it -> refusal(
                        it, BrokenAnswerException.class, store -> it.adapter().listModels()));
        tests.put(
                "openai-model-unknown",
                it -> refusal(
                        it, ModelNotFoundException.class, store -> it.adapter().listModels()));
    }

    private static void changes(Map<String, Consumer<Replayed>> tests) {
        tests.put("copy", it -> {
            it.store().tag(REDIRECTED, "tiny");
            assertSame(it);
        });
        tests.put("delete", it -> {
            assertThat(it.store().remove("tiny").untagged()).containsExactly(ModelName.of("tiny"));
            assertSame(it);
        });
        tests.put("delete-unknown", it -> {
            refusal(it, ModelNotFoundException.class, store -> store.remove("nosuch"));
            assertSame(it);
        });
    }

    private static void pulls(Map<String, Consumer<Replayed>> tests) {
        tests.put("pull", it -> {
            List<PullEvent> events = pull(it, REDIRECTED);
            assertThat(events)
                    .filteredOn(PullEvent.Step.class::isInstance)
                    .extracting(event -> ((PullEvent.Step) event).message())
                    .contains("pulling manifest", "verifying sha256 digest", "writing manifest");
        });
        tests.put("pull-present", it -> {
            List<PullEvent> events = pull(it, REDIRECTED);
            assertThat(events)
                    .filteredOn(PullEvent.LayerProgress.class::isInstance)
                    .isNotEmpty();
            assertThat(events)
                    .last()
                    .satisfies(done -> assertThat(done.totalBytes()).isGreaterThan(1_028_320));
        });
        tests.put("pull-no-stream", it -> pull(it, REDIRECTED));
        tests.put("pull-bad-name", it -> refusal(it, RequestRefusedException.class, pulling("tiny")));
        tests.put("pull-unknown", it -> refusal(it, NotInRegistryException.class, pulling("tiny")));
        tests.put("pull-registry-unreachable", it -> refusal(it, RegistryUnavailableException.class, pulling("tiny")));
    }

    private static void chats(Map<String, Consumer<Replayed>> tests) {
        tests.put("openai-chat", it -> assertChat(it, HELLO, FinishReason.STOP));
        tests.put("openai-chat-length", it -> assertChat(it, "1, 2,", FinishReason.LENGTH));
        tests.put("openai-chat-stream", it -> assertChat(it, HELLO, FinishReason.STOP));
        tests.put("openai-chat-json-schema", it -> {
            ChatResponse response = ask(it);
            assertThat(response.text()).contains("Ada Lovelace");
        });
        tests.put("openai-chat-tools", it -> {
            ChatResponse response = ask(it);
            assertThat(response.finishReason()).isEqualTo(FinishReason.TOOL_CALLS);
            assertThat(response.toolCalls())
                    .singleElement()
                    .satisfies(toolCall -> assertThat(toolCall.arguments()).isEqualTo("{\"city\":\"Paris\"}"));
        });
    }

    private static void refusedChats(Map<String, Consumer<Replayed>> tests) {
        ChatRequest any = ChatRequest.of("nosuch", "Hello");
        tests.put("openai-chat-unknown-model", it -> {
            refusal(it, ModelNotFoundException.class, store -> it.adapter().chat(any));
            assertThat(it.body()).contains("\"nosuch\"");
        });
        tests.put("openai-chat-context-overflow", it -> {
            ContextOverflowException e = catchThrowableOfType(
                    ContextOverflowException.class, () -> it.adapter().chat(any));
            assertThat(e.promptTokens()).hasValue(3_009);
            assertThat(e.contextTokens()).hasValue(2_048);
        });
        for (String refused : List.of("openai-chat-malformed", "openai-chat-no-messages")) {
            tests.put(
                    refused,
                    it -> refusal(
                            it,
                            RequestRefusedException.class,
                            store -> it.adapter().chat(any)));
        }
        tests.put(
                "openai-embeddings-unknown-model",
                it -> refusal(
                        it,
                        ModelNotFoundException.class,
                        store -> new HttpEmbedder(it.adapter()).embed(EmbeddingRequest.of("nosuch", "Hello"))));
    }

    private static void others(Map<String, Consumer<Replayed>> tests) {
        tests.put("openai-completion", it -> {
            ChatResponse response =
                    it.adapter().power(Completer.class).orElseThrow().complete(CompletionRequest.of("tiny", "Hello"));
            assertThat(response.text()).isEqualTo("Hello! How can I help you today");
            assertThat(it.body()).contains("\"tiny\"");
        });
        tests.put("openai-embeddings", it -> {
            EmbeddingResponse response =
                    new HttpEmbedder(it.adapter()).embed(EmbeddingRequest.of("tiny-embed", "Hello", "Good morning"));
            assertThat(response.vectors()).hasSize(2);
            assertThat(it.body()).contains("\"tiny-embed\"");
        });
    }

    @Test
    void everyRecordingIsReadOrOfAFormThatIsNeverAsked() {
        List<String> known = new ArrayList<>(TESTS.keySet());
        known.addAll(OWN_FORM);
        known.addAll(OF_THE_CONTROL);
        assertThat(known.stream().map(name -> "ollama/" + name))
                .containsExactlyInAnyOrderElementsOf(Recordings.folder("ollama").stream()
                        .map(Recording::name)
                        .toList());
    }

    static Stream<Arguments> recordings() {
        return TESTS.entrySet().stream()
                .map(entry -> Arguments.argumentSet(
                        entry.getKey(), Recordings.load("ollama/" + entry.getKey()), entry.getValue()));
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void recordingBecomesWhatItShould(Recording recording, Consumer<Replayed> test) {
        try (ScriptedServer server = ollama(recording);
                HttpAdapter adapter = Pulls.to(server).build()) {
            test.accept(new Replayed(recording, server, adapter));
        }
    }

    private static ScriptedServer ollama(Recording recording) {
        return ScriptedServer.replay(recording)
                .on("/engines/status", Script.replay(Recordings.load("ollama/dmr-status")))
                .on("/api/version", Script.replay(Recordings.load("ollama/version")));
    }

    @Test
    void whatOllamaLacksIsRefusedByItsName() {
        try (ScriptedServer server = ollama(Recordings.load("ollama/banner"));
                HttpAdapter adapter = Pulls.to(server).build()) {
            ModelStore store = new HttpModelStore(adapter);
            List<Runnable> missing = List.of(
                    () -> store.inspectRemote("tiny"),
                    () -> store.load(Path.of("tiny.gguf"), "tiny"),
                    () -> store.loadArchive(InputStream.nullInputStream(), "tiny"),
                    () -> store.export("tiny", new ByteArrayOutputStream()),
                    () -> store.repackage("tiny", "small", 512),
                    () -> store.purge(PurgeConfirmation.DELETE_ALL_MODELS),
                    store::diskUsage);
            assertThat(missing)
                    .allSatisfy(call -> assertThatExceptionOfType(OperationMissingException.class)
                            .isThrownBy(call::run)
                            .withMessageContaining("Ollama at " + server.url())
                            .satisfies(e -> assertThat(e.remedies()).isNotEmpty()));
            assertThat(server.requests()).extracting("path").containsOnly("/engines/status", "/api/version");
        }
    }

    @Test
    void spellingsOfAModelAreThoseOfOllama() {
        assertThat(Stream.of("tiny", "Tiny:latest", "library/tiny", "registry.ollama.ai/library/tiny:LATEST")
                        .map(name -> OllamaName.canonical(ModelName.of(name))))
                .containsOnly("registry.ollama.ai/library/tiny:latest");
        assertThat(OllamaName.canonical(ModelName.of("ai/tiny"))).isEqualTo("registry.ollama.ai/ai/tiny:latest");
        assertThat(OllamaName.canonical(ModelName.of("hf.co/Org/Tiny:Q4"))).isEqualTo("hf.co/org/tiny:q4");
        assertThat(OllamaName.canonical(ModelName.of("tiny:1b"))).isEqualTo("registry.ollama.ai/library/tiny:1b");
    }

    private static ChatResponse ask(Replayed it) {
        ChatRequest request = RecordedChat.request(it.recording());
        ChatResponse response = RecordedChat.isStream(it.recording())
                ? it.adapter().stream(request).join()
                : it.adapter().chat(request);
        assertThat(it.body()).contains("\"tiny\"");
        assertThat(response.servedModel()).contains("tiny");
        return response;
    }

    private static void assertChat(Replayed it, String text, FinishReason reason) {
        ChatResponse response = ask(it);
        assertThat(response.text()).isEqualTo(text);
        assertThat(response.finishReason()).isEqualTo(reason);
        assertThat(response.usage()).isPresent();
        assertThat(response.warnings()).isEmpty();
    }

    private static List<PullEvent> pull(Replayed it, String model) {
        List<PullEvent> events = new ArrayList<>();
        try (PullStream pull = it.store().pull(model)) {
            pull.join(events::add);
        }
        assertThat(events).last().isInstanceOf(PullEvent.Done.class);
        assertThat(events).extracting(PullEvent::percent).isSorted().last().isEqualTo(100);
        assertThat(it.body()).isEqualTo("{\"model\":\"" + model + "\"}");
        return events;
    }

    private static Consumer<ModelStore> pulling(String model) {
        return store -> {
            try (PullStream pull = store.pull(model)) {
                pull.join();
            }
        };
    }

    private static void refusal(Replayed it, Class<? extends ModelRunnerException> type, Consumer<ModelStore> call) {
        ModelRunnerException e = catchThrowableOfType(ModelRunnerException.class, () -> call.accept(it.store()));
        assertThat(e).isExactlyInstanceOf(type);
        assertThat(e.status()).hasValue(it.recording().response().status());
        assertThat(e.getMessage()).hasSizeLessThan(700);
    }

    private static void assertSame(Replayed it) {
        assertThat(it.body())
                .isEqualTo(it.recording().request().body().replace(": ", ":").replace(", ", ","));
    }
}
