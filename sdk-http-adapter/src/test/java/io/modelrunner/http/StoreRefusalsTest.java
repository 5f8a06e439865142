package io.modelrunner.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.modelrunner.ModelNotFoundException;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.ModelUnavailableException;
import io.modelrunner.Remedy;
import io.modelrunner.RequestRefusedException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.store.DiskFullException;
import io.modelrunner.store.ModelStore;
import io.modelrunner.store.NotInRegistryException;
import io.modelrunner.store.PullStream;
import io.modelrunner.store.RegistryAccessException;
import io.modelrunner.store.RegistryUnavailableException;
import io.modelrunner.store.StoreDamagedException;
import io.modelrunner.store.UnsupportedArtifactException;
import io.modelrunner.testing.LeakCheck;
import io.modelrunner.testing.ScriptedServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What runners say of their stores and of registries, and what becomes of it. */
@Timeout(60)
class StoreRefusalsTest {
    private static final String FAILED = "error while pulling model: reading model from registry: failed to pull model "
            + "\"docker.io/ai/x:latest\": UNKNOWN - resolving docker.io/ai/x:latest: ";

    @RegisterExtension
    final LeakCheck leaks = LeakCheck.of();

    static List<Row> rows() {
        return List.of(
                // not in the registry
                row("Model not found", NotInRegistryException.class, "docker model search"),
                row("error while pulling model: MANIFEST_UNKNOWN - Model not found", NotInRegistryException.class),
                row("pull model manifest: file does not exist", NotInRegistryException.class),
                row(
                        "unexpected status from POST request to http://localhost:5000/v2/x/blobs/uploads/: 404 Not Found",
                        NotInRegistryException.class),
                // no access
                row("Unauthorized", RegistryAccessException.class, "docker login"),
                row(
                        FAILED + "pull access denied, repository does not exist or may require authorization: "
                                + "authorization failed: no basic auth credentials",
                        RegistryAccessException.class),
                row("push access denied, repository does not exist", RegistryAccessException.class),
                row("denied: requested access to the resource is denied", RegistryAccessException.class),
                row(FAILED + "unexpected status from HEAD request to x: 403 Forbidden", RegistryAccessException.class),
                row(
                        "failed to authorize: failed to fetch oauth token: 401 Unauthorized",
                        RegistryAccessException.class),
                row("server message: insufficient_scope: authorization failed", RegistryAccessException.class),
                // registry unreachable or failing
                row(
                        FAILED + "unexpected status from HEAD request to x: 503 Service Unavailable",
                        RegistryUnavailableException.class,
                        "try again"),
                row(
                        FAILED + "unexpected status from GET request: 429 Too Many Requests",
                        RegistryUnavailableException.class),
                row("toomanyrequests: You have reached your pull rate limit", RegistryUnavailableException.class),
                row(
                        FAILED + "unexpected status from GET request: 500 Internal Server Error",
                        RegistryUnavailableException.class),
                row(
                        FAILED
                                + "failed to do request: Head \"x\": dial tcp 127.0.0.1:5999: connect: connection refused",
                        RegistryUnavailableException.class),
                row(FAILED + "dial tcp: lookup nosuch.example: no such host", RegistryUnavailableException.class),
                row(FAILED + "dial tcp 10.0.0.1:443: i/o timeout", RegistryUnavailableException.class),
                row(FAILED + "dial tcp 10.0.0.1:443: connect: no route to host", RegistryUnavailableException.class),
                row(FAILED + "net/http: TLS handshake timeout", RegistryUnavailableException.class),
                row(
                        FAILED + "tls: failed to verify certificate: x509: unknown authority",
                        RegistryUnavailableException.class),
                row("failed to fetch anonymous token: Get \"x\": EOF", RegistryUnavailableException.class),
                row(
                        "error while pulling model: writing image to store: writing blob: copy blob \"sha256:00\" to store: unexpected EOF",
                        RegistryUnavailableException.class),
                // artifact not supported
                row(
                        "error while pulling model: unsupported model config media type \"application/x\"",
                        UnsupportedArtifactException.class,
                        "docker model reinstall-runner"),
                row("no supported model weights found", UnsupportedArtifactException.class),
                // store damaged
                row(
                        "writing blob: rename blob file: rename /models/x.incomplete /models/x: no such file or directory",
                        StoreDamagedException.class,
                        "docker model pull ai/x"),
                row("open completed blob file for verification: open /models/x", StoreDamagedException.class),
                row("reading config: read config file: open /models/x: no such file", StoreDamagedException.class),
                row("model unavailable", StoreDamagedException.class),
                // disk full
                row(
                        "writing blob: write /models/x.incomplete: no space left on device",
                        DiskFullException.class,
                        "docker model df"),
                row("There is not enough space on the disk.", DiskFullException.class),
                row("disk quota exceeded", DiskFullException.class),
                // a name
                row("error while tagging model: parse: invalid reference format", RequestRefusedException.class),
                // a digest is no status
                row("blob sha256:4295030504429 is odd", ModelUnavailableException.class, "docker model logs"),
                row("something new", ModelUnavailableException.class, "docker model logs"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void wordsBecomeTheirExceptionAsAStatusAndInAStream(Row row) {
        assertRow(row, ask(500, row.words + "\n", pulling()));
        assertRow(row, ask(200, Pulls.error("Error: " + row.words.replace("\"", "\\\"")), pulling()));
        assertRow(row, ask(200, Pulls.progress(10) + row.words + "\n", pulling()));
        assertRow(row, ask(500, row.words, store -> store.inspectRemote("ai/x")));
        assertRow(row, ask(500, row.words, store -> store.push("ai/x")));
    }

    private static void assertRow(Row row, ModelRunnerException e) {
        assertThat(e).isExactlyInstanceOf(row.type);
        assertThat(e.remedies()).isNotEmpty();
        assertThat(e.remedies()).extracting(Remedy::command).first().asString().startsWith(row.remedy);
        assertThat(e.model().orElseThrow().text()).isEqualTo("ai/x");
        assertThat(e.endpoint().orElseThrow()).startsWith("http://127.0.0.1:");
        assertThat(e.what()).startsWith("the runner at http://127.0.0.1:").hasSizeLessThan(500);
    }

    @Test
    void sevenFailuresOfTheIssueAreSevenTypes() {
        Set<Class<?>> types = new HashSet<>();
        rows().forEach(row -> types.add(row.type));
        types.add(RunnerUnreachableException.class);
        assertThat(types)
                .contains(
                        NotInRegistryException.class,
                        RegistryAccessException.class,
                        RegistryUnavailableException.class,
                        UnsupportedArtifactException.class,
                        StoreDamagedException.class,
                        DiskFullException.class,
                        RunnerUnreachableException.class);
        for (Class<?> one : types) {
            assertThat(types)
                    .filteredOn(other -> other != one && other.isAssignableFrom(one))
                    .as("what " + one + " is a kind of")
                    .isSubsetOf(ModelUnavailableException.class);
        }
    }

    @Test
    void runnerThatHasGoneIsToldAsSuch() {
        String url;
        try (ScriptedServer server = Pulls.runner(Pulls.SUCCEEDING)) {
            url = server.url();
        }
        try (HttpAdapter adapter =
                HttpAdapter.builder(url).transferPauses(List.of()).build()) {
            ModelStore store = new HttpModelStore(adapter);
            List<Consumer<ModelStore>> calls = List.of(pulling(), ModelStore::list, it -> it.inspect("ai/x"));
            assertThat(calls).allSatisfy(call -> {
                ModelRunnerException e = catchThrowableOfType(ModelRunnerException.class, () -> call.accept(store));
                assertThat(e).isExactlyInstanceOf(RunnerUnreachableException.class);
                assertThat(e.remedies()).isNotEmpty();
            });
        }
    }

    @Test
    void changesOfTheStoreKnowTheirOwnFailuresAndBlameNoEngine() {
        List<Consumer<ModelStore>> changes = List.of(
                ModelStore::list,
                store -> store.inspect("ai/x"),
                store -> store.tag("ai/x", "ai/y"),
                store -> store.remove("ai/x"),
                store -> store.repackage("ai/x", "ai/y", 1),
                store -> store.export("ai/x", new ByteArrayOutputStream()),
                ModelStore::diskUsage);
        assertThat(changes).allSatisfy(change -> {
            assertThat(ask(500, "no space left on device", change)).isExactlyInstanceOf(DiskFullException.class);
            assertThat(ask(500, "read config file: open x", change)).isExactlyInstanceOf(StoreDamagedException.class);
            assertThat(ask(500, "invalid reference format", change)).isExactlyInstanceOf(RequestRefusedException.class);
            assertThat(ask(500, "something new", change)).isExactlyInstanceOf(ModelUnavailableException.class);
            assertThat(ask(404, "model not found", change)).isExactlyInstanceOf(ModelNotFoundException.class);
        });
    }

    @Test
    void archivesHaveTheirOwnFailures() {
        for (String words : List.of(
                "model load interrupted: unexpected EOF",
                "manifest not found",
                "writing blob: blob digest mismatch for \"sha256:00\"",
                "missing blob sha256:00, refusing to write",
                "archive/tar: invalid tar header")) {
            ModelRunnerException e = ask(
                    500,
                    "error while loading model: " + words,
                    store -> store.loadArchive(new ByteArrayInputStream(new byte[10]), "ai/x"));
            assertThat(e).isExactlyInstanceOf(UnsupportedArtifactException.class);
            assertThat(e.remedies()).isNotEmpty();
        }
    }

    @Test
    void longWordsAreCutToTheirBeginningAndJudgedByTheirEnd() {
        String words = "error while pulling model: " + "wrapped: ".repeat(5_000) + "no space left on device";
        ModelRunnerException e = ask(200, Pulls.error(words), pulling());
        assertThat(e).isExactlyInstanceOf(DiskFullException.class);
        assertThat(e.getMessage()).hasSizeLessThan(900);
    }

    private static Consumer<ModelStore> pulling() {
        return store -> {
            try (PullStream pull = store.pull("ai/x")) {
                pull.join();
            }
        };
    }

    private static ModelRunnerException ask(int status, String body, Consumer<ModelStore> call) {
        try (ScriptedServer server = Pulls.runner(exchange -> exchange.answer(status, "text/plain", body));
                HttpAdapter adapter = Pulls.to(server).build()) {
            return catchThrowableOfType(ModelRunnerException.class, () -> call.accept(new HttpModelStore(adapter)));
        }
    }

    private static Row row(String words, Class<? extends ModelRunnerException> type) {
        return new Row(words, type, "");
    }

    private static Row row(String words, Class<? extends ModelRunnerException> type, String remedy) {
        return new Row(words, type, remedy);
    }

    /** What must come of words. */
    private record Row(String words, Class<? extends ModelRunnerException> type, String remedy) {
        @Override
        public String toString() {
            return words + " → " + type.getSimpleName();
        }
    }
}
