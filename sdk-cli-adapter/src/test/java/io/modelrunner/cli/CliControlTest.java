package io.modelrunner.cli;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThatModelRunnerException;
import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.ModelNotFoundException;
import io.modelrunner.OperationMissingException;
import io.modelrunner.adapter.Preloader;
import io.modelrunner.adapter.Preloader.Purpose;
import io.modelrunner.control.ConfigurationChange;
import io.modelrunner.control.KeepAlive;
import io.modelrunner.control.LogOptions;
import io.modelrunner.control.ModelConfiguration;
import io.modelrunner.control.RunnerControl;
import io.modelrunner.control.Setting;
import io.modelrunner.testing.CliRecordings;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Control of a runner, by the command. */
class CliControlTest extends CliTestCase {
    private final CliAdapter adapter = adapter();
    private final RunnerControl control = adapter.power(RunnerControl.class).orElseThrow();

    private void stored(String config) {
        docker.on(
                Reply.silent()
                        .out(
                                "[{\"Backend\":\"llama.cpp\",\"Model\":\"docker.io/ai/tiny:latest\",\"Mode\":\"completion\","
                                        + "\"Config\":{" + config + "}}]\n"),
                "configure",
                "show");
    }

    private List<String> configured() {
        return commands().stream()
                .filter(words ->
                        words.get(0).equals("configure") && !words.get(1).equals("show"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void powersAreGiven() {
        assertThat(adapter.power(RunnerControl.class)).isPresent();
        assertThat(adapter.power(Preloader.class)).isPresent();
        assertThat(adapter.power(ModelSearch.class)).isPresent();
        assertThat(adapter.power(CliAdapter.class)).containsSame(adapter);
        assertThat(adapter.power(String.class)).isEmpty();
    }

    @Test
    void configureKeepsWhatItDoesNotName() {
        stored("\"context-size\":1024,\"keep_alive\":\"10m0s\",\"runtime-flags\":[\"--threads\",\"2\"],"
                + "\"llamacpp\":{\"reasoning-budget\":0}");
        control.configure(
                "ai/tiny", ConfigurationChange.builder().contextSize(2048).build());
        assertThat(configured())
                .containsExactly(
                        "configure",
                        "--mode",
                        "completion",
                        "--context-size",
                        "2048",
                        "--keep-alive",
                        "10m0s",
                        "--think=false",
                        "ai/tiny:latest",
                        "--",
                        "--threads",
                        "2");
    }

    @Test
    void threadsConfigureOneAfterTheOther() {
        docker.on(Reply.silent().untilReleased().out("[]\n"), "configure", "show");
        ConfigurationChange change =
                ConfigurationChange.builder().contextSize(2048).build();
        List<CompletableFuture<ModelConfiguration>> both = Stream.of(1, 2)
                .map(i -> inBackground(() -> control.configure("ai/tiny", change)))
                .toList();
        docker.await(
                runs -> runs.stream()
                                        .filter(run -> run.command().get(0).equals("inspect") && !run.isRunning())
                                        .count()
                                == 2
                        && runs.size() > 2,
                SOON);
        assertThat(commands().stream().filter(words -> words.get(0).equals("configure")))
                .hasSize(1);
        docker.release();
        assertThat(both).allSatisfy(thread -> assertThat(thread).failsWithin(SOON)); // as nothing is ever stored here
    }

    @Test
    void resetsAreLeftOut() {
        stored("\"context-size\":1024,\"keep_alive\":\"10m0s\"");
        control.configure(
                "ai/tiny",
                ConfigurationChange.builder().reset(Setting.KEEP_ALIVE).build());
        assertThat(configured())
                .containsExactly("configure", "--mode", "completion", "--context-size", "1024", "ai/tiny:latest");
    }

    @Test
    void settingsWithoutAnOptionAreNotLost() {
        ConfigurationChange change =
                ConfigurationChange.builder().contextSize(2048).build();
        for (String config : List.of(
                "\"novel\":1",
                "\"raw-runtime-flags\":\"-x\"",
                "\"llamacpp\":{\"novel\":1}",
                "\"llamacpp\":{\"reasoning-budget\":100}",
                "\"keep_alive\":\"for a while\"",
                "\"speculative\":{\"draft_model\":\"ai/x\",\"novel\":1}",
                "\"vllm\":{\"novel\":1}")) {
            stored(config);
            assertThatModelRunnerException(() -> control.configure("ai/tiny", change))
                    .as(config)
                    .isInstanceOf(OperationMissingException.class);
        }
        assertThat(commands())
                .noneMatch(words ->
                        words.get(0).equals("configure") && !words.get(1).equals("show"));
    }

    @Test
    void missingModelIsNotConfiguredAndNotLoaded() {
        assertThatModelRunnerException(
                        () -> control.configure("ai/nosuch", ConfigurationChange.of(KeepAlive.forever())))
                .isInstanceOf(ModelNotFoundException.class);
        docker.on(Reply.of(CliRecordings.load("inspect-unknown")), "inspect");
        assertThatModelRunnerException(() -> control.preload("ai/tiny", Purpose.CHAT))
                .isInstanceOf(ModelNotFoundException.class);
        assertThat(commands()).extracting(words -> words.get(0)).containsOnly("inspect");
    }

    @Test
    void preloadLooksFirstAndLoadsThen() {
        control.preload("ai/tiny", Purpose.CHAT);
        assertThat(commands())
                .containsExactly(
                        List.of("inspect", "ai/tiny:latest"), List.of("run", "--detach", "--", "ai/tiny:latest"));
        assertThatModelRunnerException(() -> control.preload("ai/tiny", Purpose.EMBEDDING))
                .isInstanceOf(OperationMissingException.class);
    }

    @Test
    void keepWarmConfiguresAndLoads() {
        stored("\"context-size\":1024,\"keep_alive\":\"10m0s\"");
        control.keepWarm("ai/tiny");
        assertThat(configured()).containsSubsequence("--context-size", "1024", "--keep-alive", "-1");
        assertThat(commands()).last().isEqualTo(List.of("run", "--detach", "--", "ai/tiny:latest"));
    }

    @Test
    void tableOfWhatRunsIsReadByItsHeaders() {
        docker.on(
                Reply.silent()
                        .out("Warning: unable to read context\n"
                                + "MODEL NAME                     NEW  BACKEND    MODE        UNTIL\n"
                                + "a-very-long/name-of-a-model:v1  x   vllm       embedding   Forever\n"
                                + "tiny                                llama.cpp  completion  Loading...\n"
                                + "                                    llama.cpp  completion  Expiring\n"),
                "ps");
        assertThat(control.running()).hasSize(2);
        assertThat(control.running().get(0).keepAlive()).contains(KeepAlive.forever());
        assertThat(control.running().get(0).purpose()).contains(Purpose.EMBEDDING);
        assertThat(control.running().get(1).loading()).isTrue();
    }

    @Test
    void logsArePulledLineByLine() {
        docker.on(Reply.silent().out("one\ntwo\nthr").untilReleased().out("ee"), "logs");
        try (Stream<String> lines = control.logs(LogOptions.following().withoutEngines())) {
            Iterator<String> each = lines.iterator();
            assertThat(each.next()).isEqualTo("one");
            assertThat(each.next()).isEqualTo("two");
            docker.release();
            assertThat(each.next()).isEqualTo("three");
            assertThat(each.hasNext()).isFalse();
        }
        assertThat(docker.lastInvocation().command()).containsExactly("logs", "--follow", "--no-engines");
    }

    @Test
    void logIsStoppedByClose() {
        docker.on(Reply.silent().out("one\n").stall(), "logs");
        Stream<String> lines = control.logs(LogOptions.following());
        lines.iterator().next();
        lines.close();
        docker.awaitNoneRunning(SOON);
    }

    @Test
    void searchReadsWhatIsFound() {
        ModelSearch search = adapter.power(ModelSearch.class).orElseThrow();
        docker.on(
                Reply.silent()
                        .out("[{\"Name\":\"ai/smollm2\",\"Description\":\"small\",\"Downloads\":5,\"Stars\":2,"
                                + "\"Source\":\"Docker Hub\",\"Official\":true}]\n"),
                "search");
        assertThat(search.search("--smol", 7))
                .containsExactly(new FoundModel("ai/smollm2", "small", "Docker Hub", 5, 2, true));
        assertThat(docker.lastInvocation().command()).containsExactly("search", "--json", "-n", "7", "--", "--smol");
        docker.on(Reply.silent().out("No models found for \"x\"\n"), "search");
        assertThat(search.search("x", 1)).isEmpty();
        for (Runnable wrong : List.<Runnable>of(
                () -> search.search(" ", 1),
                () -> search.search("x".repeat(101), 1),
                () -> search.search("x", 0),
                () -> search.search("x", 101))) {
            assertThatModelRunnerException(wrong::run).isInstanceOf(InvalidRequestException.class);
        }
    }
}
