package io.modelrunner.http;

import static io.modelrunner.http.Pulls.SOON;
import static io.modelrunner.http.Pulls.SUCCEEDING;
import static io.modelrunner.http.Pulls.SUCCESS;
import static io.modelrunner.http.Pulls.asked;
import static io.modelrunner.http.Pulls.lines;
import static io.modelrunner.http.Pulls.progress;
import static io.modelrunner.http.Pulls.runner;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.Model;
import io.modelrunner.ModelName;
import io.modelrunner.ModelNotFoundException;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.OperationMissingException;
import io.modelrunner.RequestRefusedException;
import io.modelrunner.Timeouts;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.store.DiskFullException;
import io.modelrunner.store.ModelStore;
import io.modelrunner.store.NotInRegistryException;
import io.modelrunner.store.PullEvent;
import io.modelrunner.store.PullStream;
import io.modelrunner.store.RegistryAccessException;
import io.modelrunner.store.RegistryRequest;
import io.modelrunner.store.RegistryUnavailableException;
import io.modelrunner.store.Removal;
import io.modelrunner.store.StoreDamagedException;
import io.modelrunner.testing.LeakCheck;
import io.modelrunner.testing.ReceivedRequest;
import io.modelrunner.testing.Recordings;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What makes clients of a model runner stumble where its models are concerned, each in the words of the trap. */
@Timeout(60)
class TrapsOfTheStoreTest {
    private static final String DIGITS = "0123456789abcdef".repeat(4);

    @RegisterExtension
    final LeakCheck leaks = LeakCheck.of();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no space left on device\n",
                "{\"error\":{\"code\":500,\"message\":\"no space left on device\"}}",
                "{\"error\":\"no space left on device\"}",
                "{\"type\":\"error\",\"code\":null,\"message\":\"no space left on device\",\"param\":null}",
                "{\"detail\":\"no space left on device\"}"
            })
    void errorsAreTextOrJsonWhateverTheirLabel(String body) {
        for (String label : List.of("application/json", "text/plain; charset=utf-8")) {
            Script script = exchange -> exchange.answer(500, label, body);
            failing(DiskFullException.class, pulling("ai/x"), script);
        }
    }

    @Test
    void errorsMayBeEmpty() {
        Script empty = exchange -> exchange.answer(500, "text/plain", "");
        ModelRunnerException e = failing(ModelRunnerException.class, pulling("ai/x"), empty);
        assertThat(e.status()).hasValue(500);
        assertThat(e.what()).isNotBlank();
    }

    @Test
    void twoHundredIsNoSuccessOfAPullOrAPush() {
        for (Consumer<ModelStore> transfer : List.of(pulling("ai/x"), store -> store.push("ai/x"))) {
            failing(RegistryUnavailableException.class, transfer, lines());
            failing(RegistryUnavailableException.class, transfer, lines(progress(100)));
            failing(RegistryAccessException.class, transfer, lines(progress(100), "Unauthorized\n"));
            failing(DiskFullException.class, transfer, lines(Pulls.error("Error: no space left on device")));
        }
    }

    @Test
    void acceptMustBeExactlyJsonOrTheLinesAreEscaped() {
        asking(
                pulling("ai/x"),
                request -> assertThat(request.header("accept")).contains("application/json"),
                SUCCEEDING);
        Script text = Script.replay(Recordings.load("models/pull-text-form"));
        assertThat(answering(pull("ai/x"), text).percent()).isEqualTo(100);
    }

    @Test
    void nothingIsSentThatTheRunnerTakesForABrowserOrItsCommand() {
        Consumer<ReceivedRequest> plain = request -> {
            assertThat(request.headers()).doesNotContainKeys("origin", "upgrade", "http2-settings", "accept-encoding");
            assertThat(request.header("user-agent").orElseThrow()).doesNotContain("docker-model-cli/");
        };
        asking(pulling("ai/x"), plain, SUCCEEDING);
        asking(ModelStore::list, plain, Script.json("[]"));
        asking(store -> store.remove("ai/x"), plain, Script.json("[]"));
    }

    @Test
    void namesHaveSlashesAndColonsWhichTravelAsTheyAre() {
        asking(
                store -> store.remove("localhost:5000/a/b:V1"),
                request -> assertThat(request.path()).isEqualTo("/models/localhost:5000/a/b:V1"),
                Script.json("[]"));
    }

    @Test
    void modelMayHaveNoTagAndIsThenCalledByItsId() {
        String id = "sha256:" + DIGITS;
        Script untagged = Script.json(
                "[{\"id\":\"" + id + "\",\"created\":0,\"config\":null}," + "{\"id\":\"" + id + "\",\"tags\":null}]");
        List<Model> models = answering(ModelStore::list, untagged);
        assertThat(models).hasSize(2).allSatisfy(model -> {
            assertThat(model.name()).isEqualTo(ModelName.of(id));
            assertThat(model.id()).contains(id);
            assertThat(model.tags()).isEmpty();
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"id\":\"a\\nb\"}",
                "{\"id\":\" \"}",
                "{\"id\":\"\"}",
                "{\"tags\":[\"\",\" a\",\"b\\u0000\"]}",
                "{}",
                "null",
                "1",
                "[[]]"
            })
    void modelThatNobodyCouldNameIsLeftOutOfTheList(String entry) {
        Script list = Script.json("[" + entry + ",{\"id\":\"sha256:" + DIGITS + "\",\"tags\":[\"ai/x:latest\"]}]");
        assertThat(answering(ModelStore::list, list))
                .extracting(model -> model.name().text())
                .containsExactly("ai/x:latest");
    }

    @Test
    void inspectIsNotAskedInAWayThatFindsMoreThanCanRun() {
        // By a last part alone the runner finds models of any organisation; never with organisation and tag.
        asking(
                store -> store.inspect("padded2"),
                request -> assertThat(request.path()).isEqualTo("/models/ai/padded2:latest"),
                Script.replay(Recordings.load("models/inspect")));
    }

    @Test
    void timeOfCreationIsInSecondsAndMayBeZeroAndSizesAreTexts() {
        Script odd = Script.json(
                "[{\"id\":\"a\",\"created\":0,\"config\":{\"size\":\"256.35 MiB\",\"parameters\":\"361.82 M\"}},"
                        + "{\"id\":\"b\",\"created\":1e400},{\"id\":\"c\",\"created\":-1,\"config\":{\"size\":7,\"context_size\":-2}}]");
        List<Model> models = answering(ModelStore::list, odd);
        assertThat(models.get(0).created()).isEmpty();
        assertThat(models.get(0).size()).contains("256.35 MiB");
        assertThat(models.get(0).parameters()).contains("361.82 M");
        assertThat(models.get(1).created()).isPresent();
        assertThat(models.get(2).created()).isEmpty();
        assertThat(models.get(2).size()).isEmpty();
        assertThat(models.get(2).contextTokens()).isEmpty();
    }

    @Test
    void inferenceDoesNotPullUnlessToldTo() {
        try (ScriptedServer server = runner(Script.replay(Recordings.load("inference/model-not-pulled")));
                HttpAdapter adapter = Pulls.to(server).build()) {
            assertThatExceptionOfType(ModelNotFoundException.class)
                    .isThrownBy(() -> adapter.chat(ChatRequest.of("ai/x", "Hello")));
            assertThat(asked(server)).hasSize(1);
        }
    }

    @Test
    void thirdPullWaitsForItsHeadersAsLongAsTheOthersTake() {
        // The limit of the silence between bytes does not count before there are any.
        Timeouts limits =
                Timeouts.builder().betweenTokens(Duration.ofSeconds(3)).build();
        try (ScriptedServer server = runner(exchange -> {
                    exchange.pause(Duration.ofMillis(3_500));
                    SUCCEEDING.answer(exchange);
                });
                HttpAdapter adapter = Pulls.to(server).timeouts(limits).build()) {
            assertThat(pull("ai/x").apply(new HttpModelStore(adapter)).percent())
                    .isEqualTo(100);
        }
    }

    @Test
    void oneModelIsNeverPulledTwiceAtTheSameTime() throws InterruptedException {
        Script halting = exchange -> exchange.head(200, "Transfer-Encoding: chunked")
                .send(progress(50))
                .stall()
                .send(SUCCESS)
                .end();
        try (ScriptedServer server = runner(halting);
                HttpAdapter one = Pulls.to(server).build();
                HttpAdapter other = Pulls.to(server).build()) {
            CountDownLatch halfway = new CountDownLatch(2);
            CompletableFuture<?> first = CompletableFuture.runAsync(() -> watch(one, "tiny", halfway));
            CompletableFuture<?> second =
                    CompletableFuture.runAsync(() -> watch(other, "docker.io/ai/Tiny:latest", halfway));
            assertThat(halfway.await(SOON.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
            server.release();
            assertThat(first).succeedsWithin(SOON);
            assertThat(second).succeedsWithin(SOON);
            assertThat(asked(server)).containsExactly("POST /models/create");
        }
    }

    private static void watch(HttpAdapter adapter, String model, CountDownLatch halfway) {
        try (PullStream pull = new HttpModelStore(adapter).pull(model)) {
            pull.join(event -> {
                if (event instanceof PullEvent.LayerProgress && event.percent() == 50) {
                    halfway.countDown();
                }
            });
        }
    }

    @Test
    void damageThatPullsAtTheSameTimeDidIsRepairedByPullingAgain() {
        Script twice = Script.replay(Recordings.load("models/pull-twice-at-once"));
        StoreDamagedException e = failing(StoreDamagedException.class, pulling("ai/x"), twice);
        assertThat(e.getMessage()).contains("docker model pull ai/x");
        Script again = Script.replay(Recordings.load("models/pull-after-double-pull"));
        Script healed = Script.replay(Recordings.load("models/inspect-healed"));
        try (ScriptedServer server = runner(again, healed);
                HttpAdapter adapter = Pulls.to(server).build()) {
            assertThat(new HttpModelStore(adapter)
                            .repair("localhost:5001/slow/padded")
                            .name())
                    .isEqualTo(ModelName.of("localhost:5001/slow/padded:latest"));
            assertThat(asked(server))
                    .containsExactly("POST /models/create", "GET /models/localhost:5001/slow/padded:latest");
        }
    }

    @Test
    void halfBrokenModelIsDamagedWhoeverAsksForIt() {
        for (String words : List.of("model unavailable", "get config: read config file: open /x: no such file")) {
            Script script = exchange -> exchange.answer(500, "text/plain", words);
            failing(StoreDamagedException.class, store -> store.inspect("ai/x"), script);
            failing(StoreDamagedException.class, store -> store.remove("ai/x"), script);
            failing(StoreDamagedException.class, store -> store.repair("ai/x"), SUCCEEDING, script);
            try (ScriptedServer server = runner(script);
                    HttpAdapter adapter = Pulls.to(server).build()) {
                assertThatExceptionOfType(StoreDamagedException.class)
                        .isThrownBy(() -> adapter.chat(ChatRequest.of("ai/x", "Hello")));
            }
        }
    }

    @Test
    void operationThatAnOlderRunnerLacksIsNoMissingModel() {
        Script wrong = exchange -> exchange.answer(404, "text/plain", "not found\n");
        failing(OperationMissingException.class, ModelStore::list, wrong);
        failing(OperationMissingException.class, store -> store.repackage("ai/x", "ai/y", 1), wrong);
    }

    @Test
    void removalIsToldInCapitalsAndRefusedForAnIdWithSeveralNames() {
        Script gone = Script.json("[{\"Untagged\":\"docker.io/ai/x:latest\"},{\"Deleted\":\"sha256:1\"}]");
        Removal removal = answering(store -> store.remove("ai/x"), gone);
        assertThat(removal.untagged()).containsExactly(ModelName.of("docker.io/ai/x:latest"));
        assertThat(removal.deleted()).containsExactly("sha256:1");
        Script conflict = Script.replay(Recordings.load("models/delete-by-id-conflict"));
        RequestRefusedException e =
                failing(RequestRefusedException.class, store -> store.remove("sha256:" + DIGITS), conflict);
        assertThat(e.remedies().get(0).command()).contains("remove(…, true)");
    }

    @Test
    void refusalOfARegistryMayComeAsFiveHundredOrTwoHundred() {
        for (String recording : List.of("pull-unauthorized", "pull-unauthorized-token")) {
            Script script = Script.replay(Recordings.load("models/" + recording));
            failing(RegistryAccessException.class, pulling("ai/x"), script);
        }
        Script push = Script.replay(Recordings.load("models/push-unauthorized"));
        failing(RegistryAccessException.class, store -> store.push("ai/x"), push);
        for (String status : List.of("429 Too Many Requests", "503 Service Unavailable")) {
            Script script = exchange -> exchange.answer(
                    500,
                    "text/plain",
                    "error while pulling model: unexpected status from HEAD request to x: " + status);
            failing(RegistryUnavailableException.class, pulling("ai/x"), script);
        }
    }

    @Test
    void idCannotBePulled() {
        Script unknown = Script.replay(Recordings.load("models/pull-unknown"));
        failing(NotInRegistryException.class, pulling("sha256:" + DIGITS), unknown);
    }

    @Test
    void idIsNotPushedAsItWouldBeTakenForARepository() {
        failing(InvalidRequestException.class, store -> store.push("deadbeefcafe"), SUCCEEDING);
    }

    @Test
    void modelThatIsCalledPurgeDoesNotEmptyTheStore() {
        for (String name : List.of("purge", "PURGE", "ai/purge", "purge:latest")) {
            asking(
                    store -> store.remove(name),
                    request -> assertThat(request.path())
                            .isEqualToIgnoringCase("/models/ai/purge:latest")
                            .doesNotEndWith("/purge"),
                    Script.json("[]"));
        }
    }

    @Test
    void tokenIsNoHeaderAndCredentialsAreNotTheSdksToKnow() {
        RegistryRequest request =
                RegistryRequest.builder("ai/x").token("a token").build();
        asking(
                store -> {
                    try (PullStream pull = store.pull(request)) {
                        pull.join();
                    }
                },
                sent -> {
                    assertThat(sent.body()).contains("\"bearer-token\":\"a token\"");
                    assertThat(sent.headers()).doesNotContainKey("authorization");
                },
                SUCCEEDING);
        assertThat(request.toString()).isEqualTo("RegistryRequest[ai/x, with a token]");
    }

    @Test
    void descriptionInAnArchiveIsNotCheckedByTheRunnerSoWhatWasLoadedIsLookedAt() throws Exception {
        byte[] manifest = "{}".getBytes(UTF_8);
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(archive)) {
            var entry = new TarArchiveEntry("manifest.json");
            entry.setSize(manifest.length);
            tar.putArchiveEntry(entry);
            tar.write(manifest);
            tar.closeArchiveEntry();
        }
        Script damaged = exchange -> exchange.answer(500, "text/plain", "read config file: open x");
        failing(
                StoreDamagedException.class,
                store -> store.loadArchive(new ByteArrayInputStream(archive.toByteArray()), "ai/x"),
                Script.replay(Recordings.load("models/load")),
                Script.replay(Recordings.load("models/tag-loaded")),
                damaged);
    }

    @Test
    void nameOfAnExportedFileIsNoPathOfOurs() {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        Script export = exchange -> exchange.head(
                        200,
                        "Content-Type: application/x-tar",
                        "Content-Disposition: attachment; filename=\"../../etc/ai/x.tar\"",
                        "Transfer-Encoding: chunked")
                .send("bytes")
                .end();
        try (ScriptedServer server = runner(export);
                HttpAdapter adapter = Pulls.to(server).build()) {
            new HttpModelStore(adapter).export("ai/x", archive);
            assertThat(archive).hasToString("bytes");
        }
    }

    private static Function<ModelStore, PullEvent.Done> pull(String model) {
        return store -> {
            try (PullStream pull = store.pull(model)) {
                return pull.join();
            }
        };
    }

    private static Consumer<ModelStore> pulling(String model) {
        return store -> assertThat(pull(model).apply(store).percent()).isEqualTo(100);
    }

    private static <T> T answering(Function<ModelStore, T> call, Script script) {
        try (ScriptedServer server = runner(script);
                HttpAdapter adapter = Pulls.to(server).build()) {
            return call.apply(new HttpModelStore(adapter));
        }
    }

    private static void asking(Consumer<ModelStore> call, Consumer<ReceivedRequest> sent, Script script) {
        try (ScriptedServer server = runner(script);
                HttpAdapter adapter = Pulls.to(server).build()) {
            call.accept(new HttpModelStore(adapter));
            assertThat(Pulls.requests(server)).singleElement().satisfies(sent);
        }
    }

    private static <T extends ModelRunnerException> T failing(
            Class<T> type, Consumer<ModelStore> call, Script first, Script... then) {
        try (ScriptedServer server = runner(first, then);
                HttpAdapter adapter = Pulls.to(server).build()) {
            T e = catchThrowableOfType(type, () -> call.accept(new HttpModelStore(adapter)));
            assertThat(e).isNotNull();
            return e;
        }
    }
}
