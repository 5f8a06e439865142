package io.modelrunner.http;

import static io.modelrunner.http.Pulls.asked;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.modelrunner.BrokenAnswerException;
import io.modelrunner.CancelledException;
import io.modelrunner.Model;
import io.modelrunner.ModelName;
import io.modelrunner.ModelNotFoundException;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.OperationMissingException;
import io.modelrunner.RequestRefusedException;
import io.modelrunner.store.ModelStore;
import io.modelrunner.store.NotInRegistryException;
import io.modelrunner.store.PullEvent;
import io.modelrunner.store.PullStream;
import io.modelrunner.store.PurgeConfirmation;
import io.modelrunner.store.RegistryAccessException;
import io.modelrunner.store.RegistryRequest;
import io.modelrunner.store.RegistryUnavailableException;
import io.modelrunner.store.Removal;
import io.modelrunner.store.StoreDamagedException;
import io.modelrunner.store.UnsupportedArtifactException;
import io.modelrunner.testing.LeakCheck;
import io.modelrunner.testing.Recording;
import io.modelrunner.testing.Recordings;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every recording of Docker Model Runner's models becomes the value or the exception that it should. */
@Timeout(60)
class RecordedModelsTest {
    private static final String TINY = "sha256:9351ec10c41ba346012c7e7de5fbbfe4a9b7010689794264f9200379bb00e777";
    private static final String PADDED = "sha256:1443573dd832c70373915e4d73266cd904fdc31455fdc50134ef7ef36cf3b5a3";
    private static final String HAND_MADE = "sha256:50d0a98e4bfea0798296d7032cb4deefa4f89c6d063d4c965c72b9568a9dc944";

    /** Those that the OpenAI-compatible list is made of. */
    private static final List<String> LISTS =
            List.of("models/openai-list", "models/openai-list-empty", "models/openai-list-v1");

    private static final Map<String, Consumer<Replayed>> TESTS = tests();

    @RegisterExtension
    final LeakCheck leaks = LeakCheck.of();

    /** A runner that answers as was recorded, and what is asked of it. */
    private record Replayed(Recording recording, ScriptedServer server, HttpAdapter adapter) {
        ModelStore store() {
            return new HttpModelStore(adapter);
        }

        /** {@return the name in the recorded path} */
        String name() {
            String path = recording.request().path().replace("%2F", "/");
            return path.replaceFirst("^/models/", "").replaceFirst("(/export|/push|/repackage|/tag)?(\\?.*)?$", "");
        }

        String from() {
            return recording.request().body().replaceFirst(".*\"from\": \"([^\"]*)\".*", "$1");
        }
    }

    private static Map<String, Consumer<Replayed>> tests() {
        Map<String, Consumer<Replayed>> tests = new LinkedHashMap<>();
        lists(tests);
        inspections(tests);
        removals(tests);
        archives(tests);
        pulls(tests);
        refusedPulls(tests);
        pushes(tests);
        changes(tests);
        openAi(tests);
        return tests;
    }

    private static void lists(Map<String, Consumer<Replayed>> tests) {
        tests.put("list", it -> {
            List<Model> models = it.store().list();
            assertThat(models)
                    .extracting(model -> model.name().text())
                    .containsExactly(
                            "docker.io/ai/tiny:latest",
                            "docker.io/ai/padded:latest",
                            "docker.io/ai/tiny:512",
                            "localhost:5001/slow/padded2:latest");
            assertTiny(models.get(0));
            assertThat(models.get(2).contextTokens()).hasValue(512);
        });
        tests.put(
                "list-several",
                it -> assertThat(it.store().list())
                        .allSatisfy(model -> assertThat(model.id()).isPresent())
                        .extracting(model -> model.name().text())
                        .contains("docker.io/ai/padded:latest", "docker.io/ai/tiny:latest"));
        tests.put("list-empty", it -> assertThat(it.store().list()).isEmpty());
        tests.put("list-after-purge", it -> assertThat(it.store().list()).isEmpty());
    }

    private static void inspections(Map<String, Consumer<Replayed>> tests) {
        for (String by : List.of(
                "",
                "-by-digest",
                "-by-escaped-slash",
                "-by-id",
                "-by-registry-and-tag",
                "-by-short-id",
                "-by-short-name",
                "-by-upper-case")) {
            tests.put("inspect" + by, it -> {
                assertTiny(it.store().inspect(it.name()));
                assertAsked(it);
            });
        }
        tests.put(
                "inspect-healed",
                it -> assertThat(it.store().inspect(it.name()).id()).contains(PADDED));
        tests.put(
                "inspect-lenient",
                it -> assertThat(it.store().inspect(it.name()).tags())
                        .containsExactly(ModelName.of("localhost:5001/slow/padded2:latest")));
        tests.put("inspect-loaded", it -> {
            Model model = it.store().inspect(it.name());
            assertThat(model.id()).contains(HAND_MADE);
            assertThat(model.created()).isEmpty();
            assertThat(model.format()).contains("gguf");
            assertThat(model.metadata()).isEmpty();
        });
        tests.put("inspect-remote", it -> {
            Model model = it.store().inspectRemote(it.name());
            assertThat(model.id()).contains(PADDED);
            assertThat(model.tags()).isEmpty();
            assertAsked(it);
        });
        tests.put(
                "inspect-remote-unknown",
                it -> refusal(it, NotInRegistryException.class, 404, store -> store.inspectRemote(it.name())));
        for (String unknown : List.of("inspect-unknown", "inspect-after-double-pull")) {
            tests.put(unknown, it -> refusal(it, ModelNotFoundException.class, 404, store -> store.inspect(it.name())));
        }
    }

    private static void removals(Map<String, Consumer<Replayed>> tests) {
        tests.put("delete-one-tag", it -> {
            Removal removal = it.store().remove(it.name());
            assertThat(removal.untagged()).containsExactly(ModelName.of("docker.io/myorg/tiny:v1"));
            assertThat(removal.deleted()).isEmpty();
            assertAsked(it);
        });
        tests.put("delete-last-tag", it -> {
            Removal removal = it.store().remove(it.name());
            assertThat(removal.untagged()).containsExactly(ModelName.of("docker.io/myorg/tiny:256"));
            assertThat(removal.deleted()).hasSize(1);
        });
        tests.put(
                "delete-loaded",
                it -> assertThat(it.store().remove(it.name()).deleted()).containsExactly(HAND_MADE));
        tests.put("delete-by-id-forced", it -> {
            Removal removal = it.store().remove(it.name(), true);
            assertThat(removal.untagged()).hasSize(4);
            assertThat(removal.deleted()).containsExactly(TINY);
            assertAsked(it);
        });
        tests.put(
                "delete-by-id-conflict",
                it -> refusal(it, RequestRefusedException.class, 409, store -> store.remove(it.name())));
        tests.put(
                "delete-unknown",
                it -> refusal(it, ModelNotFoundException.class, 404, store -> store.remove(it.name())));
        tests.put("purge", it -> {
            it.store().purge(PurgeConfirmation.DELETE_ALL_MODELS);
            assertAsked(it);
        });
    }

    private static void archives(Map<String, Consumer<Replayed>> tests) {
        tests.put("export", it -> {
            ByteArrayOutputStream archive = new ByteArrayOutputStream();
            it.store().export(it.name(), archive);
            assertThat(archive.size()).isEqualTo(1_036_800);
            assertAsked(it);
        });
        tests.put(
                "export-unknown",
                it -> refusal(
                        it,
                        ModelNotFoundException.class,
                        404,
                        store -> store.export(it.name(), new ByteArrayOutputStream())));
        InputStream some = new ByteArrayInputStream(new byte[1_024]);
        for (String refused : List.of("load-garbage", "load-wrong-digest")) {
            tests.put(
                    refused,
                    it -> refusal(
                            it, UnsupportedArtifactException.class, 500, store -> store.loadArchive(some, "ai/x")));
        }
    }

    @SuppressWarnings("try") // closed early: that is the test
    private static void pulls(Map<String, Consumer<Replayed>> tests) {
        for (String whole : List.of("pull", "pull-progress", "pull-after-double-pull")) {
            tests.put(whole, it -> {
                List<PullEvent> events = pull(it, it.from());
                assertWhole(it, events, "Model pulled successfully");
                assertThat(events)
                        .filteredOn(PullEvent.LayerProgress.class::isInstance)
                        .isNotEmpty();
            });
        }
        tests.put("pull-resumed", it -> {
            List<PullEvent> events = pull(it, it.from());
            assertWhole(it, events, "Model pulled successfully");
            assertThat(events.get(1).percent()).isGreaterThan(70);
        });
        for (String short_ : List.of("pull-again", "pull-text-form")) {
            tests.put(short_, it -> assertWhole(it, pull(it, it.from()), "Model pulled successfully"));
        }
        tests.put("pull-cached", it -> assertWhole(it, pull(it, it.from()), "Using cached model: 973.50KiB"));
        tests.put("pull-cancelled-by-client", it -> {
            try (PullStream pull = it.store().pull(it.from())) {
                List<PullEvent> events = new ArrayList<>();
                ModelRunnerException e = catchThrowableOfType(
                        ModelRunnerException.class,
                        () -> pull.join(event -> {
                            events.add(event);
                            if (event.percent() > 70) {
                                pull.close();
                            }
                        }));
                assertThat(e).isInstanceOf(CancelledException.class);
                assertThat(events).extracting(PullEvent::percent).isSorted();
            }
        });
    }

    /** Names that the SDK refuses to send are replaced by one: the answer is what counts. */
    private static void refusedPulls(Map<String, Consumer<Replayed>> tests) {
        for (String unsayable : List.of("pull-bad-reference", "pull-empty-reference", "pull-malformed")) {
            tests.put(unsayable, it -> refusal(it, RequestRefusedException.class, 400, pulling("ai/x")));
        }
        tests.put("pull-registry-503", it -> refusedPull(it, RegistryUnavailableException.class, 500));
        tests.put("pull-registry-unreachable", it -> refusedPull(it, RegistryUnavailableException.class, 500));
        tests.put("pull-unauthorized", it -> refusedPull(it, RegistryAccessException.class, 500));
        tests.put("pull-unauthorized-token", it -> refusedPull(it, RegistryAccessException.class, 401));
        tests.put("pull-unknown", it -> refusedPull(it, NotInRegistryException.class, 404));
        tests.put("pull-cut-in-the-middle", it -> refusedPull(it, RegistryUnavailableException.class, 200));
        tests.put("pull-twice-at-once", it -> refusedPull(it, StoreDamagedException.class, 200));
    }

    private static void pushes(Map<String, Consumer<Replayed>> tests) {
        for (String pushed : List.of("push", "push-all-present")) {
            tests.put(pushed, it -> {
                List<PullEvent> events = new ArrayList<>();
                it.store().push(RegistryRequest.of(it.name()), events::add);
                assertWhole(it, events, "Model pushed successfully");
            });
        }
        tests.put(
                "push-unauthorized",
                it -> refusal(it, RegistryAccessException.class, 200, store -> store.push(it.name())));
        tests.put("push-unknown", it -> refusal(it, ModelNotFoundException.class, 404, store -> store.push(it.name())));
    }

    private static void changes(Map<String, Consumer<Replayed>> tests) {
        tests.put("tag", it -> {
            it.store().tag(it.name(), "myorg/tiny:v1");
            assertAsked(it);
        });
        tests.put("tag-loaded", it -> {
            it.store().tag(it.name(), "hand-made");
            assertAsked(it);
        });
        tests.put(
                "tag-unknown",
                it -> refusal(it, ModelNotFoundException.class, 404, store -> store.tag(it.name(), "ai/other:v1")));
        tests.put(
                "tag-missing-argument",
                it -> refusal(it, RequestRefusedException.class, 400, store -> store.tag(it.name(), "x")));
        tests.put(
                "repackage-no-target",
                it -> refusal(it, RequestRefusedException.class, 400, store -> store.repackage(it.name(), "x", 1)));
        tests.put(
                "unknown-action",
                it -> refusal(it, OperationMissingException.class, 404, store -> store.tag("ai/tiny", "x")));
        tests.put("wrong-method", it -> refusal(it, OperationMissingException.class, 404, ModelStore::list));
    }

    private static void openAi(Map<String, Consumer<Replayed>> tests) {
        // Nothing here asks for one model in this form: it is no list, and the words of its absence are those of
        // inference.
        tests.put(
                "openai-get-unknown",
                it -> refusal(it, ModelNotFoundException.class, 404, store -> store.inspect("ai/nosuch")));
        tests.put("openai-get", it -> {
            ModelRunnerException e = catchThrowableOfType(
                    ModelRunnerException.class, () -> it.adapter().listModels());
            assertThat(e).isExactlyInstanceOf(BrokenAnswerException.class);
            assertThat(e.status()).hasValue(200);
        });
        for (String list : LISTS) {
            tests.put(list.substring("models/".length()), it -> {
                List<Model> models = it.adapter().listModels();
                boolean empty = list.endsWith("-empty");
                assertThat(models).hasSize(empty ? 0 : 4);
                assertThat(models).allSatisfy(model -> assertThat(model.owner()).contains("docker"));
            });
        }
    }

    @Test
    void everyRecordingIsRead() {
        assertThat(Stream.concat(
                        TESTS.keySet().stream().map(name -> "models/" + name),
                        RecordedSuccessesTest.READ.stream().filter(name -> name.startsWith("models/"))))
                .containsExactlyInAnyOrderElementsOf(Recordings.folder("models").stream()
                        .map(Recording::name)
                        .toList());
    }

    static Stream<Arguments> recordings() {
        return TESTS.entrySet().stream()
                .map(entry -> Arguments.argumentSet(
                        entry.getKey(), Recordings.load("models/" + entry.getKey()), entry.getValue()));
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void recordingBecomesWhatItShould(Recording recording, Consumer<Replayed> test) {
        try (ScriptedServer server = Pulls.runner(Script.replay(recording));
                HttpAdapter adapter = Pulls.to(server).build()) {
            test.accept(new Replayed(recording, server, adapter));
        }
    }

    private static void assertTiny(Model model) {
        assertThat(model.name()).isEqualTo(ModelName.of("docker.io/ai/tiny:latest"));
        assertThat(model.id()).contains(TINY);
        assertThat(model.tags()).containsExactly(ModelName.of("docker.io/ai/tiny:latest"));
        assertThat(model.created()).contains(Instant.ofEpochSecond(1_795_249_956L));
        assertThat(model.format()).contains("gguf");
        assertThat(model.quantization()).contains("MOSTLY_Q8_0");
        assertThat(model.parameters()).contains("935.04K");
        assertThat(model.architecture()).contains("llama");
        assertThat(model.size()).contains("973.50KiB");
        assertThat(model.contextTokens()).hasValue(2_048);
        assertThat(model.metadata()).containsEntry("tokenizer.ggml.model", "gpt2");
    }

    /** The path is the recorded one, but for the organisation and the tag that are always written out. */
    private static void assertAsked(Replayed it) {
        String[] recorded = it.recording().request().path().replace("%2F", "/").split("\\?", 2);
        List<String> asked = asked(it.server());
        assertThat(asked).hasSize(1);
        String[] sent = asked.get(0).split(" ", 2);
        assertThat(sent[0]).isEqualTo(it.recording().request().method());
        String[] path = sent[1].split("\\?", 2);
        assertThat(path[0].replaceFirst("models/(?i:ai)/", "models/").replaceFirst(":latest(?=/|$)", ""))
                .isEqualTo(
                        recorded[0].replaceFirst("models/(?i:ai)/", "models/").replaceFirst(":latest(?=/|$)", ""));
        assertThat(path.length == 2 ? path[1] : "").isEqualTo(recorded.length == 2 ? recorded[1] : "");
    }

    private static BiConsumer<ModelStore, List<PullEvent>> watching(String model) {
        return (store, events) -> {
            try (PullStream pull = store.pull(model)) {
                pull.join(events::add);
            }
        };
    }

    private static Consumer<ModelStore> pulling(String model) {
        return store -> watching(model).accept(store, new ArrayList<>());
    }

    private static List<PullEvent> pull(Replayed it, String model) {
        List<PullEvent> events = new ArrayList<>();
        watching(model).accept(it.store(), events);
        assertThat(Pulls.requests(it.server()).get(0).body())
                .contains("\"from\":\"" + ModelName.of(model).qualified() + "\"");
        return events;
    }

    private static void refusedPull(Replayed it, Class<? extends ModelRunnerException> type, int status) {
        refusal(it, type, status, pulling(it.from()));
    }

    private static void refusal(
            Replayed it, Class<? extends ModelRunnerException> type, int status, Consumer<ModelStore> call) {
        ModelRunnerException e = catchThrowableOfType(ModelRunnerException.class, () -> call.accept(it.store()));
        assertThat(e).isExactlyInstanceOf(type);
        assertThat(e.status()).hasValue(status);
        assertThat(e.remedies().isEmpty())
                .isEqualTo(status == 400 && !it.recording().name().contains("reference"));
        assertThat(e.getMessage()).hasSizeLessThan(900);
        assertThat(asked(it.server())).hasSize(1);
    }

    private static void assertWhole(Replayed it, List<PullEvent> events, String lastWords) {
        assertThat(events).first().isInstanceOf(PullEvent.Started.class);
        assertThat(events).last().isInstanceOfSatisfying(PullEvent.Done.class, done -> {
            assertThat(done.message()).isEqualTo(lastWords);
            assertThat(done.percent()).isEqualTo(100);
        });
        assertThat(events).extracting(PullEvent::percent).isSorted();
        assertThat(events).extracting(PullEvent::completedBytes).isSorted();
        assertThat(events).extracting(event -> event.model().text()).containsOnly(modelOf(it));
        List<String> recorded = Pattern.compile("\"id\":\"(sha256:[0-9a-f]+)\"")
                .matcher(it.recording().response().body())
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(new TreeSet<>(events.stream()
                        .map(RecordedModelsTest::layer)
                        .filter(Objects::nonNull)
                        .toList()))
                .isEqualTo(new TreeSet<>(recorded));
    }

    private static String modelOf(Replayed it) {
        return it.recording().request().path().endsWith("/push") ? it.name() : it.from();
    }

    private static @Nullable String layer(PullEvent event) {
        return event instanceof PullEvent.LayerProgress layer ? layer.layer() : null;
    }
}
