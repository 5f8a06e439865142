package io.modelrunner.cli;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThatModelRunnerException;
import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.BrokenAnswerException;
import io.modelrunner.ContextOverflowException;
import io.modelrunner.InvalidConfigurationException;
import io.modelrunner.Model;
import io.modelrunner.ModelLoadException;
import io.modelrunner.ModelName;
import io.modelrunner.ModelNotFoundException;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.OperationMissingException;
import io.modelrunner.RequestRefusedException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.adapter.Preloader.Purpose;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.control.ConfigurationChange;
import io.modelrunner.control.EngineStatus;
import io.modelrunner.control.KeepAlive;
import io.modelrunner.control.RunnerControl;
import io.modelrunner.control.RunningModel;
import io.modelrunner.store.DiskUsage;
import io.modelrunner.store.ModelStore;
import io.modelrunner.store.NotInRegistryException;
import io.modelrunner.store.PullEvent;
import io.modelrunner.store.PurgeConfirmation;
import io.modelrunner.store.RegistryRequest;
import io.modelrunner.store.RegistryUnavailableException;
import io.modelrunner.store.Removal;
import io.modelrunner.testing.CliRecording;
import io.modelrunner.testing.CliRecordings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every recorded run of the real command, as the adapter reads it: the typed value, or the typed failure. */
class RecordedRunsTest extends CliTestCase {
    private static final String TINY = "sha256:9351ec10c41ba346012c7e7de5fbbfe4a9b7010689794264f9200379bb00e777";

    private final Map<String, Consumer<CliAdapter>> readings = new TreeMap<>();

    RecordedRunsTest() {
        models();
        removals();
        pulls();
        packages();
        control();
        status();
        failuresOfTheTool();
        answers();
        failuresOfAnswers();
    }

    static List<CliRecording> recordings() {
        return CliRecordings.all();
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void recordingIsRead(CliRecording recording) {
        assertThat(readings).as("what reads the recorded runs").containsKey(recording.name());
        if (recording.arguments().get(0).equals("run")) {
            docker.status("Docker Engine", NOWHERE + "/v1/", NOWHERE + "/v1/").on(Reply.of(recording), "run");
        } else {
            docker.always(recording.name());
        }
        readings.get(recording.name()).accept(adapter());
    }

    @Test
    void noReadingIsOfARunThatIsGone() {
        assertThat(CliRecordings.names()).containsAll(readings.keySet());
    }

    private void reads(Consumer<CliAdapter> reading, String... recordings) {
        for (String recording : recordings) {
            readings.put(recording, reading);
        }
    }

    private void fails(Consumer<CliAdapter> call, Class<? extends ModelRunnerException> type, String... recordings) {
        reads(adapter -> assertFails(() -> call.accept(adapter), type), recordings);
    }

    private static void assertFails(Runnable call, Class<? extends ModelRunnerException> type) {
        assertThatModelRunnerException(call::run)
                .isExactlyInstanceOf(type)
                .namesAdapter("cli")
                .hasRemedyContaining("");
    }

    /** Answers one command by another recording. */
    private void also(String recording, String... words) {
        docker.on(Reply.of(CliRecordings.load(recording)), words.length == 0 ? new String[] {recording} : words);
    }

    private static ModelStore store(CliAdapter adapter) {
        return adapter.power(ModelStore.class).orElseThrow();
    }

    private static RunnerControl control(CliAdapter adapter) {
        return adapter.power(RunnerControl.class).orElseThrow();
    }

    private void models() {
        reads(
                adapter -> assertThat(adapter.listModels())
                        .extracting(model -> model.name().text())
                        .containsExactly(
                                "docker.io/ai/padded:latest", "docker.io/ai/tiny:latest", "docker.io/ai/broken:latest"),
                "list-json");
        reads(
                adapter -> assertThat(adapter.listModels()).isEmpty(),
                "list-empty-json",
                "list-filter-without-match-json");
        reads(adapter -> assertTiny(store(adapter).inspect("ai/tiny")), "inspect");
        fails(adapter -> store(adapter).inspect("ai/nosuch"), ModelNotFoundException.class, "inspect-unknown");
        fails(adapter -> store(adapter).inspect("ai/tiny"), BrokenAnswerException.class, "show", "bench-json");
        fails(
                CliAdapter::listModels,
                BrokenAnswerException.class,
                "list",
                "list-empty",
                "list-quiet",
                "list-openai",
                "list-filter",
                "list-filter-without-match",
                "list-after-rm-purge",
                "context-ls",
                "requests");
        reads(adapter -> assertThat(store(adapter).diskUsage()).isEqualTo(new DiskUsage(42_170_000, 29_620_000)), "df");
    }

    private static void assertTiny(Model model) {
        assertThat(model.id()).contains(TINY);
        assertThat(model.name()).isEqualTo(ModelName.of("docker.io/ai/tiny:latest"));
        assertThat(model.format()).contains("gguf");
        assertThat(model.quantization()).contains("MOSTLY_Q8_0");
        assertThat(model.size()).contains("973.50KiB");
        assertThat(model.contextTokens()).hasValue(2048);
        assertThat(model.metadata()).containsEntry("general.architecture", "llama");
    }

    private void removals() {
        reads(
                adapter -> assertThat(store(adapter).remove("myorg/tiny:v1", false))
                        .isEqualTo(new Removal(List.of(ModelName.of("docker.io/myorg/tiny:v1")), List.of())),
                "rm");
        fails(adapter -> store(adapter).remove("ai/nosuch", false), ModelNotFoundException.class, "rm-unknown");
        fails(adapter -> store(adapter).remove(TINY, false), RequestRefusedException.class, "rm-conflict");
        fails(adapter -> store(adapter).remove("purge", false), BrokenAnswerException.class, "rm-purge");
        reads(adapter -> store(adapter).purge(PurgeConfirmation.DELETE_ALL_MODELS), "purge");
        reads(adapter -> store(adapter).tag("ai/tiny", "myorg/tiny:v1"), "tag", "tag-for-push");
        fails(adapter -> store(adapter).tag("ai/nosuch", "myorg/x"), ModelNotFoundException.class, "tag-unknown");
    }

    /** Trap 32: {@code pull} exits 0 without a line of success. */
    private void pulls() {
        reads(
                adapter -> {
                    PullEvent.Done done = store(adapter).pull("ai/padded").join();
                    assertThat(done.message()).isEqualTo("Model pulled successfully");
                    assertThat(done.progress().total()).isEqualTo(26_190_000);
                },
                "pull");
        reads(
                adapter -> assertThat(store(adapter).pull("ai/padded").join().message())
                        .isEqualTo("Using cached model: 24.95MiB"),
                "pull-cached");
        fails(adapter -> store(adapter).pull("ai/nosuch").join(), NotInRegistryException.class, "pull-unknown");
        fails(
                adapter -> store(adapter).pull("ai/tiny").join(),
                RegistryUnavailableException.class,
                "pull-ends-early",
                "pull-cut-in-the-middle");
        reads(
                adapter -> {
                    List<PullEvent> events = new ArrayList<>();
                    store(adapter).push(RegistryRequest.of("localhost:5000/myorg/pushed:v1"), events::add);
                    assertThat(events.get(events.size() - 1)).isInstanceOf(PullEvent.Done.class);
                },
                "push");
        fails(
                adapter -> store(adapter).push(RegistryRequest.of("ai/nosuch"), event -> {}),
                ModelNotFoundException.class,
                "push-unknown");
    }

    private void packages() {
        reads(
                adapter -> {
                    also("inspect");
                    assertTiny(load(adapter));
                },
                "package");
        fails(this::load, BrokenAnswerException.class, "package-push");
    }

    private Model load(CliAdapter adapter) {
        try {
            return store(adapter).load(Files.writeString(here.resolve("tiny.gguf"), "GGUF"), "myorg/packaged");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void control() {
        reads(
                adapter -> assertThat(control(adapter).running())
                        .singleElement()
                        .satisfies(tiny -> {
                            assertThat(tiny.model()).isEqualTo(ModelName.of("tiny"));
                            assertThat(tiny.engine()).contains("llama.cpp");
                            assertThat(tiny.purpose()).contains(Purpose.CHAT);
                            assertThat(tiny.keepAlive()).isEmpty();
                            assertThat(tiny).extracting(RunningModel::loading).isEqualTo(false);
                        }),
                "ps");
        reads(adapter -> assertThat(control(adapter).running()).isEmpty(), "ps-empty");
        reads(adapter -> assertThat(control(adapter).unload("ai/tiny")).isOne(), "unload");
        reads(adapter -> assertThat(control(adapter).unload("ai/tiny")).isZero(), "unload-nothing");
        reads(adapter -> assertThat(control(adapter).unloadAll()).isZero(), "unload-all");
        reads(
                adapter -> assertThat(control(adapter).configurations())
                        .singleElement()
                        .satisfies(stored -> {
                            assertThat(stored.model()).contains(ModelName.of("docker.io/ai/tiny:latest"));
                            assertThat(stored.contextSize()).hasValue(1024);
                            assertThat(stored.keepAlive()).contains(KeepAlive.parse("10m"));
                        }),
                "configure-show");
        ConfigurationChange change =
                ConfigurationChange.builder().contextSize(1024).build();
        reads(
                adapter -> {
                    also("inspect");
                    also("configure-show", "configure", "show");
                    assertThat(control(adapter).configure("ai/tiny", change).contextSize())
                            .hasValue(1024);
                },
                "configure");
        reads(
                adapter -> {
                    also("inspect");
                    also("configure-show", "configure", "show");
                    assertFails(
                            () -> control(adapter).configure("ai/tiny", change), InvalidConfigurationException.class);
                },
                "configure-flag-refused");
        fails(
                adapter -> adapter.power(ModelSearch.class).orElseThrow().search("smollm2", 5),
                RegistryUnavailableException.class,
                "search-no-network");
    }

    /**
     * Trap 31: the command exits 0 for a runner that is not running or can't be reached, for commands it does not know, and
     * prints warnings before its JSON.
     */
    private void status() {
        reads(
                adapter -> {
                    also("version");
                    assertThat(control(adapter).status().engines())
                            .contains(EngineStatus.parse("llama.cpp", "Running: llama.cpp unknown"))
                            .hasSize(5);
                },
                "status-json",
                "docker-engine-status-json",
                "auto-install-status-json",
                "damaged-contexts-status-json");
        fails(adapter -> control(adapter).status(), BrokenAnswerException.class, "status");
        fails(adapter -> control(adapter).status(), RunnerUnreachableException.class, "status-503");
        fails(
                adapter -> {
                    assertThat(adapter.health().isUp()).isFalse();
                    adapter.chat(hello());
                },
                RunnerUnreachableException.class,
                "status-503-json",
                "runner-unreachable-status",
                "runner-unreachable-status-json",
                "no-auto-install-status-json");
        reads(
                adapter -> assertThat(adapter.version())
                        .isEqualTo(new ToolVersion("dev", Optional.of("dev"), Optional.of("Docker Engine"))),
                "docker-engine-version");
        reads(
                adapter -> assertThat(adapter.version().engine()).contains("Docker Engine (Manual Install)"),
                "version",
                "runner-unreachable-version");
    }

    private void failuresOfTheTool() {
        fails(CliAdapter::listModels, CommandMissingException.class, "plugin-missing");
        fails(CliAdapter::listModels, DaemonDownException.class, "no-daemon-list", "no-daemon-status-json");
        fails(
                CliAdapter::listModels,
                OperationMissingException.class,
                "unknown-command",
                "unknown-flag",
                "no-argument");
        fails(
                CliAdapter::listModels,
                RunnerUnreachableException.class,
                "list-503",
                "runner-unreachable-list",
                "no-auto-install");
    }

    /**
     * Trap 32: {@code run} opens files that the prompt names, reads its input to the end, prints reasoning, and exits 0 when
     * the stream was cut: so every answer without {@code --openaiurl} says that it may not be whole.
     */
    private void answers() {
        String hello = "Hello! How can I help you today?";
        answers(hello, "run", "run-again", "run-stdin", "run-stdin-empty-and-argument", "run-openaiurl");
        String unknown = "I am a tiny test model, I do not know that.";
        answers(unknown, "run-missing-file", "run-missing-image", "run-openaiurl-file");
        answers("1, 2, 3, 4, 5", "run-joined-arguments");
        answers(
                "Docker packs software into containers, so that it runs the same way on every machine.",
                "run-stdin-several-lines");
        for (String name : List.of(
                "run-email-like",
                "run-dash-prompt",
                "run-debug-file-in-argument",
                "run-debug-file-in-stdin",
                "run-stream-think")) {
            String printed = CliRecordings.load(name).stdout();
            answers(printed.substring(0, printed.length() - 1), name); // the last line end is the command's own
        }
        answers("Hello, I am", "run-stream-cut", "run-stream-error");
        reads(adapter -> control(adapter).preload("ai/tiny", Purpose.CHAT), "run-detach");
    }

    private void answers(String text, String... recordings) {
        reads(
                adapter -> {
                    ChatResponse response = adapter.chat(hello());
                    assertThat(response.text()).isEqualTo(text);
                    assertThat(response.warnings()).anyMatch(warning -> warning.contains("whole"));
                },
                recordings);
    }

    private void failuresOfAnswers() {
        fails(adapter -> adapter.chat(hello()), ModelNotFoundException.class, "run-openaiurl-unknown-model");
        fails(
                adapter -> {
                    docker.status(
                            "Docker Desktop", "http://model-runner.docker.internal/v1/", "http://localhost/exp/v1/");
                    adapter.chat(hello()); // by the road on which the command could pull
                },
                ModelNotFoundException.class,
                "run-unknown-model",
                "run-pulls-first");
        reads(
                adapter -> assertThatModelRunnerException(() -> adapter.chat(hello()))
                        .isInstanceOfSatisfying(ContextOverflowException.class, e -> {
                            assertThat(e.promptTokens()).hasValue(3008);
                            assertThat(e.contextTokens()).hasValue(2048);
                        }),
                "run-context-overflow");
        fails(adapter -> adapter.chat(hello()), ModelLoadException.class, "run-model-cannot-load");
        fails(adapter -> adapter.chat(hello()), RunnerUnreachableException.class, "run-503", "runner-unreachable-run");
    }
}
