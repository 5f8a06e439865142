package io.modelrunner.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.BrokenAnswerException;
import io.modelrunner.Failure;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.http.RunnerFinder;
import io.modelrunner.mock.MockAdapter;
import io.modelrunner.mock.MockReply;
import io.modelrunner.sdk.ModelRunner;
import io.modelrunner.testing.ScriptedServer;
import io.modelrunner.testing.fake.FakeModelRunner;
import io.modelrunner.testing.fake.Fault;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class QuickStartTest {
    private static final String STACK_FRAME = "\tat io.modelrunner";

    private final Output out = new Output();
    private final Output err = new Output();

    @Test
    void answerOfARunnerStandsAlone() {
        try (ScriptedServer server = Servers.modelRunner("models/openai-list")) {
            int exit = run(List.of(road(server), new MockRoad()));

            assertThat(exit).isZero();
            assertThat(out.text()).isEqualTo(Servers.GREETING + System.lineSeparator());
            assertThat(err.lines()).hasSize(2);
            assertThat(err.lines().get(0)).startsWith("quickstart: model runner: taken, ");
            assertThat(err.lines().get(1)).isEqualTo("quickstart: mock: not taken, not needed");
        }
    }

    @Test
    void mockAnswersLastAndSaysSo() {
        int exit = run(List.of(new Closed(), new MockRoad()), "Grüße,", "日本語");

        assertThat(exit).isZero();
        assertThat(out.text()).isEqualTo("Grüße, 日本語" + System.lineSeparator());
        assertThat(err.lines()).hasSize(3);
        assertThat(err.lines().get(0)).isEqualTo("quickstart: closed road: not taken, it is closed");
        assertThat(err.lines().get(1)).startsWith("quickstart: mock: taken, it repeats the prompt; for a real answer ");
        assertThat(err.lines().get(2)).startsWith("quickstart: answered by a mock");
    }

    @Test
    void unfitArgumentsExitWith2AndUsage() {
        assertThat(run(List.of(new MockRoad()), "--unknown")).isEqualTo(2);
        assertThat(out.text()).isEmpty();
        assertThat(err.text())
                .startsWith("quickstart: unknown option --unknown")
                .contains("Usage: quickstart");
    }

    @Test
    void helpGoesToStandardOutput() {
        assertThat(run(List.of(new MockRoad()), "--help")).isZero();
        assertThat(out.text()).startsWith("Usage: quickstart");
        assertThat(err.text()).isEmpty();
    }

    @Test
    void verificationExitsWith0IfNothingFailed() {
        try (FakeModelRunner runner = FakeModelRunner.start()) {
            assertThat(verify(runner, "--verify")).isZero();
            assertThat(out.text()).contains("10 checks: 10 passed, 0 failed, 0 not offered");
            assertThat(err.lines()).hasSize(1);
        }
    }

    @Test
    void verificationExitsWith1IfSomethingFailed() {
        try (FakeModelRunner runner = FakeModelRunner.start()) {
            runner.fail(Fault.engineCrash());
            assertThat(verify(runner, "--verify", "--model", "ai/tiny")).isEqualTo(1);
            assertThat(out.text()).contains("10 checks: 9 passed, 1 failed, 0 not offered");
        }
    }

    @Test
    void verificationWithoutARunnerExitsWith1AndSaysWhatToDo() {
        assertThat(run(List.of(), "--verify")).isEqualTo(1);
        assertThat(out.text()).isEmpty();
        assertThat(err.lines())
                .singleElement()
                .asString()
                .startsWith("quickstart: ")
                .contains("; remedy: ");
    }

    @Test
    void verificationIsRecordedIntoANewDirectory(@TempDir Path directory) {
        try (FakeModelRunner runner = FakeModelRunner.start()) {
            String recordings = directory.resolve("new").toString();
            assertThat(verify(runner, "--verify", "--record", recordings)).isZero();
            assertThat(Path.of(recordings, "chat", "003-chat-completions.json")).isRegularFile();
            assertThat(verify(runner, "--verify", "--record", recordings)).isEqualTo(1);
            assertThat(err.text()).contains("there is something in " + recordings + " already; remedy: ");
        }
    }

    private int verify(FakeModelRunner runner, String... args) {
        RunnerFinder finder = Servers.finder(Map.of("MODEL_RUNNER_BASE_URL", runner.baseUrl()));
        return new QuickStart(finder, List.of(), new Closed(), new Closed(), out.stream(), err.stream()).run(args);
    }

    @Test
    void diagnosisOfARunnerThatIsFoundExitsWith0() {
        try (ScriptedServer server = Servers.modelRunner("models/openai-list-empty")) {
            RunnerFinder finder = Servers.finder(Map.of("MODEL_RUNNER_BASE_URL", server.url()));
            int exit = new QuickStart(finder, List.of(), new Closed(), new Closed(), out.stream(), err.stream())
                    .run("--diagnose");

            assertThat(exit).isZero();
            assertThat(out.text())
                    .contains("MODEL_RUNNER_BASE_URL  " + server.url() + "  runner", "docker model pull ai/smollm2");
            assertThat(err.text()).isEmpty();
        }
    }

    @Test
    void diagnosisOfNoRunnerExitsWith1() {
        assertThat(run(List.of(), "--diagnose")).isEqualTo(1);
        assertThat(out.text()).contains("no model runner was found", "→ docker model status");
        assertThat(err.text()).isEmpty();
    }

    @Test
    void failureIsOneLineWithItsRemedy() {
        try (ScriptedServer server = Servers.modelRunner("models/openai-list-empty")) {
            int exit = run(List.of(road(server)));

            assertThat(exit).isEqualTo(1);
            assertThat(out.text()).isEmpty();
            assertThat(err.lines())
                    .containsExactly("quickstart: Docker Model Runner answers at " + server.url()
                            + ", but has no model; remedy: docker model pull ai/smollm2");
        }
    }

    @Test
    void stackTraceIsShownWithDebugOnly() {
        Road broken = new Closed() {
            @Override
            public Optional<Partner> open(Arguments arguments, Notes notes, Cleanup cleanup) {
                throw new IllegalStateException("a bug");
            }
        };
        assertThat(run(List.of(broken))).isEqualTo(1);
        assertThat(err.lines())
                .containsExactly("quickstart: unexpected java.lang.IllegalStateException: a bug; remedy: "
                        + "run it again with --debug to see where it failed");

        assertThat(run(List.of(broken), "Hello", "--debug")).isEqualTo(1);
        assertThat(err.text()).contains(STACK_FRAME);
    }

    @Test
    void partOfAnAnswerEndsWithALineEnd() {
        LLMAdapter adapter = MockAdapter.builder()
                .otherwise(MockReply.pieces("Once", " upon").thenFailure(() -> brokenAfter("Once upon")))
                .build();

        assertThat(run(List.of(new Open(adapter)))).isEqualTo(1);
        assertThat(out.text()).isEqualTo("Once upon" + System.lineSeparator());
        assertThat(err.text()).contains("the connection broke; remedy: ask again");
    }

    private static BrokenAnswerException brokenAfter(String text) {
        return new BrokenAnswerException(Failure.of("the connection broke")
                .partialText(text)
                .remedy("ask again", "")
                .build());
    }

    private static Road road(ScriptedServer server) {
        return new RunnerRoad(Servers.finder(Map.of("MODEL_RUNNER_BASE_URL", server.url())), name -> null);
    }

    private int run(List<Road> roads, String... args) {
        String[] words = args.length == 0 ? new String[] {"Hello"} : args;
        return new QuickStart(Servers.finder(Map.of()), roads, new Closed(), new Closed(), out.stream(), err.stream())
                .run(words);
    }

    private static class Closed implements Road {
        @Override
        public String name() {
            return "closed road";
        }

        @Override
        public Optional<Partner> open(Arguments arguments, Notes notes, Cleanup cleanup) {
            notes.notTaken(this, "it is closed");
            return Optional.empty();
        }
    }

    private record Open(LLMAdapter adapter) implements Road {
        @Override
        public String name() {
            return "open road";
        }

        @Override
        public Optional<Partner> open(Arguments arguments, Notes notes, Cleanup cleanup) {
            return Optional.of(
                    new Partner(ModelRunner.builder().adapter(adapter).build(), "any"));
        }
    }
}
