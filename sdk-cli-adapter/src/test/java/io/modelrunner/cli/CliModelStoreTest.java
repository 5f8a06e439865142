package io.modelrunner.cli;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThatModelRunnerException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.ModelNotFoundException;
import io.modelrunner.OperationMissingException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.store.ModelStore;
import io.modelrunner.store.PullEvent;
import io.modelrunner.store.PullStream;
import io.modelrunner.store.PurgeConfirmation;
import io.modelrunner.store.RegistryRequest;
import io.modelrunner.testing.CliRecordings;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The models of a runner, by the command. */
class CliModelStoreTest extends CliTestCase {
    private final ModelStore store = adapter().power(ModelStore.class).orElseThrow();

    @Test
    void namesTravelQualified() throws Exception {
        Path gguf = Files.writeString(here.resolve("tiny.gguf"), "GGUF");
        store.inspect("tiny");
        store.inspectRemote("tiny");
        store.tag("tiny", "myorg/tiny");
        store.remove("purge", true);
        store.load(gguf, "packaged");
        store.pull("tiny").join();
        store.push(RegistryRequest.of("myorg/tiny:v1"), event -> {});
        assertThat(commands())
                .containsExactly(
                        List.of("inspect", "ai/tiny:latest"),
                        List.of("inspect", "-r", "ai/tiny:latest"),
                        List.of("tag", "ai/tiny:latest", "myorg/tiny:latest"),
                        List.of("rm", "-f", "ai/purge:latest"),
                        List.of("package", "--gguf", gguf.toString(), "ai/packaged:latest"),
                        List.of("inspect", "ai/packaged:latest"),
                        List.of("pull", "ai/tiny:latest"),
                        List.of("push", "myorg/tiny:v1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-x", "--force", "../x", "a b", "a;b", "$(x)", "a?b", "a//b", "a\\b", "a%2fb", "@a"})
    void hostileNamesNeverReachTheCommand(String name) {
        List<Runnable> calls = List.of(
                () -> store.inspect(name),
                () -> store.remove(name, true),
                () -> store.tag(name, "ai/x"),
                () -> store.tag("ai/x", name),
                () -> store.repackage(name, "ai/x", 10),
                () -> store.repackage("ai/x", name, 10),
                () -> store.pull(name).join(),
                () -> adapter().chat(hello().toBuilder().model(name).build()));
        assertThat(calls)
                .allSatisfy(call ->
                        assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(call::run));
        assertThat(commands()).allSatisfy(words -> assertThat(words).doesNotContain(name));
    }

    @Test
    void targetsAreNames() {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> store.tag("ai/tiny", "sha256:" + "a".repeat(64)));
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> store.repackage("ai/tiny", "ai/x", 0));
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> store.load(here.resolve("nosuch.gguf"), "ai/x"));
        assertThat(docker.invocations()).isEmpty();
    }

    @Test
    void repackagingTellsTheContextSize() {
        store.repackage("ai/tiny", "myorg/tiny:long", 8192);
        assertThat(commands().get(0))
                .containsExactly("package", "--from", "ai/tiny:latest", "--context-size", "8192", "myorg/tiny:long");
    }

    @Test
    void purgeNeedsAWord() {
        assertThatNullPointerException().isThrownBy(() -> store.purge(nothing()));
        store.purge(PurgeConfirmation.DELETE_ALL_MODELS);
        assertThat(commands()).containsExactly(List.of("purge", "-f"));
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T nothing() {
        return null;
    }

    @Test
    void archivesAreNotAmongItsPowers() {
        assertThatModelRunnerException(() -> store.loadArchive(InputStream.nullInputStream(), "ai/x"))
                .isInstanceOf(OperationMissingException.class)
                .hasRemedyContaining("HttpAdapter");
        assertThatModelRunnerException(() -> store.export("ai/x", OutputStream.nullOutputStream()))
                .isInstanceOf(OperationMissingException.class);
        assertThat(docker.invocations()).isEmpty();
    }

    @Test
    void pullTellsItsProgress() {
        List<PullEvent> events = new ArrayList<>();
        PullEvent.Done done = store.pull("ai/padded").join(events::add);
        assertThat(events).first().isInstanceOf(PullEvent.Started.class);
        assertThat(events)
                .filteredOn(PullEvent.LayerProgress.class::isInstance)
                .extracting(event -> event.progress().completed())
                .isSorted()
                .last()
                .isEqualTo(26_190_000L);
        assertThat(done.progress().percent()).isEqualTo(100);
    }

    @Test
    void pullsOfOneModelAreOneCommand() {
        docker.on(
                Reply.silent().out("Downloaded 1MB of 2MB\n").untilReleased().out("Model pulled successfully\n"),
                "pull");
        ModelStore other = adapter().power(ModelStore.class).orElseThrow();
        CompletableFuture<PullEvent.Done> one =
                inBackground(() -> store.pull("ai/tiny").join());
        docker.await(runs -> !runs.isEmpty(), SOON);
        try (PullStream same = other.pull("tiny:latest")) {
            same.iterator().next();
            docker.release();
            assertThat(same.join().message()).isEqualTo("Model pulled successfully");
        }
        assertThat(one.orTimeout(20, TimeUnit.SECONDS).join().message()).isEqualTo("Model pulled successfully");
        assertThat(docker.invocations()).hasSize(1);
    }

    @Test
    void pullsToDifferentRunnersAreTwo() {
        docker.on(
                Reply.silent().out("Downloaded 1MB of 2MB\n").untilReleased().out("Model pulled successfully\n"),
                "pull");
        ModelStore other = opened(builder().environment("MODEL_RUNNER_HOST", NOWHERE))
                .power(ModelStore.class)
                .orElseThrow();
        CompletableFuture<PullEvent.Done> one =
                inBackground(() -> store.pull("ai/tiny").join());
        CompletableFuture<PullEvent.Done> two =
                inBackground(() -> other.pull("ai/tiny").join());
        docker.await(runs -> runs.size() == 2, SOON);
        docker.release();
        CompletableFuture.allOf(one, two).orTimeout(20, TimeUnit.SECONDS).join();
    }

    @Test
    void tokensAreForHuggingFaceAndTravelInTheEnvironment() {
        RegistryRequest own =
                RegistryRequest.builder("hf.co/org/model").token("SECRET-1").build();
        store.pull(own).join();
        assertThat(docker.lastInvocation().environment()).containsEntry("HF_TOKEN", "SECRET-1");
        assertThat(docker.lastInvocation().arguments()).doesNotContain("SECRET-1");
        RegistryRequest other =
                RegistryRequest.builder("ai/tiny").token("SECRET-1").build();
        assertThatModelRunnerException(() -> store.pull(other).join())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageNotContaining("SECRET-1");
        assertThat(docker.invocations()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "pulling x failed with status 401 Unauthorized: Unauthorized, RegistryAccessException",
        "pulling x failed with status 422 Unprocessable Entity: unsupported model config media type: a/b, UnsupportedArtifactException",
        "pulling x failed with status 500 Internal Server Error: error while pulling model: disk, ModelUnavailableException",
        "Error: writing blob: no space left on device, DiskFullException"
    })
    void refusedPullsHaveTheirTypes(String words, String type) {
        docker.on(
                Reply.silent()
                        .err("Retrying download (attempt 1/4) in 1s...\nFailed to pull model: " + words + "\n")
                        .exit(1),
                "pull");
        assertThatModelRunnerException(() -> store.pull("ai/x").join())
                .hasRemedyContaining("")
                .satisfies(e -> assertThat(e.getClass().getSimpleName()).isEqualTo(type));
    }

    @Test
    void helpOfAnOldCommandIsNoSuccess() {
        docker.always("unknown-command");
        List<Runnable> calls = List.of(
                store::list,
                () -> store.inspect("ai/x"),
                () -> store.pull("ai/x").join(),
                () -> store.push(RegistryRequest.of("ai/x"), event -> {}),
                () -> store.tag("ai/x", "ai/y"),
                () -> store.remove("ai/x", false),
                () -> store.purge(PurgeConfirmation.DELETE_ALL_MODELS),
                store::diskUsage);
        assertThat(calls)
                .allSatisfy(call -> assertThatModelRunnerException(call::run)
                        .isInstanceOf(OperationMissingException.class)
                        .hasRemedyContaining("docker-model-plugin"));
    }

    @Test
    void standaloneBinaryIsReadWhereItWrites() {
        try (ScriptedDocker dmr = ScriptedDocker.standalone();
                ScriptedRunner runner = new ScriptedRunner();
                CliAdapter adapter = new CliAdapter.Builder(surroundings(Map.of()))
                        .standalone(dmr.executable())
                        .build()) {
            dmr.runner(runner.url());
            ModelStore own = adapter.power(ModelStore.class).orElseThrow();
            assertThat(own.list()).hasSize(3);
            assertThat(own.inspect("ai/tiny").contextTokens()).hasValue(2048);
            own.tag("ai/tiny", "myorg/tiny:v1");
            assertThat(own.pull("ai/padded").join().message()).isEqualTo("Model pulled successfully");
            assertThat(adapter.version().client()).isEqualTo("dev");
            assertThat(adapter.chat(hello().toBuilder()
                                    .model(ScriptedRunner.MODEL)
                                    .build())
                            .text())
                    .isEqualTo(ScriptedRunner.ANSWER);
            assertThatModelRunnerException(() -> own.inspect("ai/nosuch")).hasRemedyContaining("docker model pull");
            assertThatModelRunnerException(() ->
                            adapter.chat(hello().toBuilder().model("ai/nosuch").build()))
                    .isInstanceOf(ModelNotFoundException.class)
                    .hasPartialText("");
            dmr.on(Reply.silent().err(CliRecordings.load("list-503").stderr()).exit(1), "list");
            assertThatModelRunnerException(own::list).isInstanceOf(RunnerUnreachableException.class);
        }
    }
}
