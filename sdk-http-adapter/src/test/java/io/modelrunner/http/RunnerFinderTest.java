package io.modelrunner.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelrunner.CancelledException;
import io.modelrunner.InvalidRequestException;
import io.modelrunner.RunnerEndpoint;
import io.modelrunner.Timeouts;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.discovery.Candidate;
import io.modelrunner.discovery.Diagnosis;
import io.modelrunner.discovery.Diagnosis.Lookup;
import io.modelrunner.discovery.Diagnosis.Outcome;
import io.modelrunner.discovery.EndpointLocator;
import io.modelrunner.discovery.Surroundings;
import io.modelrunner.testing.Recordings;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is found over real sockets: of runners, of others, and of nobody. */
@Timeout(60)
class RunnerFinderTest {
    private static final ChatRequest REQUEST = ChatRequest.of(ScriptedRunner.MODEL, "Hello");

    private final ScriptedRunner runner = new ScriptedRunner();

    @BeforeEach
    void start() {
        runner.start();
    }

    @AfterEach
    void close() {
        runner.close();
    }

    @Test
    void whatAnswersIsToldWithItsModels() {
        Diagnosis diagnosis = diagnose(Known.usual("a", runner.url()));

        Lookup lookup = diagnosis.lookups().get(0);
        assertThat(lookup.outcome()).isEqualTo(Outcome.RUNNER);
        assertThat(lookup.detail()).isEqualTo("Docker Model Runner v1, 1 model");
        assertThat(lookup.took()).isPositive();
        assertThat(diagnosis.chosen().map(Candidate::source)).contains("a");
    }

    @Test
    void runnerWithoutAModelNeedsOne() {
        try (ScriptedServer empty = ScriptedServer.answering(Script.json(404, "{}"))
                .on("/engines/status", Script.replay(Recordings.load("engines/status")))
                .on("/engines/v1/models", Script.replay(Recordings.load("models/openai-list-empty")))) {
            Diagnosis diagnosis = diagnose(Known.usual("a", empty.url()));

            assertThat(diagnosis.lookups().get(0).detail()).isEqualTo("Docker Model Runner, no model");
            assertThat(diagnosis.remedies().get(0).command()).isEqualTo("docker model pull ai/smollm2");
        }
    }

    @Test
    void dockersSocketIsNoRunner() throws IOException {
        Script notFound = Script.json(404, "{\"message\":\"page not found\"}");
        try (ScriptedServer engine = ScriptedServer.answering(notFound)) {
            Lookup lookup =
                    behindDockersSocket(engine.port(), Diagnosis::lookups).get(0);

            assertThat(lookup.outcome()).isEqualTo(Outcome.OTHER);
            assertThat(lookup.detail()).isEqualTo("answers with status 404");
            assertThat(lookup.place()).startsWith("unix:///").endsWith("/docker.sock?prefix=/exp/vDD4.40");
            assertThat(engine.requests()).allMatch(request -> request.path().startsWith("/exp/vDD4.40/"));
        }
    }

    /** Trap 30: without TCP on the host, the runner of Docker Desktop is behind a Unix socket, below a prefix. */
    @Test
    void desktopHasItsRunnerBehindDockersSocket() throws IOException {
        ScriptedRunner desktop = new ScriptedRunner("/exp/vDD4.40");
        desktop.start();
        try (desktop) {
            Diagnosis diagnosis = behindDockersSocket(desktop.server().port(), Function.identity());

            assertThat(diagnosis.isFound()).isTrue();
            assertThat(diagnosis.lookups().get(0).detail()).isEqualTo("Docker Model Runner v1, 1 model");
        }
    }

    private static <T> T behindDockersSocket(int port, Function<Diagnosis, T> seen) throws IOException {
        Path root = Files.createTempDirectory("s");
        Path socket = Files.createDirectories(root.resolve("var/run")).resolve("docker.sock");
        try (Relay relay = Relay.unix(socket, port)) {
            assertThat(relay.port()).isNegative();
            RunnerFinder finder = RunnerFinder.builder()
                    .locators(Places.own("Docker's socket"))
                    .surroundings(new Surroundings(Map.of(), root, root))
                    .build();
            return seen.apply(finder.diagnose());
        } finally {
            for (String file : List.of("var/run/docker.sock", "var/run", "var", "")) {
                Files.deleteIfExists(root.resolve(file));
            }
        }
    }

    @Test
    void socketThatNobodyListensToIsSilent() throws IOException {
        Path socket = Way.socket();
        Files.createFile(socket);
        Lookup lookup = diagnose(Known.usual("a", "unix://" + socket)).lookups().get(0);

        assertThat(lookup.outcome()).isEqualTo(Outcome.SILENT);
        assertThat(lookup.detail()).doesNotContain(socket.toString());
    }

    @Test
    void portThatNobodyListensToIsSilent() throws IOException {
        Lookup lookup =
                diagnose(Known.usual("a", "127.0.0.1:" + freePort())).lookups().get(0);

        assertThat(lookup.outcome()).isEqualTo(Outcome.SILENT);
        assertThat(lookup.detail()).isEqualTo("Connection refused");
    }

    @Test
    void unknownHostIsSilent() {
        Lookup lookup = diagnose(Known.usual("a", "http://no-such-host.invalid"))
                .lookups()
                .get(0);

        assertThat(lookup.outcome()).isEqualTo(Outcome.SILENT);
    }

    @Test
    void serverThatIsBusyWithSomethingElseIsSilent() {
        try (ScriptedServer silent = ScriptedServer.answering(Script.silence())) {
            Lookup lookup = diagnose(Known.usual("a", silent.url())).lookups().get(0);

            assertThat(lookup.outcome()).isEqualTo(Outcome.SILENT);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void whoWantsAKeyIsARunnerOnlyIfNamed(int status) {
        try (ScriptedServer locked = ScriptedServer.answering(Script.json(status, "{\"error\":\"no key\"}"))) {
            assertThat(diagnose(Known.usual("a", locked.url())).lookups().get(0).outcome())
                    .isEqualTo(Outcome.OTHER);
            assertThat(diagnose(Known.named("a", locked.url())).isFound()).isTrue();
        }
    }

    @Test
    void lookalikeIsSuggestedAndNotTaken() {
        try (ScriptedServer llama = ScriptedServer.replay(Recordings.load("llama-cpp/models"))
                .on("/health", Script.replay(Recordings.load("llama-cpp/health")))) {
            RunnerFinder finder = RunnerFinder.builder()
                    .locators()
                    .lookalikes(Known.place("port 8080", llama.url()))
                    .build();
            Diagnosis diagnosis = finder.diagnose();

            assertThat(diagnosis.isFound()).isFalse();
            assertThat(diagnosis.lookups().get(0).outcome()).isEqualTo(Outcome.LOOKALIKE);
            assertThat(diagnosis.remedies().get(0).command()).isEqualTo("export MODEL_RUNNER_BASE_URL=" + llama.url());
            try (HttpAdapter adapter = HttpAdapter.builder(finder).build()) {
                assertThatThrownBy(() -> adapter.chat(REQUEST))
                        .hasMessageContaining("export MODEL_RUNNER_BASE_URL=" + llama.url());
            }
        }
    }

    @Test
    void hostVariableWithTlsTrustsItsFileOnly() throws IOException {
        try (Relay relay =
                Relay.tls(Certificates.server("localhost"), runner.server().port())) {
            String host = "localhost:" + relay.port();
            assertThat(chat(Map.of(
                            "MODEL_RUNNER_HOST",
                            host,
                            "MODEL_RUNNER_TLS",
                            "true",
                            "MODEL_RUNNER_TLS_CA_CERT",
                            Certificates.ca().toString())))
                    .isEqualTo(ScriptedRunner.ANSWER);
            assertThatThrownBy(() -> chat(Map.of(
                            "MODEL_RUNNER_HOST",
                            host,
                            "MODEL_RUNNER_TLS",
                            "true",
                            "MODEL_RUNNER_TLS_CA_CERT",
                            Certificates.stranger().toString())))
                    .hasMessageContaining("its certificate is not trusted");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "elsewhere", "stranger"})
    void skippedVerificationTrustsEverybodyOfAnyName(String name) throws IOException {
        try (Relay relay = Relay.tls(Certificates.server(name), runner.server().port())) {
            assertThat(chat(Map.of(
                            "MODEL_RUNNER_HOST", "localhost:" + relay.port(),
                            "MODEL_RUNNER_TLS", "true",
                            "MODEL_RUNNER_TLS_SKIP_VERIFY", "true")))
                    .isEqualTo(ScriptedRunner.ANSWER);
        }
    }

    @Test
    void trustOfTheBuilderGoesBeforeThatOfThePlace() throws IOException {
        try (Relay relay = Relay.tls(
                        Certificates.server("localhost"), runner.server().port());
                HttpAdapter adapter = HttpAdapter.builder(finder(Map.of(
                                "MODEL_RUNNER_HOST", "localhost:" + relay.port(),
                                "MODEL_RUNNER_TLS", "true",
                                "MODEL_RUNNER_TLS_SKIP_VERIFY", "true")))
                        .caFile(Certificates.stranger())
                        .build()) {
            assertThatThrownBy(() -> adapter.chat(REQUEST)).hasMessageContaining("its certificate is not trusted");
        }
    }

    @Test
    void locatorOfSomebodyElseIsLoadedAndABrokenOneIsTold() {
        List<EndpointLocator> loaded = ForeignLocators.load();
        assertThat(loaded).extracting(EndpointLocator::name).containsExactlyInAnyOrder("somebody else", "a locator");

        RunnerFinder finder = RunnerFinder.builder()
                .locators(loaded.toArray(EndpointLocator[]::new))
                .surroundings(Places.with(Map.of(RegisteredLocator.VARIABLE, runner.url())))
                .build();
        Diagnosis diagnosis = finder.diagnose();
        assertThat(diagnosis.chosen().map(Candidate::source)).contains("somebody else");
        assertThat(diagnosis.reason())
                .isEqualTo("taken: " + runner.url()
                        + ", as none answers where one usually is, and somebody else knows of it");
        assertThat(diagnosis.lookups())
                .anySatisfy(lookup -> assertThat(lookup.detail()).contains("NoSuchLocator"));
    }

    @Test
    void locatorThatFailsAtItsNameOrStageIsSkippedAndShown() {
        RunnerFinder finder = RunnerFinder.builder()
                .locators(new Failing("name"), new Failing("stage"), new RegisteredLocator())
                .surroundings(Places.with(Map.of(RegisteredLocator.VARIABLE, runner.url())))
                .build();
        Diagnosis diagnosis = finder.diagnose();
        assertThat(diagnosis.chosen().map(Candidate::source)).contains("somebody else");
        for (String what : List.of("name", "stage")) {
            assertThat(diagnosis.lookups()).anySatisfy(lookup -> {
                assertThat(lookup.source()).isEqualTo(Failing.class.getName());
                assertThat(lookup.detail()).contains("no " + what);
            });
        }
    }

    /** A locator that can't even say who it is. */
    private record Failing(String what) implements EndpointLocator {
        @Override
        public String name() {
            return said("name", "failing");
        }

        @Override
        public Stage stage() {
            return said("stage", Stage.NAMED);
        }

        private <T> T said(String asked, T answer) {
            if (what.equals(asked)) {
                throw new IllegalStateException("no " + what);
            }
            return answer;
        }

        @Override
        public List<Candidate> locate(Surroundings surroundings) {
            throw new AssertionError("asked for places");
        }
    }

    @Test
    void givenEndpointGoesBeforeAllAndIsDiagnosed() {
        RunnerFinder finder = RunnerFinder.builder()
                .locators(Known.named("a", "http://elsewhere:1"))
                .endpoint(RunnerEndpoint.parse(runner.url()))
                .build();
        try (HttpAdapter adapter = HttpAdapter.builder(finder).build()) {
            assertThat(adapter.endpoint()).hasToString(runner.url());
            assertThat(runner.server().requests()).isEmpty();
            assertThat(adapter.diagnose().reason()).isEqualTo("taken: " + runner.url() + ", as the program says");
        }
    }

    @Test
    void composeNameIsChosenAmongSeveral() {
        Surroundings two = Places.with(Map.of("LLM_URL", runner.url(), "EMBED_URL", "http://localhost:1"));
        RunnerFinder finder =
                RunnerFinder.builder().compose("llm").surroundings(two).build();
        try (HttpAdapter adapter = HttpAdapter.builder(finder).build()) {
            assertThat(adapter.place().source()).isEqualTo("LLM_URL");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1st", "a b", "llm=x", "日本"})
    void composeNameThatIsNoneIsRefused(String name) {
        assertThatThrownBy(() -> RunnerFinder.builder().compose(name))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("compose must be a letter");
    }

    @Test
    void interruptEndsTheDiagnosis() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> diagnose(Known.usual("a", runner.url()))).isInstanceOf(CancelledException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void nullIsRefused() {
        assertThatNullPointerException().isThrownBy(() -> RunnerFinder.builder().endpoint(null));
        assertThatNullPointerException().isThrownBy(() -> RunnerFinder.builder().compose(null));
        assertThatNullPointerException().isThrownBy(() -> RunnerFinder.builder().surroundings(null));
        assertThatNullPointerException().isThrownBy(() -> HttpAdapter.builder((RunnerFinder) null));
        assertThatNullPointerException().isThrownBy(() -> HttpAdapter.builder((RunnerEndpoint) null));
    }

    private static String chat(Map<String, String> environment) {
        try (HttpAdapter adapter = HttpAdapter.builder(finder(environment))
                .timeouts(Timeouts.builder().connect(Way.SHAKING_HANDS).build())
                .build()) {
            return adapter.chat(REQUEST).text();
        }
    }

    private static RunnerFinder finder(Map<String, String> environment) {
        return RunnerFinder.builder()
                .locators(Places.own("MODEL_RUNNER_HOST"))
                .surroundings(Places.with(environment))
                .build();
    }

    private static Diagnosis diagnose(EndpointLocator... locators) {
        return RunnerFinder.builder()
                .locators(locators)
                .surroundings(Places.nowhere())
                .build()
                .diagnose();
    }

    private static int freePort() throws IOException {
        try (ServerSocket reserved = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return reserved.getLocalPort();
        }
    }
}
