package io.modelrunner.http;

import static io.modelrunner.http.Pulls.asked;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.store.ModelStore;
import io.modelrunner.store.PullStream;
import io.modelrunner.store.PurgeConfirmation;
import io.modelrunner.store.RegistryRequest;
import io.modelrunner.testing.LeakCheck;
import io.modelrunner.testing.ReceivedRequest;
import io.modelrunner.testing.ScriptedServer;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No name of a model makes a request that is about something else. */
@Timeout(60)
class ModelNamesOnTheWireTest {
    private static final String DIGITS = "0123456789abcdef".repeat(4);

    /** All that the store does with one name, and how the request of it ends behind the name. */
    private static final Map<String, BiConsumer<ModelStore, String>> OPERATIONS = operations();

    /** What a path may be: one name with a tag, a digest or an id, and one of our own endings. */
    private static final Pattern PATH =
            Pattern.compile("/models/(?:[\\w.-]+(?::\\d+)?/)*(?:[\\w.-]+:[\\w.-]+|[\\w.:-]+@sha256:[0-9a-f]{64}"
                    + "|(?:sha256:)?[0-9a-f]{64}|[0-9a-f]{12})"
                    + "(?:|/export|/push|/repackage|/tag\\?repo=[\\w./:-]+&tag=[\\w.-]+|\\?force=true|\\?remote=true)");

    @RegisterExtension
    final LeakCheck leaks = LeakCheck.of();

    private static Map<String, BiConsumer<ModelStore, String>> operations() {
        Map<String, BiConsumer<ModelStore, String>> all = new LinkedHashMap<>();
        all.put("GET ", ModelStore::inspect);
        all.put("GET ?remote=true", ModelStore::inspectRemote);
        all.put("DELETE ", ModelStore::remove);
        all.put("DELETE ?force=true", (store, name) -> store.remove(name, true));
        all.put("POST /push", ModelStore::push);
        all.put("POST /tag?repo=ai/x&tag=latest", (store, name) -> store.tag(name, "x"));
        all.put("POST /repackage", (store, name) -> store.repackage(name, "x", 512));
        all.put("GET /export", (store, name) -> store.export(name, OutputStream.nullOutputStream()));
        return all;
    }

    static Stream<String> hostile() {
        return Stream.of(
                "../engines/ps",
                "ai/../../engines/ps",
                "..",
                ".",
                "a/./b",
                "a/..",
                "a/",
                "/a",
                "//",
                "a//b",
                "/",
                "a?remote=true",
                "a?force=true",
                "a#b",
                "a&tag=x",
                "a%2e%2e/b",
                "%2e%2e%2fengines",
                "a\\b",
                "a b",
                "a\tb",
                "a\r\nX-Evil: 1",
                "a\u0000",
                "-a",
                "--help",
                "ai/-a",
                "a;b",
                "a:b:c",
                "a:b/c:d:e",
                ":tag",
                "@sha256:" + DIGITS,
                "a@sha256:123",
                "a@sha512:" + DIGITS,
                "a@" + DIGITS,
                "a:tag\u202e",
                "ａｉ/wide",
                "modèle",
                "http://host/a",
                "https://user:secret@host/a",
                "user@host/a",
                "a:" + "t".repeat(129),
                "x".repeat(513),
                "a/".repeat(256) + "b",
                " ",
                "a*",
                "a..b",
                "~/a",
                "$(id)",
                "`id`");
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void hostileNameIsRefusedBeforeAnythingIsSent(String name) {
        try (ScriptedServer server = Pulls.runner(exchange -> exchange.answer(404, "text/plain", "model not found"));
                HttpAdapter adapter = Pulls.to(server).build()) {
            ModelStore store = new HttpModelStore(adapter);
            for (BiConsumer<ModelStore, String> operation : OPERATIONS.values()) {
                refused(() -> operation.accept(store, name));
            }
            refused(() -> store.pull(name));
            refused(() -> store.repair(name));
            refused(() -> store.tag("x", name));
            refused(() -> store.repackage("x", name, 512));
            refused(() -> store.load(Path.of("no such file"), name));
            refused(() -> store.loadArchive(InputStream.nullInputStream(), name));
            assertThat(server.requests()).isEmpty();
        }
    }

    private static void refused(Runnable call) {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(call::run)
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(400).doesNotContain("\r", "\u0000"));
    }

    @ParameterizedTest
    @CsvSource({
        "purge, ai/purge:latest",
        "PURGE, ai/PURGE:latest",
        "create, ai/create:latest",
        "load, ai/load:latest",
        "search, ai/search:latest",
        "x/tag, x/tag:latest",
        "x/push, x/push:latest",
        "x/export, x/export:latest",
        "x/repackage, x/repackage:latest",
        "x/purge, x/purge:latest",
        "tag, ai/tag:latest",
        "purge:, ai/purge:latest",
        "purge:purge, ai/purge:purge",
        "x/export:v1, x/export:v1",
        "localhost:5000/purge, localhost:5000/purge:latest",
        "deadbeefcafe, deadbeefcafe",
        "deadbeefcaf, ai/deadbeefcaf:latest",
        "DEADBEEFCAFE, ai/DEADBEEFCAFE:latest",
        "hf.co/Org/Model-GGUF:Q4_K_M, hf.co/Org/Model-GGUF:Q4_K_M",
        "a.b/c_d/e-f:1.0, a.b/c_d/e-f:1.0"
    })
    void nameIsNeverAnAction(String name, String inPath) {
        assertAsked(name, inPath);
    }

    @Test
    void idsAndDigestsAreAskedForAsTheyAre() {
        assertAsked(DIGITS, DIGITS);
        assertAsked("sha256:" + DIGITS, "sha256:" + DIGITS);
    }

    @Test
    void digestBehindAnActionIsNoAction() {
        try (ScriptedServer server = Pulls.runner(Pulls.MISSING);
                HttpAdapter adapter = Pulls.to(server).build()) {
            ModelStore store = new HttpModelStore(adapter);
            attempt(() -> store.inspect("purge@sha256:" + DIGITS));
            attempt(() -> store.remove("x/tag@sha256:" + DIGITS));
            assertThat(asked(server))
                    .containsExactly("GET /models/ai/purge@sha256:" + DIGITS, "DELETE /models/x/tag@sha256:" + DIGITS);
        }
    }

    private static void assertAsked(String name, String inPath) {
        boolean id = inPath.startsWith("sha256:") || inPath.indexOf(':') < 0;
        OPERATIONS.forEach((form, operation) -> {
            if (id && form.endsWith("/push")) {
                return;
            }
            try (ScriptedServer server = Pulls.runner(Pulls.MISSING);
                    HttpAdapter adapter = Pulls.to(server).build()) {
                attempt(() -> operation.accept(new HttpModelStore(adapter), name));
                String[] method = form.split(" ", 2);
                boolean registry = form.endsWith("/push") || form.endsWith("?remote=true");
                String path = registry && !inPath.startsWith("hf.co") ? lowerCase(inPath) : inPath;
                assertThat(asked(server)).containsExactly(method[0] + " /models/" + path + method[1]);
            }
        });
    }

    /** All but the tag: registries take nothing else, and in these two the runner does not see to it. */
    private static String lowerCase(String path) {
        int tag = path.lastIndexOf(':');
        return tag < 0 ? path : path.substring(0, tag).toLowerCase(Locale.ROOT) + path.substring(tag);
    }

    @ParameterizedTest
    @CsvSource({
        "AI/Tiny, ai/tiny:latest",
        "localhost:5000/AI/Tiny:V1, localhost:5000/ai/tiny:V1",
        "AI/Tiny@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef,"
                + "ai/tiny@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "hf.co/Org/Model, hf.co/Org/Model:latest"
    })
    void registryIsAskedInLowerCase(String name, String inPath) {
        try (ScriptedServer server = Pulls.runner(Pulls.MISSING);
                HttpAdapter adapter = Pulls.to(server).build()) {
            attempt(() -> new HttpModelStore(adapter).inspectRemote(name));
            assertThat(asked(server)).containsExactly("GET /models/" + inPath + "?remote=true");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "purge, repo=ai/purge&tag=latest",
        "x/tag, repo=x/tag&tag=latest",
        "localhost:5000/a/b:V1, repo=localhost:5000/a/b&tag=V1",
        "a:, repo=ai/a&tag=latest"
    })
    void targetIsWrittenOut(String target, String query) {
        try (ScriptedServer server = Pulls.runner(Pulls.MISSING);
                HttpAdapter adapter = Pulls.to(server).build()) {
            attempt(() -> new HttpModelStore(adapter).tag("x", target));
            assertThat(asked(server)).containsExactly("POST /models/ai/x:latest/tag?" + query);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "deadbeefcafe",
                "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                "a@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
            })
    void idIsNoTargetAndNothingToPush(String id) {
        try (ScriptedServer server = Pulls.runner(Pulls.SUCCEEDING);
                HttpAdapter adapter = Pulls.to(server).build()) {
            ModelStore store = new HttpModelStore(adapter);
            refused(() -> store.tag("x", id));
            refused(() -> store.repackage("x", id, 1));
            refused(() -> store.loadArchive(InputStream.nullInputStream(), id));
            refused(() -> store.push(id));
            assertThat(asked(server)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void contextSizeOutOfItsBoundIsRefused(int tokens) {
        try (ScriptedServer server = Pulls.runner(Pulls.SUCCEEDING);
                HttpAdapter adapter = Pulls.to(server).build()) {
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> new HttpModelStore(adapter).repackage("x", "y", tokens))
                    .withMessage("contextTokens must be at least 1, but is " + tokens);
            assertThat(asked(server)).isEmpty();
        }
    }

    @Test
    void purgeIsAskedForByItsMethodAloneAndOnlyConfirmed() {
        try (ScriptedServer server = Pulls.runner(exchange -> exchange.answer(200, "text/plain", ""));
                HttpAdapter adapter = Pulls.to(server).build()) {
            ModelStore store = new HttpModelStore(adapter);
            assertThatNullPointerException().isThrownBy(() -> store.purge(null));
            assertThat(server.requests()).isEmpty();
            store.purge(PurgeConfirmation.DELETE_ALL_MODELS);
            assertThat(asked(server)).containsExactly("DELETE /models/purge");
        }
    }

    @Test
    void pullNamesItsModelWrittenOutInTheBody() {
        try (ScriptedServer server = Pulls.runner(Pulls.SUCCEEDING);
                HttpAdapter adapter = Pulls.to(server).build();
                PullStream pull = new HttpModelStore(adapter).pull("purge")) {
            pull.join();
            assertThat(asked(server)).containsExactly("POST /models/create");
            assertThat(server.lastRequest().body()).isEqualTo("{\"from\":\"ai/purge:latest\"}");
        }
    }

    /** Whatever a name is made of, it is refused or asked for as one model. */
    @Test
    void randomNamesNeverLeaveTheirPlace() {
        String[] parts = {
            "a",
            "ai",
            "purge",
            "tag",
            "push",
            "export",
            "load",
            "create",
            "..",
            ".",
            "/",
            "//",
            ":",
            "@",
            "?",
            "#",
            "%",
            "%2f",
            "-",
            "_",
            "sha256:",
            DIGITS,
            "deadbeefcafe",
            "localhost",
            "5000",
            " ",
            "&",
            "=",
            "\n",
            "é",
            "A",
            "Z9",
            "v1.0"
        };
        long seed = 20_261_121;
        Random random = new Random(seed);
        try (ScriptedServer server = Pulls.runner(Pulls.MISSING);
                HttpAdapter adapter = Pulls.to(server).build()) {
            ModelStore store = new HttpModelStore(adapter);
            List<BiConsumer<ModelStore, String>> operations = List.copyOf(OPERATIONS.values());
            for (int i = 0; i < 4_000; i++) {
                StringBuilder name = new StringBuilder();
                for (int part = 1 + random.nextInt(7); part > 0; part--) {
                    name.append(parts[random.nextInt(parts.length)]);
                }
                BiConsumer<ModelStore, String> operation = operations.get(random.nextInt(operations.size()));
                attempt(() -> operation.accept(store, name.toString()));
            }
            List<ReceivedRequest> requests = Pulls.requests(server);
            assertThat(requests)
                    .as("seed " + seed)
                    .hasSizeGreaterThan(100)
                    .allSatisfy(request -> assertThat(request.path())
                            .matches(PATH)
                            .doesNotContain("..", "//")
                            .doesNotMatch("/models/(purge|create|load)(\\?.*)?"));
        }
    }

    private static void attempt(Runnable call) {
        try {
            call.run();
        } catch (ModelRunnerException e) {
            // what was asked is what counts
            assertThat(e).isNotNull();
        }
    }

    @Test
    void requestRefusesTheSameNames() {
        assertThat(hostile()).allSatisfy(name -> refused(() -> RegistryRequest.of(name)));
    }
}
